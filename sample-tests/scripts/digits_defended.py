"""Two networks of the digits in data/digits, one of them trained to stand small changes.

    pip install torch==2.15.0 numpy==2.4.6 onnx==1.23.2
    python digits_defended.py       # models/digits-defended.onnx, digits-undefended.onnx

Both have 64 inputs (pixels from 0 to 16), 48 hidden units and 10 logits, and learn from the first 800 rows of train.csv.gz;
the last 200 are left for tests. The defended one sees in each step what PGD makes of the batch within 2 grey levels
(Madry et al. 2018), and its weights decay, which keeps bounds near; the other sees the digits as they are. Half a minute.
"""
import csv
import gzip
import pathlib

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "src/test/resources"
TRAINED = 800
EPSILON = 2 / 16


def digits():
    with gzip.open(RESOURCES / "data/digits/train.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file)]
    x = np.array([[float(row[f"p{i}"]) for i in range(64)] for row in rows], dtype=np.float32) / 16
    return torch.tensor(x), torch.tensor([int(row["digit"]) for row in rows])


def attacked(net, x, y, epsilon, steps):
    change = torch.zeros_like(x).uniform_(-epsilon, epsilon)
    for _ in range(steps):
        change.requires_grad_()
        gradient, = torch.autograd.grad(nn.functional.cross_entropy(net((x + change).clamp(0, 1)), y), change)
        change = (change + epsilon / 4 * gradient.sign()).clamp(-epsilon, epsilon).detach()
    return (x + change).clamp(0, 1)


def trained(x, y, epsilon):
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
    optimiser = torch.optim.Adam(net.parameters(), 0.005, weight_decay=3e-4 if epsilon else 0)
    for step in range(800):
        now = attacked(net, x, y, epsilon, 8) if epsilon else x
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(now), y).backward()
        optimiser.step()
    return net


def written(net, name):
    first, last = net[0], net[2]
    # Pixels from 0 to 16 go in.
    weights = {"fc1.weight": first.weight / 16, "fc1.bias": first.bias, "fc2.weight": last.weight, "fc2.bias": last.bias}
    nodes = [helper.make_node("Gemm", ["pixels", "fc1.weight", "fc1.bias"], ["h"], "fc1", transB=1),
             helper.make_node("Relu", ["h"], ["r"], "relu"),
             helper.make_node("Gemm", ["r", "fc2.weight", "fc2.bias"], ["logits"], "fc2", transB=1)]
    graph = helper.make_graph(nodes, "digits", [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 64])],
                              [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 10])],
                              [numpy_helper.from_array(w.detach().numpy(), n) for n, w in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, RESOURCES / "models" / name)


def main():
    torch.set_num_threads(1)
    x, y = digits()
    for name, epsilon in (("digits-defended.onnx", EPSILON), ("digits-undefended.onnx", 0)):
        net = trained(x[:TRAINED], y[:TRAINED], epsilon)
        written(net, name)
        right = lambda of: float((net(of).argmax(1) == y[TRAINED:]).float().mean())
        print(name, "accuracy", right(x[TRAINED:]), {e: right(attacked(net, x[TRAINED:], y[TRAINED:], e / 16, 40)) for e in (0.5, 1, 2)})


main()
