"""Captum's maps of five networks, for dev.touchstone.attribution.gradient and dev.touchstone.attribution.activation.

    python gradient_family_oracle.py ../resources/attribution

torch==2.15.0 captum==0.9.0 onnx==1.23.2 numpy==2.4.6, CPU.

Reads cnn.onnx and captum.json of attribution_oracle.py. Writes the networks family-mlp.onnx, family-residual.onnx,
family-mobile.onnx and family-encoder.onnx (random weights), and for each of the five family-NAME.json: inputs, the
target of each, and maps in double precision, nine digits of them.

Integrals along a path are taken with 20,000 steps, in the limit of which all rules agree. Captum's conductance takes
the gradient at the beginning of each step, so that its error falls like 1/N: where nothing has a kink ("smooth") the
integrals written are 2 M(20,000) - M(10,000), from which that error is gone.
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import torch
from captum.attr import (Deconvolution, DeepLift, GradientShap, GuidedBackprop, GuidedGradCam, IntegratedGradients,
                         InternalInfluence, LayerAttribution, LayerConductance, LayerGradCam, LayerGradientXActivation,
                         LayerIntegratedGradients, NeuronConductance, NoiseTunnel, Saliency)
from onnx import numpy_helper
from torch import nn

out = pathlib.Path(sys.argv[1])
torch.set_num_threads(2)
STEPS = 20000


class Cnn(nn.Module):
    """As in attribution_oracle.py."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.relu1 = nn.ReLU()
        self.bn1 = nn.BatchNorm2d(6)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(6, 10, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(3, stride=2, padding=1)
        self.fc1 = nn.Linear(160, 24)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(24, 5)

    def forward(self, x):
        x = self.pool1(self.bn1(self.relu1(self.conv1(x))))
        x = self.pool2(self.relu2(self.conv2(x)))
        return self.fc2(self.relu3(self.fc1(torch.flatten(x, 1))))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 20)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(20, 16)
        self.tanh = nn.Tanh()
        self.fc3 = nn.Linear(16, 10)
        self.relu2 = nn.ReLU()
        self.fc4 = nn.Linear(10, 3)

    def forward(self, x):
        return self.fc4(self.relu2(self.fc3(self.tanh(self.fc2(self.relu1(self.fc1(x)))))))


class Residual(nn.Module):
    """One ReLU is used five times; with reused=False, as DeepLift of Captum wants it, each is a module of its own."""

    def __init__(self, reused=True):
        super().__init__()
        relu = nn.ReLU()
        self.relus = nn.ModuleList(relu if reused else nn.ReLU() for _ in range(5))
        self.conv = nn.Conv2d(2, 6, 3, padding=1)
        self.a1, self.a2 = nn.Conv2d(6, 6, 3, padding=1), nn.Conv2d(6, 6, 3, padding=1)
        self.b1, self.b2 = nn.Conv2d(6, 8, 3, stride=2, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.shortcut = nn.Conv2d(6, 8, 1, stride=2)
        self.join1, self.join2 = nn.Identity(), nn.Identity()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.relus[0](self.conv(x))
        x = self.join1(self.relus[2](x + self.a2(self.relus[1](self.a1(x)))))
        x = self.join2(self.relus[4](self.shortcut(x) + self.b2(self.relus[3](self.b1(x)))))
        return self.fc(torch.flatten(self.pool(x), 1))


class Mobile(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.bn1, self.act1 = nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.Hardswish()
        self.depthwise, self.bn2 = nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.BatchNorm2d(8)
        self.clip = nn.ReLU6()
        self.pointwise, self.bn3 = nn.Conv2d(8, 8, 1, bias=False), nn.BatchNorm2d(8)
        self.act2 = nn.Hardswish()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.act1(self.bn1(self.stem(x)))
        x = self.act2(x + self.bn3(self.pointwise(self.clip(self.bn2(self.depthwise(x))))))
        return self.fc(torch.flatten(self.pool(x), 1))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.gelu, self.down = nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)

    def split(self, x):
        return x.reshape(-1, 6, self.heads, x.shape[-1] // self.heads).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        weights = torch.softmax(q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5, -1)
        mixed = (weights @ v).transpose(1, 2).reshape(x.shape)
        x = self.norm1(x + self.o(mixed))
        return self.norm2(x + self.down(self.gelu(self.up(x))))


class Encoder(nn.Module):
    """Of six tokens, eight numbers each."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(8, 12)
        self.one, self.two = Block(12, 2), Block(12, 3)
        self.fc = nn.Linear(12, 3)

    def forward(self, x):
        return self.fc(self.two(self.one(self.embed(x))).mean(1))


def filled(net, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for m in net.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(m.weight)
                if m.bias is not None:
                    m.bias.normal_(0, 0.3)
            if isinstance(m, (nn.BatchNorm2d, nn.LayerNorm)):
                m.weight.uniform_(0.5, 1.5)
                m.bias.normal_(0, 0.3)
            if isinstance(m, nn.BatchNorm2d):
                m.running_mean.normal_(0.2, 0.2)
                m.running_var.uniform_(0.3, 1.5)
    return net.eval()


def from_file():
    net = Cnn().eval()
    tensors = {t.name: torch.tensor(numpy_helper.to_array(t)) for t in onnx.load(out / "cnn.onnx").graph.initializer}
    net.load_state_dict({**net.state_dict(), **tensors})
    return net


def digits(numbers):
    return [[float(f"{v:.9g}") for v in row] for row in numbers.detach().flatten(1).tolist()]


def write(name, net, inputs, nodes, separate=None, images=False, smooth=False):
    """The maps of a network.

    nodes: by module, the node of the ONNX file that makes its output; the first is where Grad-CAM looks. The neuron
    explained there is the one whose least conductance among the examples is largest, so that none is dead.
    separate: the same network with a module for every rectifier.
    """
    net, inputs = net.double(), inputs.double()
    targets = net(inputs).argmax(1)
    fine = {"internal_batch_size": 4000, "target": targets}

    def integral(of, **arguments):
        whole = of(n_steps=STEPS, **fine, **arguments)
        return 2 * whole - of(n_steps=STEPS // 2, **fine, **arguments) if smooth else whole

    written = {"inputs": digits(inputs), "shape": list(inputs.shape), "targets": targets.tolist(), "taps": []}
    written["integratedGradients"] = digits(IntegratedGradients(net).attribute(
        inputs, n_steps=STEPS, method="riemann_middle", **fine))
    for module, node in nodes.items():
        layer = net.get_submodule(module)
        conductance = integral(lambda **a: LayerConductance(net, layer).attribute(inputs, method="riemann_middle", **a))
        least = conductance.abs().min(0).values
        neuron = [int(i) for i in np.unravel_index(int(least.argmax()), least.shape)]
        written["taps"].append({
            "node": node,
            "neuron": neuron,
            "gradientTimesActivation": digits(LayerGradientXActivation(net, layer).attribute(inputs, target=targets)),
            "internalInfluence": digits(InternalInfluence(net, layer).attribute(
                inputs, n_steps=STEPS, method="riemann_middle", **fine)),
            "conductance": digits(conductance),
            "neuronConductance": digits(integral(lambda **a: NeuronConductance(net, layer).attribute(
                inputs, neuron_selector=tuple(neuron), method="riemann_middle", **a))),
            "integratedGradients": digits(LayerIntegratedGradients(net, layer).attribute(
                inputs, n_steps=STEPS, method="riemann_middle", **fine))})
    apart = separate.double() if separate else net
    if any(isinstance(m, nn.ReLU) for m in net.modules()):
        written["deconvolution"] = digits(Deconvolution(net).attribute(inputs, target=targets))
        written["guidedBackprop"] = digits(GuidedBackprop(net).attribute(inputs, target=targets))
        written["deepLift"] = digits(DeepLift(apart).attribute(inputs, target=targets))
    if images:
        layer = net.get_submodule(next(iter(nodes)))
        cam = LayerGradCam(net, layer).attribute(inputs, target=targets)
        written["gradCam"] = digits(cam)
        written["stretchedGradCam"] = digits(
            LayerAttribution.interpolate(cam.relu(), tuple(inputs.shape[2:]), interpolate_mode="bilinear"))
        if any(isinstance(m, nn.ReLU) for m in net.modules()):
            written["guidedGradCam"] = digits(GuidedGradCam(net, layer).attribute(
                inputs, target=targets, interpolate_mode="bilinear"))
    (out / f"family-{name}.json").write_text(json.dumps(written))
    return net, inputs, targets, written


def export(name, net, inputs):
    torch.onnx.export(net, inputs, out / f"family-{name}.onnx", opset_version=17, dynamo=False, input_names=["input"],
                      output_names=["logits"], dynamic_axes={"input": {0: "n"}, "logits": {0: "n"}})
    print(name, [node.name for node in onnx.load(out / f"family-{name}.onnx").graph.node])


cnn = from_file()
images = torch.tensor(json.loads((out / "captum.json").read_text())["inputs"]).reshape(4, 1, 16, 16)
cnn, images, targets, written = write(
    "cnn", cnn, images[:2], {"relu2": "/relu2/Relu", "fc1": "/fc1/Gemm"}, images=True)

# Expected Gradients: Captum's GradientShap is its Monte Carlo, one point a sample; the mean of the integrals its limit.
torch.manual_seed(31)
background = torch.rand(6, 1, 16, 16).double() * 0.6
background = background.float().double()
exact = torch.stack([IntegratedGradients(cnn).attribute(
    images, baselines=b[None], target=targets, n_steps=STEPS // 2, method="riemann_middle", internal_batch_size=4000)
    for b in background]).mean(0)
runs = []
for seed in (1, 2):
    torch.manual_seed(seed)
    np.random.seed(seed)
    runs.append(GradientShap(cnn).attribute(images, background, n_samples=4000, target=targets))


def distance(a, b):
    return float(((a - b).flatten(1).norm(dim=1) / b.flatten(1).norm(dim=1)).mean())


one, target = images[:1], targets[:1]
noisy = {}
for kind, name in (("smoothgrad_sq", "smoothGradSquared"), ("vargrad", "varGrad")):
    pair = [NoiseTunnel(Saliency(cnn)).attribute(
        one, nt_type=kind, nt_samples=4000, nt_samples_batch_size=500, stdevs=0.1, target=target, abs=False) for _ in range(2)]
    noisy[name] = digits(pair[0])
    noisy[name + "DistanceOfTwoRuns"] = distance(pair[1], pair[0])
absolute = [NoiseTunnel(Saliency(cnn)).attribute(
    one, nt_type="vargrad", nt_samples=4000, nt_samples_batch_size=500, stdevs=0.1, target=target) for _ in range(2)]
noisy["varGradOfAbsolute"] = digits(absolute[0])
noisy["varGradOfAbsoluteDistanceOfTwoRuns"] = distance(absolute[1], absolute[0])
(out / "family-samples.json").write_text(json.dumps({
    "background": digits(background), "expectedGradients": digits(exact), "gradientShap": digits(runs[0]),
    "gradientShapDistanceOfTwoRuns": distance(runs[1], runs[0]),
    "gradientShapDistanceToLimit": distance(runs[0], exact), **noisy}))

mlp = filled(Mlp(), 11)
torch.manual_seed(21)
rows = torch.randn(4, 12)
export("mlp", mlp, rows)
write("mlp", mlp, rows, {"relu1": "/relu1/Relu", "tanh": "/tanh/Tanh"})

residual = filled(Residual(), 12)
apart = filled(Residual(reused=False), 12)
torch.manual_seed(22)
pictures = torch.rand(2, 2, 8, 8)
export("residual", residual, pictures)
write("residual", residual, pictures, {"join2": "/relus.0_4/Relu"}, separate=apart, images=True)

mobile = filled(Mobile(), 13)
torch.manual_seed(23)
pictures = torch.rand(2, 3, 10, 10)
export("mobile", mobile, pictures)
write("mobile", mobile, pictures, {"act2": "/act2/HardSwish", "act1": "/act1/HardSwish"}, images=True)

encoder = filled(Encoder(), 14)
torch.manual_seed(24)
tokens = torch.randn(2, 6, 8)
export("encoder", encoder, tokens)
write("encoder", encoder, tokens, {"embed": "/embed/Add", "one": "/one/norm2/LayerNormalization"}, smooth=True)
