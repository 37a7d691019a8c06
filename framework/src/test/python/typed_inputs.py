"""Writes models that take other things than one tensor of floats, with what they answer, to src/test/resources/typed.

    pip install scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 pandas==3.1.1
    python typed_inputs.py ../resources/typed

Data are drawn here. expected.json holds, for each model, its inputs and the answers: of pipeline and words by
scikit-learn's predict_proba, of the others by NumPy in the precision that the file has; ONNX Runtime for Python is asked
about all of them, and has to agree.
"""
import json
import os
import sys

import numpy as np
import onnxruntime
import pandas as pd
from onnx import TensorProto, checker, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

random = np.random.default_rng(7)


def softmax(rows):
    e = np.exp(rows - rows.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def graph(nodes, inputs, width, weights, type=TensorProto.FLOAT):
    made = helper.make_graph(
        [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in nodes], "typed",
        [helper.make_tensor_value_info(name, kind, ["n", *shape]) for name, kind, *shape in inputs],
        [helper.make_tensor_value_info("scores", type, ["n", width])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model, full_check=True)
    return model


def pipeline():
    n = 400
    age, hours = random.integers(18, 80, n), random.integers(5, 60, n)
    job = random.choice(["clerk", "nurse", "smith"], n)
    table = pd.DataFrame({"age": age.astype(np.float32), "hours": hours.astype(np.float32), "job": job.astype(object)})
    y = np.where(age + 10 * (job == "nurse") + random.normal(0, 8, n) > 50, "yes", "no")
    model = Pipeline([
        ("columns", ColumnTransformer([("n", StandardScaler(), ["age", "hours"]), ("c", OneHotEncoder(), ["job"])])),
        ("head", LogisticRegression())]).fit(table, y)
    onnx = to_onnx(model, initial_types=[("age", FloatTensorType([None, 1])), ("hours", FloatTensorType([None, 1])),
                                         ("job", StringTensorType([None, 1]))], target_opset=17)
    rows = table[:12]
    return onnx, {"age": rows[["age"]].to_numpy(), "hours": rows[["hours"]].to_numpy(),
                  "job": rows[["job"]].to_numpy()}, model.predict_proba(rows)


def words():
    n = 300
    x = np.stack([random.choice(["red", "green", "blue"], n), random.choice(["round", "square"], n)], 1).astype(object)
    y = ((x[:, 0] == "red") & (x[:, 1] == "round")).astype(int)
    model = Pipeline([("c", OneHotEncoder()), ("head", LogisticRegression())]).fit(x, y)
    onnx = to_onnx(model, initial_types=[("both", StringTensorType([None, 2]))], target_opset=17)
    return onnx, {"both": x[:8]}, model.predict_proba(x[:8])


def doubles():
    """Seconds since 1970: single precision holds every 128th."""
    at = 1_790_000_000.5
    x = at + np.array([[-64.], [-1], [-.5], [0], [.25], [1], [64], [1000]])
    y = (x > at).astype(np.float64)
    model = graph(
        [("Greater", ["x", "at"], ["later"]), ("Cast", ["later"], ["p"], {"to": TensorProto.DOUBLE}),
         ("Sub", ["one", "p"], ["q"]), ("Concat", ["q", "p"], ["scores"], {"axis": 1})],
        [("x", TensorProto.DOUBLE, 1)], 2, {"at": np.array([at]), "one": np.array([1.])}, TensorProto.DOUBLE)
    return model, {"x": x}, np.hstack([1 - y, y])


def linear_double():
    """The white box knows it, and takes singles."""
    w, b = random.normal(size=(3, 2)), random.normal(size=2)
    x = random.normal(size=(6, 3)) + 20_000_000
    w -= w.mean(axis=0)
    model = graph([("MatMul", ["x", "w"], ["m"]), ("Add", ["m", "b"], ["a"]), ("Softmax", ["a"], ["scores"], {"axis": 1})],
                  [("x", TensorProto.DOUBLE, 3)], 2, {"w": w, "b": b}, TensorProto.DOUBLE)
    return model, {"x": x}, softmax(x @ w + b)


def two():
    w = random.normal(size=(4, 2)).astype(np.float32)
    image, vector = random.normal(size=(5, 2, 3)).astype(np.float32), random.normal(size=(5, 2)).astype(np.float32)
    model = graph(
        [("ReduceMean", ["image"], ["mean"], {"axes": [2], "keepdims": 0}), ("Concat", ["mean", "vector"], ["both"], {"axis": 1}),
         ("MatMul", ["both", "w"], ["a"]), ("Softmax", ["a"], ["scores"], {"axis": 1})],
        [("image", TensorProto.FLOAT, 2, 3), ("vector", TensorProto.FLOAT, 2)], 2, {"w": w})
    return model, {"image": image, "vector": vector}, softmax(np.hstack([image.mean(axis=2), vector]).astype(np.float64) @ w)


def ids():
    """Tokens and a mask, as a text encoder takes them; embeddings are averaged where the mask is true."""
    embeddings = random.normal(size=(9, 3)).astype(np.float32)
    tokens = random.integers(0, 9, (6, 4))
    mask = random.random((6, 4)) < .7
    mask[:, 0] = True
    model = graph(
        [("Gather", ["embeddings", "input_ids"], ["e"]), ("Cast", ["attention_mask"], ["m"], {"to": TensorProto.FLOAT}),
         ("Unsqueeze", ["m", "two"], ["m3"]), ("Mul", ["e", "m3"], ["masked"]),
         ("ReduceSum", ["masked", "one"], ["sum"], {"keepdims": 0}), ("ReduceSum", ["m", "one"], ["count"], {"keepdims": 1}),
         ("Div", ["sum", "count"], ["mean"]), ("Softmax", ["mean"], ["scores"], {"axis": 1})],
        [("input_ids", TensorProto.INT64, 4), ("attention_mask", TensorProto.BOOL, 4)], 3,
        {"embeddings": embeddings, "one": np.array([1]), "two": np.array([2])})
    mean = (embeddings[tokens].astype(np.float64) * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return model, {"input_ids": tokens, "attention_mask": mask}, softmax(mean)


def halves():
    w = random.normal(size=(3, 2)).astype(np.float16)
    x = random.normal(size=(5, 3)).astype(np.float16)
    model = graph([("Cast", ["x"], ["f"], {"to": TensorProto.FLOAT}), ("Cast", ["w"], ["v"], {"to": TensorProto.FLOAT}),
                   ("MatMul", ["f", "v"], ["a"]), ("Softmax", ["a"], ["scores"], {"axis": 1})],
                  [("x", TensorProto.FLOAT16, 3)], 2, {"w": w})
    return model, {"x": x}, softmax(x.astype(np.float64) @ w.astype(np.float64))


def pixels():
    w = random.normal(size=(4, 2)).astype(np.float32)
    x = random.integers(0, 256, (5, 1, 2, 2)).astype(np.uint8)
    model = graph([("Cast", ["x"], ["f"], {"to": TensorProto.FLOAT}), ("Div", ["f", "most"], ["s"]),
                   ("Flatten", ["s"], ["r"], {"axis": 1}), ("MatMul", ["r", "w"], ["a"]),
                   ("Softmax", ["a"], ["scores"], {"axis": 1})],
                  [("x", TensorProto.UINT8, 1, 2, 2)], 2, {"w": w, "most": np.array([255], np.float32)})
    return model, {"x": x}, softmax(x.reshape(5, 4).astype(np.float64) / 255 @ w)


def narrow():
    a = random.integers(-128, 128, (4, 1)).astype(np.int8)
    b = random.integers(-30000, 30000, (4, 1)).astype(np.int16)
    c = random.integers(-2_000_000_000, 2_000_000_000, (4, 1)).astype(np.int32)
    scale = np.array([[128, 30000, 2e9]], np.float32)
    w = random.normal(size=(3, 2)).astype(np.float32)
    model = graph([*[("Cast", [i], [i + "f"], {"to": TensorProto.FLOAT}) for i in "abc"],
                   ("Concat", ["af", "bf", "cf"], ["all"], {"axis": 1}), ("Div", ["all", "scale"], ["s"]),
                   ("MatMul", ["s", "w"], ["o"]), ("Softmax", ["o"], ["scores"], {"axis": 1})],
                  [("a", TensorProto.INT8, 1), ("b", TensorProto.INT16, 1), ("c", TensorProto.INT32, 1)], 2,
                  {"scale": scale, "w": w})
    return model, {"a": a, "b": b, "c": c}, softmax(np.hstack([a, b, c]).astype(np.float64) / scale @ w)


def stump():
    """One split, as boosting libraries write it: a missing value takes the right branch, and the answers are a
    dictionary of whole numbers."""
    node = helper.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "table"], domain="ai.onnx.ml",
        nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], nodes_featureids=[1, 0, 0], nodes_values=[.5, 0., 0.],
        nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],
        nodes_missing_value_tracks_true=[0, 0, 0], class_treeids=[0, 0, 0, 0], class_nodeids=[1, 1, 2, 2],
        class_ids=[0, 1, 0, 1], class_weights=[.9, .1, .25, .75], classlabels_int64s=[0, 1], post_transform="NONE")
    zipped = helper.make_node("ZipMap", ["table"], ["scores"], domain="ai.onnx.ml", classlabels_int64s=[0, 1])
    made = helper.make_graph(
        [node, zipped], "stump", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("label", TensorProto.INT64, ["n"]),
         helper.make_value_info("scores", helper.make_sequence_type_proto(
             helper.make_map_type_proto(TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, []))))])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)],
                              ir_version=8)
    x = np.array([[1, .2], [1, .8], [0, .5], [3, np.nan]], np.float32)
    return model, {"x": x}, np.where(x[:, 1:] <= .5, [[.9, .1]], [[.25, .75]])


def main(folder):
    expected = {}
    for make in (stump, pipeline, words, doubles, linear_double, two, ids, halves, pixels, narrow):
        model, inputs, answers = make()
        model.graph.ClearField("doc_string")
        with open(os.path.join(folder, make.__name__ + ".onnx"), "wb") as file:
            file.write(model.SerializeToString())
        said = onnxruntime.InferenceSession(model.SerializeToString()).run(None, inputs)[-1]
        if isinstance(said, list):
            said = np.array([list(row.values()) for row in said])
        worst = np.abs(said - answers).max()
        assert worst < 1e-6, (make.__name__, worst)
        expected[make.__name__] = {
            "inputs": {name: {"shape": list(value.shape), "values": value.reshape(-1).tolist()} for name, value in inputs.items()},
            "answers": answers.tolist()}
        print(make.__name__, "ONNX Runtime differs by", worst)
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
