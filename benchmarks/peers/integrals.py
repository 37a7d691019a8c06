"""Integrated Gradients by Captum in any number of steps, on request of dev.touchstone.measuring.IntegralPeer.

A request is one line of JSON on standard input, an answer one line on standard output:

  {"load": "m.onnx", "images": "i.bin", "shape": [n, ...], "labels": [..]}                   -> {"captum": ..}
  {"integral": steps}                     -> {"values": [[..]]}  of every image, midpoints in double
  {"maps": rule, "steps": s}              -> {"values": [[..]]}  of every image
  {"time": rule, "steps": s, "batch": b, "repeat": r}           -> {"seconds": s}

The ONNX graph is run node by node with its own weights; rules are Captum's: gausslegendre, riemann_middle. At most
ROWS points are in one batch, which is faster than all at once where these are many.
"""
import copy
import json
import sys
import time

import captum
import numpy as np
import onnx
import torch
from captum.attr import IntegratedGradients
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

ROWS = 1000
torch.set_num_threads(2)


class Net(nn.Module):
    """What the file computes before a final logarithm of a softmax."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        self.input, self.nodes = graph.input[0].name, list(graph.node)
        self.given = [{a.name: onnx.helper.get_attribute_value(a) for a in node.attribute} for node in self.nodes]
        self.names = {}
        for i, tensor in enumerate(graph.initializer):
            self.names[tensor.name] = f"w{i}"
            self.register_buffer(f"w{i}", torch.tensor(numpy_helper.to_array(tensor)))

    def forward(self, x):
        values = {self.input: x}
        for node, given in zip(self.nodes, self.given):
            if node.op_type == "Constant":
                continue
            a = [getattr(self, self.names[n]) if n in self.names else values.get(n) for n in node.input]
            values[node.output[0]] = self.apply_node(node.op_type, given, a)
        return values[self.nodes[-1].output[0]]

    def apply_node(self, kind, given, a):
        if kind == "Conv":
            return F.conv2d(a[0], a[1], a[2], stride=given.get("strides", [1, 1]), padding=given.get("pads", [0, 0])[:2])
        if kind == "Gemm":
            return F.linear(a[0], a[1] if given.get("transB") else a[1].T, a[2])
        if kind == "BatchNormalization":
            return F.batch_norm(a[0], a[3], a[4], a[1], a[2], eps=given["epsilon"])
        if kind == "MaxPool":
            return F.max_pool2d(a[0], given["kernel_shape"], given["strides"])
        if kind == "AveragePool":
            return F.avg_pool2d(a[0], given["kernel_shape"], given.get("strides"))
        if kind in ("Flatten", "Reshape"):
            return a[0].flatten(1)
        if kind == "Relu":
            return F.relu(a[0])
        if kind == "Add":
            return a[0] + a[1]
        if kind == "LogSoftmax":
            return a[0]
        raise ValueError("no function for " + kind)


class Peer:
    def load(self, request):
        pixels = np.fromfile(request["images"], dtype=">f4").astype(np.float32)
        self.images = torch.tensor(pixels.reshape(request["shape"]))
        self.labels = torch.tensor(request["labels"])
        self.net = Net(request["load"]).eval()
        return {"torch": torch.__version__, "captum": captum.__version__}

    def maps(self, net, images, rule, steps):
        rows = {"internal_batch_size": ROWS} if steps * len(images) > ROWS else {}
        return IntegratedGradients(net).attribute(
            images, target=self.labels[:len(images)], n_steps=steps, method=rule, **rows).detach()

    def answer(self, request):
        if "load" in request:
            return self.load(request)
        if "integral" in request:
            net = copy.deepcopy(self.net).double()
            return self.values(self.maps(net, self.images.double(), "riemann_middle", request["integral"]))
        if "maps" in request:
            return self.values(self.maps(self.net, self.images, request["maps"], request["steps"]))
        images = self.images[:request["batch"]]
        start = time.perf_counter()
        for _ in range(request["repeat"]):
            self.maps(self.net, images, request["time"], request["steps"])
        return {"seconds": (time.perf_counter() - start) / request["repeat"]}

    @staticmethod
    def values(maps):
        return {"values": maps.flatten(1).tolist()}


if __name__ == "__main__":
    peer = Peer()
    for line in sys.stdin:
        print(json.dumps(peer.answer(json.loads(line))), flush=True)
