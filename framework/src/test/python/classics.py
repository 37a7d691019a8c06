"""The classics of onnx's `light` folder with weights that tell something, and what they compute.

The models that come with PyPI's `onnx` are whole networks whose weights are all the same number,
made by ConstantOfShape. Here, and in Java by ClassicModel, every such node gives way to a tensor:
seeded uniform numbers of the variance of He et al. 2015 (2 / fan-in) where there are two axes or
more, scales and variances near 1, biases, shifts and means near 0, all of single precision.
References are computed in double precision by `onnx.reference`: the output for one input, and the
derivative of its largest entry along random directions of the input, by central differences.

    python classics.py light DIRECTORY             copies the files (src/test/resources/classics)
    python classics.py reference FILE [NAME …]     computes what ClassicsTest compares with

    pip install onnx==1.23.2 numpy==2.4.6

Two of the evaluator's operators are replaced, since they do not compute what ONNX says: see
findings/onnx-reference-lrn.sh and findings/onnx-reference-batch-norm.sh.
"""

import json
import shutil
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
STEPS = [1e-7, 3e-8, 1e-8, 3e-9, 1e-9]
STRAIGHT, BENT = 1e-6, 1e-4
SHOWN = 100
TENSORS = 4096


def bits(seed, count):
    """The upper 24 bits of the first numbers of Java's SplittableRandom."""
    z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))) >> np.uint64(40)


def between(seed, count):
    """Numbers in [-1, 1)."""
    return bits(seed, count) / 2.0**23 - 1


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


def weight(name, shape, role, seed):
    middle, width = 0.0, 0.05
    if role == "variance":
        middle, width = 1.0, 0.2
    elif role == "scale":
        middle, width = 1.0, 0.1
    elif len(shape) > 1:
        fan_in = shape[0] if role == "columns" else int(np.prod(shape[1:]))
        width = np.sqrt(6 / fan_in)
    elif role not in ("shift", "mean") and name.endswith("_w_0"):
        # The scale of a normalisation that is written out as a product.
        middle, width = 1.0, 0.1
    values = middle + width * between(seed, int(np.prod(shape)))
    return values.astype(np.float32).reshape(shape)


def filled(name):
    """The model with weights of its own, in double precision."""
    model = onnx.load(LIGHT / f"light_{name}.onnx")
    graph = model.graph
    known = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    role = roles(graph)
    nodes, tensors, shapes = [], [], set()
    for node in graph.node:
        if node.op_type == "ConstantOfShape":
            shape = tuple(int(n) for n in known[node.input[0]])
            seed = TENSORS * NAMES.index(name) + len(tensors)
            values = weight(node.output[0], shape, role.get(node.output[0], ""), seed)
            tensors.append(numpy_helper.from_array(values.astype(np.float64), node.output[0]))
            shapes.add(node.input[0])
        else:
            nodes.append(node)
    for tensor in graph.initializer:
        if tensor.name in shapes:
            continue
        values = known[tensor.name]
        if values.dtype == np.float32:
            values = values.astype(np.float64)
        tensors.append(numpy_helper.from_array(values, tensor.name))
    kept = {tensor.name for tensor in tensors}
    inputs = [i for i in graph.input if i.name not in kept and i.name not in shapes]
    del graph.node[:], graph.initializer[:], graph.input[:]
    graph.node.extend(nodes)
    graph.initializer.extend(tensors)
    graph.input.extend(inputs)
    for value in list(graph.input) + list(graph.output):
        value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    del graph.value_info[:]
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


def example(name):
    """24 bits a value, in [0, 1)."""
    seed = TENSORS * (len(NAMES) + NAMES.index(name))
    return (bits(seed, 3 * 224 * 224) / 2.0**24).reshape(1, 3, 224, 224)


def direction(name, which):
    """Plus or minus 1 for each value."""
    seed = TENSORS * (len(NAMES) + NAMES.index(name)) + 1 + which
    return np.where(bits(seed, 3 * 224 * 224) >> np.uint64(23), 1.0, -1.0).reshape(1, 3, 224, 224)


def reference(name):
    model = filled(name)
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
    slopes, bends = [], []
    for which in range(DIRECTIONS):
        tried = []
        for step in STEPS:
            d = step * direction(name, which)
            up, down = scores(x + d)[target], scores(x - d)[target]
            slope = (up - down) / (2 * step)
            # Where no rectifier or pooling turns within a step, both sides have one slope.
            tried.append((abs(up - 2 * at[target] + down) / step / abs(slope), slope, step))
            if tried[-1][0] <= STRAIGHT:
                break
        bend, slope, step = min(tried)
        if bend > BENT:
            raise ValueError(f"{name} is not straight anywhere near: {tried}")
        slopes.append(slope)
        bends.append((float(bend), step))
    return {
        "name": name,
        "target": target,
        "norm": float(np.linalg.norm(at)),
        "scores": [float(f"{v:.12g}") for v in at[:SHOWN]],
        "slopes": [float(f"{v:.10g}") for v in slopes],
    }, f"bends and steps {bends}"


if __name__ == "__main__":
    what, place = sys.argv[1], Path(sys.argv[2])
    wanted = sys.argv[3:] or NAMES
    if what == "light":
        for name in wanted:
            shutil.copyfile(LIGHT / f"light_{name}.onnx", place / f"light_{name}.onnx")
    else:
        known = json.loads(place.read_text()) if place.exists() else []
        for name in wanted:
            computed, how = reference(name)
            known = [k for k in known if k["name"] != name] + [computed]
            known.sort(key=lambda k: NAMES.index(k["name"]))
            place.write_text("[\n" + ",\n".join(json.dumps(k) for k in known) + "\n]\n")
            print(name, computed["slopes"], how, flush=True)
