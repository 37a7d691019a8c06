"""Reads JPEG images with Pillow and torchvision, on request of dev.touchstone.measuring.ImagePeer.

  {"make": folder, "count": n}       -> writes n photographs of 500 x 375 in two classes, where they are not there yet
  {"read": folder, "workers": w}     -> {"seconds": .., "processor": .., "sum": [of every channel], "first": [of the first image]}

"processor" is the processor time of this process, without its workers. "read" is torchvision's ImageFolder with Resize((224, 224)), PILToTensor, in batches of 64, one pass; workers 0 is one
process, as many as there are processors its fastest. Photographs are sums of waves and noise, of about 60 KB each.
"""
import json
import os
import sys
import time

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.set_num_threads(1)


def make(folder, count):
    y, x = np.mgrid[0:375, 0:500]
    for i in range(count):
        path = f"{folder}/{'ab'[i % 2]}/{i:05d}.jpg"
        if os.path.exists(path):
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        random = np.random.default_rng(i)
        a, b, c = random.uniform(3, 60, 3)
        waves = np.stack([128 + 100 * np.sin(x / a + y / 90), 128 + 100 * np.cos(y / b), 128 + 100 * np.sin((x - y) / c)], 2)
        Image.fromarray(np.clip(waves + random.normal(0, 12, waves.shape), 0, 255).astype(np.uint8)).save(path, quality=88)
    return {"images": count}


def read(folder, workers):
    steps = transforms.Compose([transforms.Resize((224, 224)), transforms.PILToTensor()])
    loader = DataLoader(datasets.ImageFolder(folder, steps), 64, num_workers=workers)
    start, processor = time.perf_counter(), time.process_time()
    total, first = torch.zeros(3, dtype=torch.int64), None
    for batch, _ in loader:
        first = batch[0] if first is None else first
        total += batch.sum((0, 2, 3))
    return {"seconds": time.perf_counter() - start, "processor": time.process_time() - processor, "sum": total.tolist(), "first": first.flatten().tolist()}


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        answer = make(request["make"], request["count"]) if "make" in request else read(request["read"], request["workers"])
        print(json.dumps(answer), flush=True)
