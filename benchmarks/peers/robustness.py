"""Attacks and bounds by Foolbox and auto_LiRPA, on request of dev.touchstone.measuring.RobustnessPeer.

  {"load": "m.onnx", "images": "i.bin", "labels": [..], "size": s} -> {"torch": .., "foolbox": .., "auto_LiRPA": ..}
  {"epsilon": e, "steps": n, "seed": s}   -> {"attack": seconds, "wrong": share, "bounds": seconds, "proven": share}

images are float32, big-endian. auto_LiRPA has to lie on PYTHONPATH (a checkout: PyPI's newest needs torch < 1.13); its
graph is made once, and not timed.
"""
import ast
import json
import pathlib
import sys
import time

import auto_LiRPA
import foolbox
import numpy as np
import onnx
import torch
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm
from onnx import numpy_helper
from torch import nn

torch.set_num_threads(2)
source = ast.parse((pathlib.Path(__file__).parent / "peer.py").read_text())
source.body = [part for part in source.body if isinstance(part, ast.FunctionDef) and part.name in ("eager", "fill")]
exec(compile(source, "peer.py", "exec"))


class Peer:
    def load(self, request):
        self.net = eager(request["load"]).eval()
        for weight in self.net.parameters():
            weight.requires_grad_(False)
        images = np.fromfile(request["images"], ">f4").astype(np.float32)
        self.x = torch.tensor(images.reshape(-1, 1, request["size"], request["size"]))
        self.y = torch.tensor(request["labels"])
        self.model = foolbox.PyTorchModel(self.net, bounds=(0, 1))
        self.bounded = BoundedModule(self.net, self.x)
        return {"torch": torch.__version__, "foolbox": foolbox.__version__, "auto_LiRPA": auto_LiRPA.__version__}

    def measure(self, request):
        torch.manual_seed(request["seed"])
        epsilon, steps = request["epsilon"], request["steps"]
        start = time.perf_counter()
        attack = foolbox.attacks.LinfPGD(abs_stepsize=2.5 * epsilon / steps, steps=steps)
        found = attack(self.model, self.x, self.y, epsilons=epsilon)[1]
        seconds = time.perf_counter() - start
        wrong = float((self.net(found).argmax(1) != self.y).float().mean())
        k = self.net(self.x[:1]).shape[1]
        others = torch.tensor([[j for j in range(k) if j != label] for label in self.y.tolist()])
        start = time.perf_counter()
        box = BoundedTensor(self.x, PerturbationLpNorm(norm=np.inf, eps=epsilon))
        c = (torch.eye(k)[self.y].unsqueeze(1) - torch.eye(k).unsqueeze(0)).gather(1, others[..., None].expand(-1, -1, k))
        lower = self.bounded.compute_bounds(x=(box,), C=c, method="IBP")[0]
        return {"attack": seconds, "wrong": wrong, "bounds": time.perf_counter() - start,
                "proven": float((lower > 0).all(1).float().mean())}


peer = Peer()
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(peer.load(asked) if "load" in asked else peer.measure(asked)), flush=True)
