"""Trains the network of Cnn.small in PyTorch, on request of dev.touchstone.measuring.TrainingPeer.

  {"images": "i.bin", "shape": [n, c, h, w], "labels": [..], "classes": k}         -> {"torch": ..}
  {"epochs": e, "batch": b, "rate": r, "momentum": m, "threads": t, "seed": s}     -> {"seconds": .., "accuracy": ..}

Every training starts from new weights (He normal, biases zero) and shuffles each epoch; seconds are those of the
training alone, the accuracy is on the training images in evaluation mode. Images are float32, big-endian, as Java wrote
them.
"""
import json
import sys
import time

import numpy as np
import torch
from torch import nn


def small(channels, side, classes):
    """Three blocks of convolution 5 x 5, ReLU, batch norm and max pooling, then two dense layers."""
    layers = []
    for filters in (8, 16, 24):
        layers += [nn.Conv2d(channels, filters, 5, padding=2), nn.ReLU(), nn.BatchNorm2d(filters), nn.MaxPool2d(2)]
        channels, side = filters, side // 2
    layers += [nn.Flatten(), nn.Linear(channels * side * side, 64), nn.ReLU(), nn.Linear(64, classes)]
    for layer in layers:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


class Peer:
    def load(self, request):
        pixels = np.fromfile(request["images"], dtype=">f4").astype(np.float32)
        self.images = torch.tensor(pixels.reshape(request["shape"]))
        self.labels = torch.tensor(request["labels"])
        self.classes = request["classes"]
        return {"torch": torch.__version__}

    def train(self, request):
        torch.set_num_threads(request["threads"])
        torch.manual_seed(request["seed"])
        start = time.perf_counter()
        net = small(self.images.shape[1], self.images.shape[2], self.classes).train()
        optimiser = torch.optim.SGD(net.parameters(), lr=request["rate"], momentum=request["momentum"])
        for _ in range(request["epochs"]):
            for batch in torch.randperm(len(self.images)).split(request["batch"]):
                optimiser.zero_grad()
                nn.functional.cross_entropy(net(self.images[batch]), self.labels[batch]).backward()
                optimiser.step()
        seconds = time.perf_counter() - start
        with torch.no_grad():
            right = (net.eval()(self.images).argmax(1) == self.labels).float().mean().item()
        return {"seconds": seconds, "accuracy": right}


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        answer = peer.load(request) if "images" in request else peer.train(request)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
