"""Writes linear models of scikit-learn as ONNX, with what scikit-learn itself predicts, to src/test/resources/sklearn.

    pip install scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 numpy==2.4.6
    python sklearn_linear.py ../resources/sklearn

Data are drawn here; expected.json holds eight rows and, for each model, predict_proba of them and the derivatives of
its decision function by the features, both in double.
"""
import json
import os
import sys

import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

random = np.random.default_rng(42)
x = (random.standard_normal((90, 4)) * [1, 2, .5, 10] + [0, 1, 0, 5]).astype(np.float32)
two = (x[:, 0] + .5 * x[:, 1] + .3 * random.standard_normal(90) > .5).astype(int)
three = two + (x[:, 2] > .3)
MODELS = {
    "binary": (LogisticRegression(), two),
    "double": (LogisticRegression(), two),
    "named": (LogisticRegression(), np.array(["bad", "good"])[two]),
    "multinomial": (LogisticRegression(), three),
    "scaled": (make_pipeline(StandardScaler(), LogisticRegression()), three),
    "euclidean": (make_pipeline(Normalizer("l2"), LogisticRegression()), three),
    "taxicab": (make_pipeline(Normalizer("l1"), LogisticRegression()), two),
    "largest": (make_pipeline(Normalizer("max"), LogisticRegression()), two),
}


def main(folder):
    rows = x[:8]
    expected = {"rows": rows.tolist(), "probabilities": {}}
    for name, (model, labels) in MODELS.items():
        features = np.abs(x) if name == "largest" else x  # the standard divides by the largest, not by its magnitude
        model.fit(features, labels)
        last = model.steps[-1][1] if hasattr(model, "steps") else model
        kind = np.float64 if name == "double" else np.float32
        onnx = to_onnx(model, x[:1].astype(kind), options={id(last): {"zipmap": False}}, target_opset=17)
        onnx.graph.ClearField("doc_string")
        with open(os.path.join(folder, name + ".onnx"), "wb") as file:
            file.write(onnx.SerializeToString())
        given = np.abs(rows) if name == "largest" else rows
        expected["probabilities"][name] = model.predict_proba(given.astype(np.float64)).tolist()
    scaler, regression = MODELS["scaled"][0][0], MODELS["scaled"][0][1]
    expected["scaled derivatives"] = (regression.coef_ / scaler.scale_).tolist()
    expected["double derivatives"] = MODELS["double"][0].coef_.tolist()
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
