"""The eight classics of onnx's `light` folder with weights that tell something, and what they compute.

The models that come with PyPI's `onnx` are whole networks whose weights are all the same number,
made by ConstantOfShape. Here every such node gives way to a tensor: seeded normal numbers of He et
al. 2015 (sqrt(2 / fan-in)) where there are two axes or more, scales and variances near 1, biases,
shifts and means near 0. References are computed in double precision by `onnx.reference`: the
output for one input, and the derivative of the sum of the output's weighted entries along random
directions of the input, by central differences.

    python classics.py models DIRECTORY            writes the models (1.2 GB)
    python classics.py reference FILE              computes what ClassicsTest compares with

    pip install onnx==1.23.2 numpy==2.4.6

Two of the evaluator's operators are replaced, since they do not compute what ONNX says: see
findings/onnx-reference-lrn.sh and findings/onnx-reference-batch-norm.sh.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
NAMES = [
    "bvlc_alexnet",
    "densenet121",
    "inception_v1",
    "inception_v2",
    "resnet50",
    "shufflenet",
    "squeezenet",
    "vgg19",
    "zfnet512",
]
DIRECTIONS = 2
STEP = 1e-7
SHOWN = 100


def roles(graph):
    """By the name of a weight, how many values meet in one sum, or what it does in a normalisation."""
    found = {}
    for node in graph.node:
        if node.op_type == "BatchNormalization":
            for name, role in zip(node.input[1:], ["scale", "shift", "mean", "variance"]):
                found[name] = role
        elif node.op_type == "Gemm":
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            found[node.input[1]] = "rows" if transposed else "columns"
    return found


def weight(name, shape, role, random):
    if role == "scale":
        return 1 + 0.1 * random.standard_normal(shape)
    if role == "variance":
        return 1 + 0.2 * random.random(shape)
    if len(shape) > 1:
        fan_in = shape[0] if role == "columns" else int(np.prod(shape[1:]))
        return np.sqrt(2 / fan_in) * random.standard_normal(shape)
    if role not in ("shift", "mean") and name.endswith("_w_0"):
        # The scale of a normalisation that is written out as a product.
        return 1 + 0.1 * random.standard_normal(shape)
    return 0.05 * random.standard_normal(shape)


def filled(name, kind):
    """The model with weights of its own, of a kind of floating point."""
    model = onnx.load(LIGHT / f"light_{name}.onnx")
    graph = model.graph
    random = np.random.default_rng([NAMES.index(name), 20])
    known = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    role = roles(graph)
    nodes, tensors, shapes = [], [], set()
    for node in graph.node:
        if node.op_type == "ConstantOfShape":
            shape = tuple(int(n) for n in known[node.input[0]])
            values = weight(node.output[0], shape, role.get(node.output[0], ""), random)
            tensors.append(numpy_helper.from_array(values.astype(kind), node.output[0]))
            shapes.add(node.input[0])
        else:
            nodes.append(node)
    for tensor in graph.initializer:
        if tensor.name in shapes:
            continue
        values = known[tensor.name]
        if values.dtype == np.float32:
            values = values.astype(kind)
        tensors.append(numpy_helper.from_array(values, tensor.name))
    kept = {tensor.name for tensor in tensors}
    inputs = [i for i in graph.input if i.name not in kept and i.name not in shapes]
    del graph.node[:], graph.initializer[:], graph.input[:]
    graph.node.extend(nodes)
    graph.initializer.extend(tensors)
    graph.input.extend(inputs)
    if kind == np.float64:
        for value in list(graph.input) + list(graph.output):
            value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    del graph.value_info[:]
    # From version 4 of the format on, weights are no inputs.
    model.ir_version = 4
    return model


class LRN(OpRun):
    """Over the neighbours of each channel, both ends included."""

    def _run(self, x, alpha=None, beta=None, bias=None, size=None):
        squares = np.zeros_like(x)
        for c in range(x.shape[1]):
            low, high = max(0, c - (size - 1) // 2), min(x.shape[1], c + size // 2 + 1)
            squares[:, c] = (x[:, low:high] ** 2).sum(1)
        return (x / (bias + alpha / size * squares) ** beta,)


class BatchNormalization(OpRun):
    """At inference."""

    def _run(self, x, scale, shift, mean, variance, epsilon=None, **_):
        def each(values):
            return values.reshape(1, -1, *[1] * (x.ndim - 2))

        return ((x - each(mean)) * each(scale / np.sqrt(variance + epsilon)) + each(shift),)


def pseudo(name, stream):
    """32 bits for each value of the input, which Java makes alike."""
    place = np.arange(3 * 224 * 224, dtype=np.uint64)
    mixed = (place + np.uint64(1000003 * (64 * NAMES.index(name) + stream))) * np.uint64(2654435761)
    mixed &= np.uint64(0xFFFFFFFF)
    mixed ^= mixed >> np.uint64(15)
    mixed = (mixed * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return mixed ^ (mixed >> np.uint64(13))


def example(name):
    """24 bits a value, in [0, 1)."""
    return ((pseudo(name, 0) >> np.uint64(8)) / 2.0**24).reshape(1, 3, 224, 224)


def direction(name, which):
    """Plus or minus 1 for each value."""
    return (2.0 * ((pseudo(name, 1 + which) >> np.uint64(7)) & np.uint64(1)) - 1).reshape(1, 3, 224, 224)


def reference(name):
    model = filled(name, np.float64)
    # What precedes a softmax: He weights make one class certain, and its derivative nothing.
    last = model.graph.node[-1]
    score = last.input[0] if last.op_type == "Softmax" else last.output[0]
    if last.op_type == "Softmax":
        del model.graph.node[-1]
        model.graph.output[0].name = score
    evaluator = ReferenceEvaluator(model, new_ops=[LRN, BatchNormalization])
    feed = model.graph.input[0].name

    def scores(x):
        return evaluator.run(None, {feed: x})[0].reshape(-1)

    x = example(name)
    at = scores(x)
    target = int(np.argmax(at))
    slopes = []
    for which in range(DIRECTIONS):
        d = STEP * direction(name, which)
        slopes.append((scores(x + d)[target] - scores(x - d)[target]) / (2 * STEP))
    return {
        "name": name,
        "target": target,
        "norm": float(np.linalg.norm(at)),
        "scores": [float(f"{v:.10g}") for v in at[:SHOWN]],
        "slopes": [float(f"{v:.10g}") for v in slopes],
    }


if __name__ == "__main__":
    what, place = sys.argv[1], Path(sys.argv[2])
    wanted = sys.argv[3:] or NAMES
    if what == "models":
        for name in wanted:
            model = filled(name, np.float32)
            onnx.checker.check_model(model)
            onnx.save(model, place / f"{name}.onnx")
    else:
        known = json.loads(place.read_text()) if place.exists() else []
        for name in wanted:
            computed = reference(name)
            known = [k for k in known if k["name"] != name] + [computed]
            known.sort(key=lambda k: NAMES.index(k["name"]))
            place.write_text("[\n" + ",\n".join(json.dumps(k) for k in known) + "\n]\n")
            print(name, computed["slopes"], flush=True)
