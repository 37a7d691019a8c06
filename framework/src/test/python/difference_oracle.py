"""Captum's maps of a difference of two classes, for dev.touchstone.attribution.TargetTest.

    python difference_oracle.py ../resources/attribution

torch==2.15.0 captum==0.9.0 onnx==1.23.2 numpy==2.4.6, CPU.

Reads cnn.onnx and the inputs in captum.json, which attribution_oracle.py has written, and writes captum-difference.json:
of every input the gradient of the score of its predicted class minus that of the next one (Saliency, signed) and
Integrated Gradients of it, by 20,000 midpoint steps, in double precision. The network is run by onnx's own operators'
definitions in PyTorch, so that the weights are those of the file.
"""
import json
import pathlib
import sys

import onnx
import torch
from captum.attr import IntegratedGradients, Saliency
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

out = pathlib.Path(sys.argv[1])
reference = json.loads((out / "captum.json").read_text())
model = onnx.load(out / "cnn.onnx")
tensors = {t.name: torch.tensor(numpy_helper.to_array(t)).double() for t in model.graph.initializer}


class Net(nn.Module):
    """The file's nodes in their order; every rectifier and pooling is a module of its own, as Captum wants."""

    def forward(self, x):
        values = dict(tensors, image=x)
        for node in model.graph.node:
            given = [values[name] for name in node.input if name]
            values[node.output[0]] = apply(node, *given)
        return values["logits"]


def apply(node, x, *weights):
    a = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    if node.op_type == "Conv":
        return functional.conv2d(x, *weights, stride=a["strides"], padding=a["pads"][:2])
    if node.op_type == "Relu":
        return functional.relu(x)
    if node.op_type == "BatchNormalization":
        scale, shift, mean, variance = weights
        return functional.batch_norm(x, mean, variance, scale, shift, eps=a["epsilon"])
    if node.op_type == "MaxPool":
        return functional.max_pool2d(x, a["kernel_shape"], a["strides"], a["pads"][:2])
    if node.op_type == "Flatten":
        return x.flatten(1)
    if node.op_type == "Gemm":
        return functional.linear(x, *weights)
    raise ValueError(node.op_type)


class Difference(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Net()

    def forward(self, x, over, other):
        scores = self.net(x)
        return (scores.gather(1, over[:, None]) - scores.gather(1, other[:, None]))[:, 0]


inputs = torch.tensor(reference["inputs"]).double().reshape(-1, 1, 16, 16).float().double()
over = torch.tensor(reference["targets"])
other = (over + 1) % 5
net = Difference()
assert torch.allclose(net.net(inputs), torch.tensor(reference["scores"]).double(), atol=1e-5)


def listed(values):
    return [[float(f"{v:.12g}") for v in row] for row in values.detach().flatten(1).tolist()]


limit = IntegratedGradients(net).attribute(
    inputs, additional_forward_args=(over, other), n_steps=20000, method="riemann_middle", internal_batch_size=1024)
json.dump({
    "over": over.tolist(),
    "other": other.tolist(),
    "gradient": listed(Saliency(net).attribute(inputs, additional_forward_args=(over, other), abs=False)),
    "integratedGradientsLimit": listed(limit),
}, open(out / "captum-difference.json", "w"))
print(float((limit.flatten(1).sum(1) - net(inputs, over, other) + net(torch.zeros_like(inputs), over, other)).abs().max()))
