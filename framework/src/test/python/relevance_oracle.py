"""Reference numbers for dev.touchstone.attribution.rule: layer-wise relevance propagation by Zennit.

    python relevance_oracle.py ../resources/attribution/relevance

torch==2.15.0 zennit==0.5.1 onnx==1.23.2 numpy==2.4.6, CPU.

Writes five small networks (NAME.onnx, random weights, non-zero biases) and NAME.json: examples, targets, and maps in
double precision that begin with the target's score as relevance. Batch norms stay nodes of their own in the files, be
it behind a convolution, where Zennit merges them (SequentialMergeBatchNorm), or behind a rectifier, where it
passes relevance through them; "..., normalisations by epsilon" shares it there by Zennit's Norm. followed.onnx has
layers followed by what only scales and shifts their channels, in every way of writing it, gated.onnx two gates, attention.onnx what has no
rule, and distracted.onnx a signal that its weights only find by taking off a distractor.
"""
import itertools
import json
import pathlib
import sys
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from zennit.canonizers import SequentialMergeBatchNorm
from zennit.composites import (EpsilonAlpha2Beta1, EpsilonGammaBox, EpsilonPlus, EpsilonPlusFlat,
                               LayerMapComposite, SpecialFirstLayerMapComposite, layer_map_base)
from zennit.core import BasicHook
from zennit.layer import Sum
from zennit.rules import AlphaBeta, Epsilon, Flat, Gamma, NoMod, Norm, WSquare, ZBox, ZPlus
from zennit.types import BatchNorm, Convolution, Linear

warnings.filterwarnings("ignore")
out = pathlib.Path(sys.argv[1])
torch.set_num_threads(1)
EXAMPLES = 2
SIZE = 10


class Residual(nn.Module):
    """One rectifier, used twice; a convolution on the way round."""

    def __init__(self, into, channels):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, channels, 3, padding=1), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)
        self.round = nn.Conv2d(into, channels, 1) if into != channels else nn.Identity()
        self.sum, self.relu = Sum(), nn.ReLU()

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if torch.onnx.is_in_onnx_export():
            return self.relu(y + self.round(x))  # as networks are written that Zennit knows nothing of
        return self.relu(self.sum(torch.stack([y, self.round(x)], -1)))


class Inverted(nn.Module):
    """MobileNet's block: expand, depthwise, project, and add."""

    def __init__(self, channels, inside, activation):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, inside, 1, bias=False), nn.BatchNorm2d(inside), activation(),
            nn.Conv2d(inside, inside, 3, padding=1, groups=inside, bias=False), nn.BatchNorm2d(inside), activation(),
            nn.Conv2d(inside, channels, 1, bias=False), nn.BatchNorm2d(channels))
        self.sum = Sum()

    def forward(self, x):
        return self.sum(torch.stack([self.block(x), x], -1))


def nets():
    yield "mlp", nn.Sequential(nn.Linear(12, 20), nn.ReLU(), nn.Linear(20, 9), nn.ReLU(), nn.Linear(9, 4)), (12,)
    yield "cnn", nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(6), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3), nn.ReLU(), nn.BatchNorm2d(8), nn.MaxPool2d(3, stride=2, padding=1),
        nn.Flatten(), nn.Linear(32, 12), nn.ReLU(), nn.Linear(12, 5)), (2, SIZE, SIZE)
    yield "vgg", nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 6, 3), nn.BatchNorm2d(6), nn.ReLU(),
        nn.AvgPool2d(2), nn.Conv2d(6, 8, 3, padding=1, groups=2), nn.BatchNorm2d(8), nn.LeakyReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Linear(12, 5)), (2, SIZE, SIZE)
    yield "resnet", nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), Residual(6, 6), Residual(6, 10),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(10, 5)), (2, SIZE, SIZE)
    yield "mobile", nn.Sequential(
        nn.Conv2d(2, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6), nn.Hardswish(),
        Inverted(6, 12, nn.ReLU6), Inverted(6, 12, nn.Hardswish),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 10), nn.Hardswish(), nn.Linear(10, 5)), (2, SIZE, SIZE)


def fill(net):
    with torch.no_grad():
        for m in net.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(m.weight)
                if m.bias is not None:
                    m.bias.normal_(0, 0.3)
            if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
                m.weight.uniform_(0.5, 1.5)
                m.bias.normal_(0, 0.3)
                m.running_mean.normal_(0.4, 0.2)
                m.running_var.uniform_(0.3, 1.5)


def every(rule):
    return LayerMapComposite(layer_map=layer_map_base() + [(Linear, rule)])


def first(rule):
    return SpecialFirstLayerMapComposite(layer_map=layer_map_base() + [(Linear, Epsilon(1e-6))], first_map=[(Linear, rule)])


def exact(denominator):
    """iNNvestigate's safe_divide: no stabiliser but where the denominator is 0."""
    return denominator + 1e-7 * (denominator == 0)


class PositiveNorm(BasicHook):
    """Zennit's Norm of what is positive: the z+ rule of a sum."""

    def __init__(self):
        super().__init__(input_modifiers=[lambda x: x.clamp(min=0)], param_modifiers=[NoMod(param_keys=[])],
                         gradient_mapper=lambda relevance, sums: relevance / (sums[0] + 1e-6),
                         reducer=lambda inputs, gradients: inputs[0] * gradients[0])


def deep_taylor(rule):
    hidden = [(Sum, PositiveNorm())] + layer_map_base() + [(Linear, ZPlus(zero_params=["bias"]))]
    return SpecialFirstLayerMapComposite(layer_map=hidden, first_map=[(Linear, rule)])


def composites(low, high):
    return {
        "epsilon .01": every(Epsilon(.01)),
        "gamma": every(Gamma(.25)),
        "alpha 2 beta 1": every(AlphaBeta(2, 1)),
        "z plus": every(ZPlus()),
        "first w square": first(WSquare(zero_params=["bias"])),
        "first z box": first(ZBox(low, high)),
        "first flat": first(Flat()),
        "EpsilonPlus": EpsilonPlus(),
        "EpsilonPlusFlat": EpsilonPlusFlat(),
        "EpsilonAlpha2Beta1": EpsilonAlpha2Beta1(),
        "EpsilonGammaBox": EpsilonGammaBox(low, high),
    }


class MergeWholly(SequentialMergeBatchNorm):
    """Zennit leaves a merged batch norm its eps, with which it is no identity (findings/zennit-merged-batch-norm.sh)."""

    def register(self, linears, batch_norm):
        self.eps = batch_norm.eps
        super().register(linears, batch_norm)
        batch_norm.eps = 0.

    def remove(self):
        super().remove()
        self.batch_norm.eps = self.eps


def relevance(net, composite, inputs, targets):
    composite.canonizers = [MergeWholly()]
    x = inputs.clone().requires_grad_()
    with composite.context(net) as changed:
        scores = changed(x)
        start = scores.detach() * nn.functional.one_hot(targets, scores.shape[1])
        return torch.autograd.grad(scores, x, start)[0]


def listed(values):
    return [[float(f"{v:.9g}") for v in row] for row in values.detach().reshape(len(values), -1).tolist()]


for name, net, shape in nets():
    net.eval()
    for seed in itertools.count():  # until what is explained is positive, as DeepTaylor needs it
        torch.manual_seed(seed)
        fill(net)
        inputs = torch.randn(EXAMPLES, *shape).clamp(-2.5, 2.5)
        if (net(inputs).max(1).values > .1).all():
            break
    torch.onnx.export(net, inputs, out / f"{name}.onnx", opset_version=17, dynamo=False, input_names=["x"],
                      output_names=["scores"], dynamic_axes={"x": {0: "n"}, "scores": {0: "n"}},
                      training=torch.onnx.TrainingMode.PRESERVE)
    net, inputs = net.double(), inputs.double()
    low, high = torch.full((1, *shape), -2.5).double(), torch.full((1, *shape), 2.5).double()
    scores = net(inputs)
    targets = scores.argmax(1)
    rules = composites(low, high)
    for preset, composite in (("SequentialPresetA", EpsilonPlus), ("SequentialPresetAFlat", EpsilonPlusFlat)):
        rules[preset] = composite(epsilon=.1, stabilizer=exact, layer_map=[(BatchNorm, Norm())] if name == "cnn" else [])
    if name == "cnn":  # the others' normalisations are merged
        rules["EpsilonPlus, normalisations by epsilon"] = EpsilonPlus(layer_map=[(BatchNorm, Norm())])
    if name in ("mlp", "cnn", "resnet"):  # whose activations are rectifiers
        rules["DeepTaylor"] = deep_taylor(WSquare(zero_params=["bias"]))
        rules["DeepTaylor, bounded"] = deep_taylor(ZBox(low, high))
    maps = {rule: relevance(net, composite, inputs, targets) for rule, composite in rules.items()}
    assert all(torch.isfinite(m).all() for m in maps.values())
    json.dump({"shape": [EXAMPLES, *shape], "inputs": listed(inputs), "targets": targets.tolist(),
               "scores": listed(scores), "maps": {rule: listed(m) for rule, m in maps.items()}},
              open(out / f"{name}.json", "w"))


def model(name, nodes, shape, **weights):
    rows = ["n", *shape]
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, rows)],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(w if w.dtype == np.int64 else w.astype(np.float32), k) for k, w in weights.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), out / f"{name}.onnx")


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs.split(), [output], output, **attributes)


rng = np.random.default_rng(9)
model("followed", [
    node("Conv", "x w", "conv", pads=[1, 1, 1, 1]), node("Add", "shift conv", "added"), node("Mul", "added scale", "scaled"),
    node("BatchNormalization", "scaled gamma beta mean variance", "normal"), node("Relu", "normal", "relu"),
    node("Flatten", "relu", "flat"), node("MatMul", "flat m", "product"), node("Add", "product b", "biased"),
    node("Relu", "biased", "relu2"), node("Gemm", "relu2 g gb", "gemm", transB=1), node("Sub", "one gemm", "less"),
    node("Div", "less half", "scores"),
], (2, 5, 5), w=rng.normal(size=(4, 2, 3, 3)), shift=rng.normal(size=(1, 4, 1, 1)), scale=rng.uniform(.5, 2, (4, 1, 1)),
    gamma=rng.uniform(.5, 1.5, 4), beta=rng.normal(size=4), mean=rng.normal(size=4) * 30, variance=rng.uniform(.3, 2, 4),
    m=rng.normal(size=(100, 6)) / 9, b=rng.normal(size=6), g=rng.normal(size=(3, 6)), gb=rng.normal(size=3),
    one=np.ones(1), half=rng.uniform(.5, 1, 3))
model("gated", [
    node("Gemm", "x w b", "z"), node("Sigmoid", "z", "s"), node("Mul", "s z", "swish"), node("Gemm", "swish v c", "y"),
    node("Div", "y root", "d"), node("Erf", "d", "e"), node("Add", "e one", "p"), node("Mul", "y p", "g"),
    node("Mul", "g half", "gelu"), node("Gemm", "gelu u", "squeezed"), node("HardSigmoid", "squeezed", "gate"),
    node("Mul", "gelu gate", "excited"), node("Gemm", "excited t", "scores"),
], (5,), w=rng.normal(size=(5, 6)), b=rng.normal(size=6), v=rng.normal(size=(6, 4)), c=rng.normal(size=4),
    root=np.sqrt([2.]), one=np.ones(1), half=np.array([.5]), u=rng.normal(size=(4, 4)), t=rng.normal(size=(4, 3)))
model("attention", [
    node("MatMul", "x q", "a"), node("MatMul", "x k", "kk"), node("Transpose", "kk", "kt", perm=[0, 2, 1]),
    node("MatMul", "a kt", "product"), node("Softmax", "product", "weights"), node("MatMul", "weights x", "mixed"),
    node("ReduceMean", "mixed", "scores", axes=[1], keepdims=0),
], (4, 3), q=rng.normal(size=(3, 3)), k=rng.normal(size=(3, 3)))
model("distracted", [
    node("Gemm", "x w b", "z"), node("Relu", "z", "y"), node("Gemm", "y v c", "scores"),
], (2,), w=np.array([[1.], [-1.]]), b=np.zeros(1), v=np.array([[1., 2., -1.]]), c=np.zeros(3))
