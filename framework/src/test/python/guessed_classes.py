"""Makes the models and tables of GuessedClassesTest and ClassNamesTest.

Every model is right on every example once the classes stand in the order of its outputs.

    pip install onnx==1.23.2 numpy
    python guessed_classes.py ../resources/classes
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def save(path, nodes, inputs, classes, weights=(), metadata=None):
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *inputs])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", classes])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, metadata or {})
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    # The scores are the features.
    for classes in (2, 12):
        save(
            folder / f"identity{classes}.onnx",
            [helper.make_node("Identity", ["x"], ["y"])],
            [classes],
            classes,
        )
    # What trainers write of their classes into a file's metadata.
    for name, metadata in (
        ("list", {"classes": '["cat", "dog"]'}),
        ("dictionary", {"names": "{1: 'dog', 0: 'cat'}"}),
        ("positions", {"labels": "[0, 1]"}),
        ("nothing", {"classes": "two of them", "names": "{1: 'a', 2: 'b'}", "labels": "[[1], {}]"}),
    ):
        save(
            folder / f"named_{name}.onnx",
            [helper.make_node("Identity", ["x"], ["y"])],
            [2],
            2,
            metadata=metadata,
        )
    # The class whose grey level, 20 times its number, is nearest to the image's mean.
    save(
        folder / "levels12.onnx",
        [
            helper.make_node("ReduceMean", ["x"], ["mean"], axes=[2, 3], keepdims=0),
            helper.make_node("Sub", ["mean", "levels"], ["from"]),
            helper.make_node("Abs", ["from"], ["distance"]),
            helper.make_node("Sub", ["ten", "distance"], ["y"]),
        ],
        [1, 4, 4],
        12,
        [("levels", (20 * np.arange(12)).astype(np.float32).reshape(1, 12)), ("ten", np.float32(10))],
    )
    (folder / "signs.csv").write_text(
        "f0,f1,y\n" + "3,-1,-1\n" * 60 + "-1,3,+1\n" * 40
    )
    for name, write in (
        ("decimals", lambda c: f"{c}.0"),
        ("blanks", lambda c: f" {c}" if c % 2 else f"{c}"),
        ("exponents", lambda c: f"{c}e0"),
    ):
        rows = ["f%d" % i for i in range(12)]
        lines = [",".join(rows + ["y"])]
        for c in range(12):
            lines += [",".join(["3" if i == c else "-1" for i in range(12)] + [write(c)])] * 10
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
