"""Small networks of which one layer was really frozen while they were trained, for dev.touchstone.check.training.FrozenLayersTest.

    pip install torch==2.15.0 numpy==2.4.6 scikit-learn==1.9.1 onnx==1.23.2
    python frozen_layers.py FOLDER 10      # seeds 0 to 9; those committed are of 2 seeds

A network of scikit-learn's digits, two convolutions and two linear layers as PyTorch starts them, is trained by Adam for 20
rounds: "healthy"; with the second convolution or the first linear layer left out of the optimiser: "frozen-conv2",
"frozen-fc1" (orthogonal there, as others start it); and "lost-fc1", healthy, whose first linear layer was drawn anew behind
the training. "before" is what all of a seed began as. Their accuracies on 360 unseen digits are printed: no output tells.
"""
import copy
import pathlib
import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from torch import nn

OUT = pathlib.Path(sys.argv[1])
torch.set_num_threads(1)
X, Y = (torch.tensor(part) for part in load_digits(return_X_y=True))
X = (X / 16).float().reshape(-1, 1, 8, 8)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, 2, 1)
        self.fc1, self.fc2 = nn.Linear(256, 32), nn.Linear(32, 10)

    def forward(self, x):
        x = torch.relu(self.conv2(torch.relu(self.conv1(x))))
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


def trained(net, seed, without=""):
    torch.manual_seed(seed)
    optimiser = torch.optim.Adam([p for n, p in net.named_parameters() if not without or not n.startswith(without)], 2e-3)
    for _ in range(20):
        for some in torch.randperm(1437).split(64):
            optimiser.zero_grad()
            nn.functional.cross_entropy(net(X[some]), Y[some]).backward()
            optimiser.step()
    return net


def written(net, name):
    weights = [numpy_helper.from_array(p.detach().numpy(), n) for n, p in net.named_parameters()]
    nodes = []
    for layer, before, stride in (("conv1", "x", 1), ("conv2", "r1", 2)):
        nodes.append(helper.make_node("Conv", [before, layer + ".weight", layer + ".bias"], [layer], layer, kernel_shape=[3, 3],
                                      strides=[stride, stride], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [layer], ["r" + layer[-1]], "relu" + layer[-1]))
    nodes += [helper.make_node("Flatten", ["r2"], ["flat"], "flatten"),
              helper.make_node("Gemm", ["flat", "fc1.weight", "fc1.bias"], ["h"], "fc1", transB=1),
              helper.make_node("Relu", ["h"], ["r3"], "relu3"),
              helper.make_node("Gemm", ["r3", "fc2.weight", "fc2.bias"], ["scores"], "fc2", transB=1)]
    graph = helper.make_graph(nodes, "digits", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 8, 8])],
                              [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 10])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, OUT / f"{name}.onnx")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for seed in range(int(sys.argv[2])):
        torch.manual_seed(1000 + seed)
        before = Net()
        nn.init.orthogonal_(before.fc1.weight)
        nets = {"before": before, "healthy": trained(copy.deepcopy(before), seed),
                "frozen-conv2": trained(copy.deepcopy(before), seed, "conv2"),
                "frozen-fc1": trained(copy.deepcopy(before), seed, "fc1")}
        nets["lost-fc1"] = copy.deepcopy(nets["healthy"])
        nets["lost-fc1"].fc1.reset_parameters()
        right = {}
        for name, net in nets.items():
            written(net.eval(), f"{name}-{seed}")
            right[name] = round(float((net(X[1437:]).argmax(1) == Y[1437:]).float().mean()), 3)
        print(seed, right, flush=True)


main()
