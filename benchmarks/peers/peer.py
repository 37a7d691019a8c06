"""Runs the sample networks in PyTorch and Captum, on request of dev.touchstone.measuring.Peers.

A request is one line of JSON on standard input, an answer one line on standard output:

  {"load": "m.onnx", "images": "i.bin", "shape": [n, c, h, w], "labels": [..]}   -> {"torch": .., "captum": ..}
  {"run": "forward" | "gradient" | "integrated_gradients" | "epsilon_plus" | "hessian_vector" | ..., "batch": b, "repeat": r}
                                                      -> {"seconds": s, "values": [the first example's numbers]}
  {"all": "integral" | ..., "batch": b}               -> {"values": [[every example's numbers]]}

The ONNX file is rebuilt as an eager torch.nn.Sequential from its own weights, so that both sides compute the same
function; images are float32, big-endian, as Java wrote them.
"""
import copy
import json
import sys
import time

import captum
import numpy as np
import onnx
import torch
from captum.attr import GradientShap, GuidedBackprop, IntegratedGradients, NoiseTunnel, Saliency
from onnx import numpy_helper
from torch import nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy, one_hot
from zennit.composites import EpsilonPlus

STEPS = 50
MANY_STEPS = 5000
SAMPLES = 50
NOISE = 0.15
BASELINES = 20
SHAP_SAMPLES = 500
CLASSES = 10
torch.set_num_threads(2)


def eager(path):
    """An ONNX chain of the operators that the sample networks use, as eager modules."""
    graph = onnx.load(path).graph
    tensors = {t.name: torch.tensor(numpy_helper.to_array(t)) for t in graph.initializer}
    layers = []
    for node in graph.node:
        given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        weights = [tensors[name] for name in node.input if name in tensors]
        if node.op_type == "Conv":
            out, into, *kernel = weights[0].shape
            layer = nn.Conv2d(into, out, kernel, padding=given["pads"][:2])
            fill(layer, weight=weights[0], bias=weights[1])
        elif node.op_type == "Gemm":
            weight = weights[0] if given.get("transB") else weights[0].T
            layer = nn.Linear(weight.shape[1], weight.shape[0])
            fill(layer, weight=weight, bias=weights[1])
        elif node.op_type == "BatchNormalization":
            layer = nn.BatchNorm2d(len(weights[0]), eps=given["epsilon"])
            fill(layer, weight=weights[0], bias=weights[1], running_mean=weights[2], running_var=weights[3])
        elif node.op_type == "MaxPool":
            layer = nn.MaxPool2d(given["kernel_shape"], given["strides"])
        elif node.op_type == "Relu":
            layer = nn.ReLU()
        elif node.op_type in ("Flatten", "Reshape"):
            layer = nn.Flatten()
        elif node.op_type == "LogSoftmax":
            continue  # scores are explained, as in Touchstone
        elif node.op_type == "Constant":
            continue
        else:
            raise ValueError(f"{path}: no module for {node.op_type}")
        layers.append(layer)
    return nn.Sequential(*layers).eval()


def fill(layer, **tensors):
    with torch.no_grad():
        for name, value in tensors.items():
            getattr(layer, name).copy_(value)
    for parameter in layer.parameters():
        parameter.requires_grad_(False)  # only input gradients are wanted, on both sides


def flat(tensors):
    return torch.cat([t.flatten() for t in tensors.values()])


class Peer:
    def load(self, request):
        pixels = np.fromfile(request["images"], dtype=">f4").astype(np.float32)
        self.images = torch.tensor(pixels.reshape(request["shape"]))
        self.labels = torch.tensor(request["labels"])
        self.net = eager(request["load"])
        return {"torch": torch.__version__, "captum": captum.__version__, "threads": torch.get_num_threads()}

    def run(self, request):
        work = getattr(self, request["run"])
        images, labels = self.images[:request["batch"]], self.labels[:request["batch"]]
        start, before = time.perf_counter(), time.process_time()
        for _ in range(request["repeat"]):
            values = work(images, labels)
        processor = (time.process_time() - before) / request["repeat"]
        seconds = (time.perf_counter() - start) / request["repeat"]
        return {"seconds": seconds, "processor": processor, "values": values[0].flatten().tolist()}

    def all(self, request):
        values = getattr(self, request["all"])(self.images[:request["batch"]], self.labels[:request["batch"]])
        return {"values": values.flatten(1).tolist()}

    def forward(self, images, labels):
        with torch.no_grad():
            return self.net(images)

    def gradient(self, images, labels):
        x = images.clone().requires_grad_(True)
        self.net(x).gather(1, labels[:, None]).sum().backward()
        return x.grad

    def integrated_gradients(self, images, labels):
        """Gauss-Legendre, from black, all steps of all images in one batch: Captum's defaults."""
        return IntegratedGradients(self.net).attribute(images, target=labels, n_steps=STEPS).detach()

    def epsilon_plus(self, images, labels):
        """Relevance that begins with the labels' scores; batch norms hand it on."""
        x = images.clone().requires_grad_(True)
        with EpsilonPlus().context(self.net) as net:
            scores = net(x)
            return torch.autograd.grad(scores, x, scores.detach() * one_hot(labels, CLASSES))[0]

    def smooth_grad(self, images, labels):
        """The noise is a share of the images' range; all of them have the same."""
        return self.noisy(images, labels, SAMPLES)

    def limit_of_smooth_grad(self, images, labels):
        return sum(self.noisy(images, labels, 500, nt_samples_batch_size=50) for _ in range(40)) / 40

    def noisy(self, images, labels, samples, **arguments):
        deviation = NOISE * float(images.max() - images.min())
        return NoiseTunnel(Saliency(self.net)).attribute(
            images, nt_samples=samples, stdevs=deviation, target=labels, abs=False, **arguments).detach()

    def guided_backprop(self, images, labels):
        return GuidedBackprop(self.net).attribute(images, target=labels).detach()

    def gradient_shap(self, images, labels):
        """Against the last of the images that were handed over: a sample is one point at random of a path."""
        return GradientShap(self.net).attribute(
            images, self.images[-BASELINES:], n_samples=SHAP_SAMPLES, target=labels).detach()

    def limit_of_gradient_shap(self, images, labels):
        """In double: the mean of the integrals from all baselines."""
        net = copy.deepcopy(self.net).double()
        integrals = [IntegratedGradients(net).attribute(
            images.double(), baselines=baseline[None].double(), target=labels, n_steps=1000, method="riemann_middle",
            internal_batch_size=1000) for baseline in self.images[-BASELINES:]]
        return sum(integrals).detach() / BASELINES

    def weight_gradient(self, images, labels):
        return flat(torch.func.grad(self.loss)(self.weights(), images, labels))[None]

    def hessian_vector(self, images, labels):
        def gradient(weights):
            return torch.func.grad(self.loss)(weights, images, labels)
        return flat(torch.func.jvp(gradient, (self.weights(),), (self.direction(),))[1])[None]

    def gauss_newton_vector(self, images, labels):
        """Forward by the weights, the loss's Hessian at the scores, and back: no second derivative of the network.

        The Hessian in double: in single precision a confident softmax is 1, and its curvature 0.
        """
        def scores(weights):
            return functional_call(self.net, weights, images)

        def at_scores(z):
            return torch.func.grad(lambda s: cross_entropy(s, (labels + 1) % CLASSES, reduction="sum"))(z)
        weights = self.weights()
        z, moved = torch.func.jvp(scores, (weights,), (self.direction(),))
        curved = torch.func.jvp(at_scores, (z.double(),), (moved.double(),))[1].float()
        return flat(torch.func.vjp(scores, weights)[1](curved)[0])[None]

    def gradient_products(self, images, labels):
        def losses(weights):
            return cross_entropy(functional_call(self.net, weights, images), (labels + 1) % CLASSES, reduction="none")
        return torch.func.jvp(losses, (self.weights(),), (self.direction(),))[1][:, None]

    def gradient_norms(self, images, labels):
        def loss(weights, image, label):
            return self.loss(weights, image[None], label[None])
        gradients = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))(self.weights(), images, labels)
        return sum(g.square().flatten(1).sum(1) for g in gradients.values())[None]

    def loss(self, weights, images, labels):
        """Of the class after each label's: the sample networks' losses at the labels are next to 0."""
        return cross_entropy(functional_call(self.net, weights, images), (labels + 1) % CLASSES, reduction="sum")

    def weights(self):
        return dict(self.net.named_parameters())

    def direction(self):
        weights = self.weights()
        numbers = torch.tensor(np.sin(np.arange(sum(w.numel() for w in weights.values()))) / 100).float()
        parts = numbers.split([w.numel() for w in weights.values()])
        return {name: part.view_as(weights[name]) for name, part in zip(weights, parts)}

    def integral(self, images, labels):
        """What every number of steps tends to, in double: by the midpoint rule, which kinks harm least."""
        net = copy.deepcopy(self.net).double()
        return IntegratedGradients(net).attribute(
            images.double(), target=labels, n_steps=MANY_STEPS, method="riemann_middle", internal_batch_size=1000
        ).detach()


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        answer = next(getattr(peer, what)(request) for what in ("load", "run", "all") if what in request)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
