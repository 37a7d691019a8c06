#!/usr/bin/env bash
# onnxmltools 1.16.0: an XGBoost regressor of several targets is exported with all its trees on the first one.
#
# Input: XGBoost 3.2.0 with two targets, one tree a target and round (the default), and two quantiles of one target.
# Expected: the columns that XGBoost predicts. Seen: the second column is 0 for every row, and the first is
# the sum of both but for a constant, without a warning; a model of one target is right. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile xgboost==3.2.0 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 onnx==1.23.2 onnxmltools==1.16.0 skl2onnx==1.20.0 onnxruntime==1.32.0
"$folder/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import numpy as np
import onnxruntime
import xgboost
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

onnxruntime.set_default_logger_severity(3)
random = np.random.default_rng(0)
rows = random.normal(size=(400, 4)).astype(np.float32)
scores = rows[:, 0] + 0.5 * rows[:, 1] * rows[:, 2]


def columns(targets, **parameters):
    model = xgboost.XGBRegressor(n_estimators=5, n_jobs=1, **parameters).fit(rows, targets)
    file = convert_xgboost(model, initial_types=[("rows", FloatTensorType([None, 4]))])
    answers = onnxruntime.InferenceSession(file.SerializeToString()).run(None, {"rows": rows})[0]
    return answers, model.predict(rows).reshape(400, -1)


def show(name, answers, expected):
    print(name, "of the file", answers[:3].round(3).tolist(), "of XGBoost", expected[:3].round(3).tolist())


answers, expected = columns(scores)
assert np.abs(answers - expected).max() < 1e-5, "one target is off as well"
for name, targets, parameters in (("two targets", np.c_[scores, 5 - 2 * scores], {}),
                                  ("two quantiles", scores, {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.9]})):
    answers, expected = columns(targets, **parameters)
    show(name, answers, expected)
    assert np.ptp(answers[:, 1]) == 0 and np.ptp(expected[:, 1]) > 0.5, "this has changed"
    assert np.ptp(answers[:, 0] - expected.sum(1)) < 1e-4, "the first column is something else"
PYTHON
