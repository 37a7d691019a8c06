"""Makes one small convolutional network with its batch free, and fixed at 1 and at 4 as exporters fix it.

The numbers are the same in all of them: what differs is the input's first axis and the shape that Reshape asks for.
The last one joins a constant row to each example, as a transformer's class token is joined: written for a batch of
one, it cannot be computed on more. And "crosswise" takes its mean over the batch, which of one example is nothing.

    pip install onnx==1.23.2 numpy
    python fixed_batch.py ../resources/fixed-batch
"""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(5)
KERNELS = random.standard_normal((3, 1, 3, 3)).astype(np.float32)
HEAD = (random.standard_normal((12, 3)) / 3).astype(np.float32)
TOKEN_HEAD = (random.standard_normal((24, 3)) / 3).astype(np.float32)
TOKEN = random.standard_normal((1, 1, 12)).astype(np.float32)


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs, [output], name=f"{kind.lower()}_{output}", **attributes)


def save(folder, name, batch, tail, weights):
    nodes = [
        node("Conv", ["x", "kernels"], "c", pads=[0, 0, 0, 0]),
        node("Relu", ["c"], "r"),
        node("MaxPool", ["r"], "p", kernel_shape=[2, 2], strides=[2, 2]),
    ] + tail
    constants = [numpy_helper.from_array(np.asarray(value), key) for key, value in weights.items()]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 1, 6, 6])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, 3])],
        [numpy_helper.from_array(KERNELS, "kernels")] + constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, folder / f"{name}.onnx")


def flat(shape, **attributes):
    tail = [node("Reshape", ["p", "shape"], "f", **attributes), node("Gemm", ["f", "head"], "y")]
    return tail, {"shape": np.array(shape, dtype=np.int64), "head": HEAD}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    save(folder, "free", "n", *flat([0, -1]))
    save(folder, "one", 1, *flat([1, 12], allowzero=1))
    save(folder, "four", 4, *flat([4, -1]))
    save(
        folder,
        "token",
        1,
        [
            node("Reshape", ["p", "row"], "q"),
            node("Concat", ["token", "q"], "t", axis=1),
            node("Flatten", ["t"], "f", axis=1),
            node("Gemm", ["f", "head"], "y"),
        ],
        {"row": np.array([1, 1, 12], dtype=np.int64), "token": TOKEN, "head": TOKEN_HEAD},
    )
    save(
        folder,
        "crosswise",
        1,
        [
            node("Reshape", ["p", "shape"], "f"),
            node("ReduceMean", ["f", "axes"], "m", keepdims=1),
            node("Gemm", ["m", "head"], "y"),
        ],
        {"shape": np.array([1, 12], dtype=np.int64), "axes": np.array([0], dtype=np.int64), "head": HEAD},
    )
