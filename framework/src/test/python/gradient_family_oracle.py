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
from networks import Cnn, Encoder, Mlp, Mobile, Residual, filled
from onnx import numpy_helper
from torch import nn

out = pathlib.Path(sys.argv[1])
torch.set_num_threads(2)
STEPS = 20000


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
