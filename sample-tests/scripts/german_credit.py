"""Cuts German credit (UCI, Statlog; from Debian `weka`) and trains models of the amount that is lent, in Deutsche Mark.

  python german_credit.py SOURCES

SOURCES holds the unpacked package. The models see neither sex nor age group. Approved: a ridge regression on
standardised inputs, Sub, Mul and Gemm. Candidate: boosted trees, written by skl2onnx. One with intervals: linear
regressions of the 5 %, 50 % and 95 % quantile, the outer ones kept on their sides of the middle one. And one that was
trained on the wrong target by mistake, the amount less what is paid in the first year: too little for long credits.
"""
import json
import pathlib
import re
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import QuantileRegressor, Ridge

from common import DATA, MODELS, SEED, read_rows, write_checksums, write_rows, write_section

ATTRIBUTE = re.compile(r"@attribute (\S+) (?:numeric|\{(.*)\})")
CELL = re.compile(r"'([^']*)'|([^,']+)")
NUMERIC = ["duration", "installment_commitment", "residence_since", "existing_credits", "num_dependents"]
CATEGORICAL = ["checking_status", "credit_history", "purpose", "savings_status", "employment", "property_magnitude",
               "housing", "job", "own_telephone"]


def cells(text):
    return [cell for quoted, plain in CELL.findall(text) if (cell := quoted or plain.strip())]


def cut(sources):
    lines = (sources / "usr/share/doc/weka/examples/credit-g.arff").read_text(encoding="latin-1").splitlines()
    attributes = [m for line in lines if (m := ATTRIBUTE.match(line))]
    names = [m.group(1) for m in attributes]
    values = {m.group(1): cells(m.group(2)) for m in attributes if m.group(2)}
    rows = [dict(zip(names, cells(line))) for line in lines[lines.index("@data") + 1:]
            if line and not line.startswith("%")]
    for i, row in enumerate(rows):
        row |= {"id": i, "sex": row["personal_status"].split()[0],
                "age_group": "under 26" if float(row["age"]) < 26 else "26 and over"}
    training = np.zeros(len(rows), bool)
    training[np.random.default_rng(SEED).permutation(len(rows))[:500]] = True
    columns = ["id", "credit_amount", "sex", "age_group"] + NUMERIC + CATEGORICAL
    for part, mask in (("train", training), ("test", ~training)):
        write_rows(DATA / "german" / f"{part}.csv", [{c: row[c] for c in columns} for row, m in zip(rows, mask) if m],
                   columns)
    features = [{"name": c, "type": "numeric"} for c in NUMERIC]
    features += [{"name": c, "type": "categorical", "values": values[c]} for c in CATEGORICAL]
    head = {"id": "id", "value": "credit_amount", "unit": "DM", "groups": ["sex", "age_group"]}
    text = "".join(f'  "{key}": {json.dumps(value)},\n' for key, value in head.items())
    inputs = ",\n    ".join(json.dumps(feature) for feature in features)
    (DATA / "german/schema.json").write_text(f'{{\n{text}  "features": [\n    {inputs}\n  ]\n}}\n')
    return features


def table(part, features):
    rows = read_rows(DATA / "german" / f"{part}.csv")
    columns = []
    for feature in features:
        if feature["type"] == "numeric":
            columns.append([float(row[feature["name"]]) for row in rows])
        else:
            columns += [[float(row[feature["name"]] == value) for row in rows] for value in feature["values"]]
    return np.array(columns, np.float32).T, np.array([float(row["credit_amount"]) for row in rows])


def save(name, model):
    onnx.checker.check_model(model)
    onnx.save(model, MODELS / f"{name}.onnx")


def save_ridge(name, inputs, amounts):
    mean, scale = inputs.mean(0, dtype=float), 1 / np.maximum(inputs.std(0, dtype=float), 1e-6)
    model = Ridge(alpha=10).fit((inputs - mean) * scale, amounts)
    tensors = {"mean": mean, "scale": scale, "fc.weight": model.coef_.reshape(-1, 1), "fc.bias": [model.intercept_]}
    nodes = [helper.make_node("Sub", ["features", "mean"], ["centred"], "centre"),
             helper.make_node("Mul", ["centred", "scale"], ["standardised"], "standardise"),
             helper.make_node("Gemm", ["standardised", "fc.weight", "fc.bias"], ["amount"], "fc")]
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", inputs.shape[1]])],
        [helper.make_tensor_value_info("amount", TensorProto.FLOAT, ["N", 1])],
        [numpy_helper.from_array(np.asarray(v, np.float32), k) for k, v in tensors.items()])
    save(name, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8))
    return model.predict((inputs - mean) * scale)


def save_quantiles(name, inputs, amounts):
    mean, scale = inputs.mean(0, dtype=float), 1 / np.maximum(inputs.std(0, dtype=float), 1e-6)
    models = [QuantileRegressor(quantile=q, alpha=0.02, solver="highs").fit((inputs - mean) * scale, amounts)
              for q in (0.05, 0.5, 0.95)]
    tensors = {"mean": mean, "scale": scale, "fc.weight": np.array([m.coef_ for m in models]).T,
               "fc.bias": [m.intercept_ for m in models]}
    nodes = [helper.make_node("Sub", ["features", "mean"], ["centred"], "centre"),
             helper.make_node("Mul", ["centred", "scale"], ["standardised"], "standardise"),
             helper.make_node("Gemm", ["standardised", "fc.weight", "fc.bias"], ["quantiles"], "fc"),
             helper.make_node("Split", ["quantiles"], ["low", "middle", "high"], "split", axis=1, num_outputs=3),
             helper.make_node("Min", ["low", "middle"], ["lower"], "below"),
             helper.make_node("Max", ["high", "middle"], ["upper"], "above"),
             helper.make_node("Concat", ["lower", "middle", "upper"], ["amount"], "concat", axis=1)]
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", inputs.shape[1]])],
        [helper.make_tensor_value_info("amount", TensorProto.FLOAT, ["N", 3])],
        [numpy_helper.from_array(np.asarray(v, np.float32), k) for k, v in tensors.items()])
    save(name, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8))


def main():
    features = cut(pathlib.Path(sys.argv[1]))
    inputs, amounts = table("train", features)
    save_ridge("german-ridge", inputs, amounts)
    save_ridge("german-wrong-target", inputs, amounts - 12 * amounts / np.maximum(inputs[:, 0], 12))
    save_quantiles("german-quantiles", inputs, amounts)
    trees = GradientBoostingRegressor(n_estimators=80, max_depth=3, learning_rate=0.05, random_state=SEED)
    trees.fit(inputs, amounts)
    save("german-boosted", to_onnx(trees, initial_types=[("features", FloatTensorType([None, inputs.shape[1]]))],
                                   target_opset={"": 17, "ai.onnx.ml": 3}))
    test, actual = table("test", features)
    import onnxruntime
    lines = ["## Credit amounts", "", "Trained on 500 credits, measured on the other 500; errors in DM.", "",
             "| model | mean absolute error | root mean squared error | mean error |", "|---|---|---|---|"]
    for name in ("german-ridge", "german-boosted", "german-wrong-target"):
        session = onnxruntime.InferenceSession(str(MODELS / f"{name}.onnx"), providers=["CPUExecutionProvider"])
        error = session.run(None, {"features": test})[0][:, 0] - actual
        lines.append(f"| {name}.onnx | {np.abs(error).mean():.0f} | {np.sqrt((error ** 2).mean()):.0f} "
                     f"| {error.mean():.0f} |")
    session = onnxruntime.InferenceSession(str(MODELS / "german-quantiles.onnx"), providers=["CPUExecutionProvider"])
    low, middle, high = session.run(None, {"features": test})[0].T
    lines += ["", f"german-quantiles.onnx: {((low <= actual) & (actual <= high)).sum()} of 500 amounts lie in its "
              f"intervals; mean absolute error of its medians {np.abs(middle - actual).mean():.0f}."]
    write_section("german", "\n".join(lines))
    write_checksums()


if __name__ == "__main__":
    main()
