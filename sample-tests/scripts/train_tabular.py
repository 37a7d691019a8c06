"""Trains the models on Adult and HMDA: logistic, boosted trees, and an over-confident twin.

  python train_tabular.py

The models see no group column (schema.json: sex, race, afam), only what is left of it in the others.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from common import (MODELS, SEED, binned_error, predict, read_table, softmax, top_label_ece, write_checksums,
                    write_section)


def train_logistic(inputs, labels, schema):
    """Mean, scale and the two-class weights of a logistic regression on standardised numeric columns.

    One-hot columns stay 0/1. The decision z is split in halves, (-z/2, z/2), so that both logits move.
    """
    mean, scale = np.zeros(inputs.shape[1]), np.ones(inputs.shape[1])
    column = 0
    for feature in schema["features"]:
        if feature["type"] == "numeric":
            mean[column], scale[column] = inputs[:, column].mean(dtype=float), 1 / inputs[:, column].std(dtype=float)
        column += len(feature.get("values", " "))
    model = LogisticRegression(C=1.0, max_iter=5000, tol=1e-8).fit((inputs - mean) * scale, labels)
    weight = np.outer(model.coef_[0], [-0.5, 0.5])
    bias = model.intercept_[0] * np.array([-0.5, 0.5])
    return {"mean": mean, "scale": scale, "fc.weight": weight, "fc.bias": bias}


def save_logistic(name, parameters, factor=None):
    """Sub, Mul, Gemm; an over-confident twin has one more Mul, in plain sight, after them."""
    nodes = [helper.make_node("Sub", ["features", "mean"], ["centred"], "centre"),
             helper.make_node("Mul", ["centred", "scale"], ["standardised"], "standardise"),
             helper.make_node("Gemm", ["standardised", "fc.weight", "fc.bias"], ["logits"], "fc")]
    tensors = [numpy_helper.from_array(value.astype(np.float32), key) for key, value in parameters.items()]
    if factor:
        nodes[-1].output[0] = "calibrated_logits"
        nodes.append(helper.make_node("Mul", ["calibrated_logits", "factor"], ["logits"], "overconfidence"))
        tensors.append(numpy_helper.from_array(np.float32(factor), "factor"))
    d = len(parameters["mean"])
    graph = helper.make_graph(nodes, name, [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", d])],
                              [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 2])], tensors)
    save(name, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8))


def save_boosted(name, inputs, labels):
    """The plain booster: skl2onnx 1.20.0 fails on scikit-learn's histogram booster with onnx 1.23."""
    model = GradientBoostingClassifier(n_estimators=100, max_depth=4, random_state=SEED).fit(inputs, labels)
    save(name, to_onnx(model, initial_types=[("features", FloatTensorType([None, inputs.shape[1]]))],
                       options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3}))


def save(name, model):
    onnx.checker.check_model(model)
    onnx.save(model, MODELS / f"{name}.onnx")


def report(name, kind, inputs, labels, groups):
    """Rows of the record: accuracy and calibration error on test, of all and of every group value."""
    output = predict(MODELS / f"{name}.onnx", inputs)
    probabilities = output if kind == "probabilities" else softmax(output)
    slices = {"all": np.ones(len(labels), bool)}
    slices |= {f"{g} = {v}": column == v for g, column in groups.items() for v in np.unique(column)}
    rng = np.random.default_rng(SEED)
    for slice_name, rows in slices.items():
        p, y = probabilities[rows], labels[rows]
        by_chance = np.mean([binned_error(p[:, 1], rng.random(len(y)) < p[:, 1]) for _ in range(200)])
        yield (f"| {name}.onnx | {slice_name} | {len(y)} | {(p.argmax(1) == y).mean():.3f} "
               f"| {binned_error(p[:, 1], y):.3f} | {by_chance:.3f} | {top_label_ece(p, y):.3f} |")


def main():
    lines = ["## Tabular models", "",
             "Trained on `train`, measured on `test`. ECE: 10 equal-width bins; of the second class's probability, "
             "and of the top label's. By chance: what the first would be on average, with these probabilities and this "
             "n, were they perfectly calibrated (labels drawn from them, 200 times): a small group is never near zero.",
             "",
             "| file | rows | n | accuracy | ECE, second class | by chance | ECE, top label |",
             "|---|---|---|---|---|---|---|"]
    for folder in ("adult", "hmda"):
        inputs, labels, _, schema = read_table(folder, "train")
        test = read_table(folder, "test")[:3]
        parameters = train_logistic(inputs, labels, schema)
        save_logistic(f"{folder}-logistic", parameters)
        lines += report(f"{folder}-logistic", "logits", *test)
        if folder == "adult":
            save_logistic("adult-logistic-overconfident", parameters, factor=3)
            lines += report("adult-logistic-overconfident", "logits", *test)
            save_boosted("adult-boosted", inputs, labels)
            lines += report("adult-boosted", "probabilities", *test)
    print("\n".join(lines))
    write_section("tabular", "\n".join(lines))
    write_checksums()


if __name__ == "__main__":
    main()
