#!/usr/bin/env bash
# onnxmltools 1.16.0: what LightGBM does behind the sum of the trees, or in the leaves, is left out of the file.
#
# Input: LightGBM 4.7.0 with sigmoid=2, multiclassova, reg_sqrt, or linear_tree, each trained and asked on 300 rows.
# Expected: the answers of LightGBM (the defaults beside them are within 1e-6), or a refusal, as for other objectives.
# Seen: the file has the plain sigmoid, a softmax, no square, and the constants of the leaves without their linear
# models: answers off by more than 0.1, without a warning. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 lightgbm==4.7.0 scikit-learn==1.9.1 onnx==1.23.2 onnxmltools==1.16.0 skl2onnx==1.20.0 onnxruntime==1.32.0
"$folder/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import warnings

import lightgbm
import numpy as np
import onnxruntime
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

onnxruntime.set_default_logger_severity(3)
random = np.random.default_rng(0)
rows = random.normal(size=(300, 4)).astype(np.float32)
scores = rows[:, 0] + 0.5 * rows[:, 1] * rows[:, 2] + random.normal(size=300) * 0.5
binary, three, positive = (scores > 0).astype(int), np.digitize(scores, [-0.5, 0.5]), np.abs(scores)


def off(model, targets):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # feature names
        model.set_params(n_estimators=10, n_jobs=1, verbose=-1).fit(rows, targets)
        classifier = hasattr(model, "predict_proba")
        expected = model.predict_proba(rows) if classifier else model.predict(rows)[:, None]
    options = {"zipmap": False} if classifier else {}
    file = convert_lightgbm(model, initial_types=[("rows", FloatTensorType([None, 4]))], **options)
    answers = onnxruntime.InferenceSession(file.SerializeToString()).run(None, {"rows": rows})
    return np.abs(answers[1 if classifier else 0] - expected).max()


classifier, regressor = lightgbm.LGBMClassifier, lightgbm.LGBMRegressor
right = {"two classes": off(classifier(), binary), "three": off(classifier(), three), "values": off(regressor(), scores)}
wrong = {
    "sigmoid=2": off(classifier(sigmoid=2.0), binary),
    "multiclassova": off(classifier(objective="multiclassova"), three),
    "reg_sqrt": off(regressor(reg_sqrt=True), positive),
    "linear_tree": off(regressor(linear_tree=True), scores),
}
print("defaults:", {name: float(f"{value:.1e}") for name, value in right.items()})
print("options:", {name: round(float(value), 3) for name, value in wrong.items()})
assert max(right.values()) < 1e-6 and min(wrong.values()) > 0.1, "this has changed"
PYTHON
