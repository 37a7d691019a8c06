"""Makes small networks that rectify in different ways, and what Guided Backpropagation is of them.

expected.json holds, by the name of the file, the guided gradient of each row's score of its class, computed here
layer by layer in double: R = 1[0 < y < cap] * max(0, g) at every rectifier (Springenberg et al. 2015). "plain" is the
ordinary gradient of the same score.

    pip install onnx==1.23.2 numpy
    python rectifiers.py ../resources/rectifiers
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(11)
W = [random.standard_normal(s) / np.sqrt(s[0]) for s in ((4, 12), (12, 12), (12, 3))]
B = [0.3 * random.standard_normal(s) for s in (12, 12, 3)]
X = np.round(random.standard_normal((5, 4)), 3).astype(np.float32)
TARGETS = [0, 1, 2, 0, 1]
CAP = 0.8


def constants(**values):
    return [numpy_helper.from_array(np.asarray(v, dtype=np.float32), k) for k, v in values.items()]


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs, [output], name=f"{kind.lower()}_{output}", **attributes)


def save(path, activation, extra=(), head=None, classes=3):
    """Two hidden layers, each followed by what activation(input, output) makes."""
    nodes, weights, value = [], list(extra), "x"
    for i in range(3):
        w, b = W[i], B[i]
        if i == 2 and head is not None:
            w, b = w[:, :1], b[:1]
        weights += constants(**{f"w{i}": w, f"b{i}": b})
        made = f"a{i}" if i < 2 or head is not None else "y"
        nodes.append(node("Gemm", [value, f"w{i}", f"b{i}"], made))
        if i < 2:
            nodes += activation(f"a{i}", f"r{i}")
            value = f"r{i}"
    if head is not None:
        nodes += head("a2", "y")
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", classes])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def gradients(threshold=0.0, cap=np.inf, guided=True):
    maps = []
    for x, target in zip(X.astype(np.float64), TARGETS):
        w = [a.astype(np.float32).astype(np.float64) for a in W]
        b = [a.astype(np.float32).astype(np.float64) for a in B]
        passing, value = [], x
        for i in range(2):
            a = value @ w[i] + b[i]
            passing.append((a > threshold) & (a < cap))
            value = np.where(a > threshold, np.minimum(a, cap), 0)
        g = w[2][:, target]
        for i in (1, 0):
            g = (np.maximum(g, 0) if guided else g) * passing[i]
            g = w[i] @ g
        maps.append(g.tolist())
    return maps


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    zero, cap, hundredth = constants(zero=0), constants(cap=CAP), constants(slope=0.01)
    forms = {
        "relu": (lambda a, r: [node("Relu", [a], r)], [], {}),
        "clip": (lambda a, r: [node("Clip", [a, "zero", "cap"], r)], zero + cap, {"cap": np.float32(CAP)}),
        "clip_open": (lambda a, r: [node("Clip", [a, "zero"], r)], zero, {}),
        "max_last": (lambda a, r: [node("Max", [a, "zero"], r)], zero, {}),
        "max_first": (lambda a, r: [node("Max", ["zero", a], r)], zero, {}),
        "min_of_max": (
            lambda a, r: [node("Max", [a, "zero"], r + "m"), node("Min", [r + "m", "cap"], r)],
            zero + cap,
            {"cap": np.float32(CAP)},
        ),
        "thresholded": (lambda a, r: [node("ThresholdedRelu", [a], r, alpha=0.25)], [], {"threshold": 0.25}),
    }
    expected = {"x": X.tolist(), "targets": TARGETS, "plain": {}, "guided": {}}
    for name, (activation, extra, settings) in forms.items():
        save(folder / f"{name}.onnx", activation, extra)
        expected["guided"][name] = gradients(**settings)
        expected["plain"][name] = gradients(guided=False, **settings)
    others = {
        "leaky": (lambda a, r: [node("LeakyRelu", [a], r)], []),
        "prelu": (lambda a, r: [node("PRelu", [a, "slope"], r)], constants(slope=[0.01])),
        "hardswish": (lambda a, r: [node("HardSwish", [a], r)], []),
        "softplus": (lambda a, r: [node("Softplus", [a], r)], []),
        "gelu": (lambda a, r: [node("Gelu", [a], r)], []),
        "where": (
            lambda a, r: [node("Greater", [a, "zero"], r + "g"), node("Where", [r + "g", a, "zero"], r)],
            zero,
        ),
        "mask": (
            lambda a, r: [
                node("Greater", [a, "zero"], r + "g"),
                node("Cast", [r + "g"], r + "c", to=TensorProto.FLOAT),
                node("Mul", [a, r + "c"], r),
            ],
            zero,
        ),
        "swish": (lambda a, r: [node("Sigmoid", [a], r + "s"), node("Mul", [a, r + "s"], r)], []),
        "max_slope": (
            lambda a, r: [node("Mul", [a, "slope"], r + "l"), node("Max", [a, r + "l"], r)],
            hundredth,
        ),
        "clip_below": (lambda a, r: [node("Clip", [a, "low"], r)], constants(low=-1)),
        "tanh": (lambda a, r: [node("Tanh", [a], r)], []),
    }
    for name, (activation, extra) in others.items():
        save(folder / f"other_{name}.onnx", activation, extra)
    relu = forms["relu"][0]
    one = constants(one=1)
    # The score before the sigmoid, and the heads that exporters put behind it for two classes.
    save(folder / "head_score.onnx", relu, [], lambda a, y: [node("Identity", [a], y)], 1)
    save(
        folder / "head_beside.onnx",
        relu,
        one,
        lambda a, y: [
            node("Sigmoid", [a], "p"),
            node("Sub", ["one", "p"], "q"),
            node("Concat", ["q", "p"], y, axis=1),
        ],
        2,
    )
    (folder / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
