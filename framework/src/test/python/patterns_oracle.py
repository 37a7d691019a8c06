"""Reference numbers for PatternNet and PatternAttribution, by the formulas of Kindermans et al. 2018 in plain NumPy.

    python patterns_oracle.py ../resources/attribution/relevance

numpy==2.4.6 onnx==1.23.2. Writes patterns.onnx (convolution, rectifier, pooling, convolution, rectifier, two dense
layers; random weights) and patterns.json: the data that patterns are learnt from, and maps of the first examples in
double precision. Every patch of every example is written out, and nothing is shared with the code under test.
"""
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(21)
EXAMPLES, EXPLAINED, SIZE = 30, 3, 8
weights = {"w1": rng.normal(size=(4, 2, 3, 3)) / 3, "b1": rng.normal(size=4) / 5,
           "w2": rng.normal(size=(5, 4, 3, 3)) / 4, "b2": rng.normal(size=5) / 5,
           "w3": rng.normal(size=(20, 6)) / 4, "b3": rng.normal(size=6) / 5,
           "w4": rng.normal(size=(3, 6)) / 2, "b4": rng.normal(size=3)}
weights = {k: w.astype(np.float32).astype(np.float64) for k, w in weights.items()}
mixing = rng.normal(size=(5, 2 * SIZE * SIZE))
data = (rng.normal(size=(EXAMPLES, 5)) @ mixing + .3 * rng.normal(size=(EXAMPLES, 2 * SIZE * SIZE)) + .4)
data = data.reshape(EXAMPLES, 2, SIZE, SIZE).astype(np.float32).astype(np.float64)


def patches(x, pad):
    """Every 3 x 3 patch as a row of channel, y, x: n x places x (c * 9)."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n, c, h, w = x.shape
    return np.stack([x[:, :, i:i + 3, j:j + 3].reshape(n, -1) for i in range(h - 2) for j in range(w - 2)], 1)


def unpatched(rows, shape, pad):
    n, c, h, w = shape
    x = np.zeros((n, c, h + 2 * pad, w + 2 * pad))
    places = [(i, j) for i in range(h + 2 * pad - 2) for j in range(w + 2 * pad - 2)]
    for k, (i, j) in enumerate(places):
        x[:, :, i:i + 3, j:j + 3] += rows[:, k].reshape(n, c, 3, 3)
    return x[:, :, pad:pad + h, pad:pad + w]


def forward(x):
    v = {"x": x}
    v["p1"] = patches(x, 1)
    v["y1"] = v["p1"] @ weights["w1"].reshape(4, -1).T + weights["b1"]
    a1 = np.maximum(v["y1"], 0).transpose(0, 2, 1).reshape(-1, 4, SIZE, SIZE)
    windows = a1.reshape(-1, 4, SIZE // 2, 2, SIZE // 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(-1, 4, 4, 4, 4)
    v["windows"] = windows
    v["p2"] = patches(windows.max(-1), 0)
    v["y2"] = v["p2"] @ weights["w2"].reshape(5, -1).T + weights["b2"]
    v["a2"] = np.maximum(v["y2"], 0).transpose(0, 2, 1).reshape(-1, 20)
    v["y3"] = v["a2"] @ weights["w3"] + weights["b3"]
    v["a3"] = np.maximum(v["y3"], 0)
    v["y4"] = v["a3"] @ weights["w4"].T + weights["b4"]
    return v


def pattern(x, y, w, rectified):
    """Of one layer: x is samples x inputs, y samples x units, w inputs x units."""
    a = np.zeros_like(w)
    for unit in range(y.shape[1]):
        active = y[:, unit] > 0 if rectified else np.ones(len(y), bool)
        if active.any():
            xy = (x[active] * y[active, unit:unit + 1]).mean(0)
            covariance = xy - x[active].mean(0) * y[:, unit].mean()
            a[:, unit] = covariance / (w[:, unit] @ covariance)
    return a


def back(v, layers, signal):
    """From the scores to the input, with the layers' weights (inputs x units) replaced."""
    s3 = (signal @ layers[3].T) * (v["y3"] > 0)
    s2 = (s3 @ layers[2].T).reshape(-1, 5, 4).transpose(0, 2, 1) * (v["y2"] > 0)
    pooled = unpatched(s2 @ layers[1].T, (len(signal), 4, 4, 4), 0)
    first = np.arange(4) == v["windows"].argmax(-1)[..., None]
    a1 = (first * pooled[..., None]).reshape(-1, 4, 4, 4, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(-1, 4, SIZE * SIZE)
    s1 = a1.transpose(0, 2, 1) * (v["y1"] > 0)
    return unpatched(s1 @ layers[0].T, v["x"].shape, 1).reshape(len(signal), -1)


v = forward(data)
flat = [weights["w1"].reshape(4, -1).T, weights["w2"].reshape(5, -1).T, weights["w3"], weights["w4"].T]
learnt = [pattern(v["p1"].reshape(-1, 18), v["y1"].reshape(-1, 4), flat[0], True),
          pattern(v["p2"].reshape(-1, 36), v["y2"].reshape(-1, 5), flat[1], True),
          pattern(v["a2"], v["y3"], flat[2], True), pattern(v["a3"], v["y4"], flat[3], False)]
v = forward(data[:EXPLAINED])
targets = v["y4"].argmax(1)
signal = v["y4"] * np.eye(3)[targets]
assert np.allclose(back(v, flat, np.eye(3)[targets])[0, :3],
                   [(forward(data[:1] + e)["y4"][0, targets[0]] - forward(data[:1] - e)["y4"][0, targets[0]]) / 2e-5
                    for e in 1e-5 * np.eye(128)[:3].reshape(3, 1, 2, SIZE, SIZE)], atol=1e-6), "the way back"


def listed(values):
    return [[float(f"{x:.9g}") for x in row] for row in values.reshape(len(values), -1)]


json.dump({"shape": list(data.shape), "data": listed(data), "targets": targets.tolist(), "scores": listed(v["y4"]),
           "patternNet": listed(back(v, learnt, signal)),
           "patternAttribution": listed(back(v, [a * w for a, w in zip(learnt, flat)], signal))},
          open(out / "patterns.json", "w"))


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs.split(), [output], output, **attributes)


nodes = [node("Conv", "x w1 b1", "conv1", pads=[1, 1, 1, 1]), node("Relu", "conv1", "relu1"),
         node("MaxPool", "relu1", "pool", kernel_shape=[2, 2], strides=[2, 2]), node("Conv", "pool w2 b2", "conv2"),
         node("Relu", "conv2", "relu2"), node("Flatten", "relu2", "flat"), node("MatMul", "flat w3", "product"),
         node("Add", "product b3", "dense"), node("Relu", "dense", "relu3"), node("Gemm", "relu3 w4 b4", "scores", transB=1)]
graph = helper.make_graph(
    nodes, "patterns", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2, SIZE, SIZE])],
    [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 3])],
    [numpy_helper.from_array(w.astype(np.float32), k) for k, w in weights.items()])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), out / "patterns.onnx")
