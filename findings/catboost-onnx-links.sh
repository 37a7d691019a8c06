#!/usr/bin/env bash
# CatBoost 1.2.10: files in ONNX leave out the exponent of Poisson and Tweedie regressors, and a model of one class
# against the others gets the softmax of its scores.
#
# Input: 400 rows, 30 trees, each loss with what CatBoost sets itself; ONNX Runtime 1.32.0. Expected: what predict and
# predict_proba say. Seen: a regressor of squared errors and a classifier of several classes are right to 2e-6; the files
# of Poisson and Tweedie answer the logarithm of the prediction, without a word; the file of MultiClassOneVsAll answers
# probabilities that sum to 1, where CatBoost's are a sigmoid for each class and sum to 1.5, .19 apart (labels equal).
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 onnx==1.23.2 onnxruntime==1.32.0 catboost==1.2.10
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import catboost
import numpy as np
import onnxruntime

random = np.random.default_rng(0)
rows = random.normal(size=(400, 6)).astype(np.float32)
score = rows[:, 0] + rows[:, 1] * rows[:, 2] + random.normal(size=400) * .5
settings = dict(iterations=30, verbose=False, thread_count=1, allow_writing_files=False, random_seed=0)
onnxruntime.set_default_logger_severity(3)


def asked(model):
    model.save_model("model.onnx", format="onnx")
    return onnxruntime.InferenceSession("model.onnx").run(None, {"features": rows})


counts = np.floor(np.maximum(2 * np.exp(score / 2), 1))
for loss in ("RMSE", "Poisson", "Tweedie:variance_power=1.5"):
    model = catboost.CatBoostRegressor(loss_function=loss, **settings).fit(rows, counts)
    file = asked(model)[0].ravel()
    expected = model.predict(rows)
    off, off_by_log = np.abs(file - expected).max(), np.abs(np.exp(np.minimum(file, 9)) - expected).max()
    print(loss, "- file and predict differ by", off, ", exp(file) and predict by", off_by_log)
    assert off < 1e-4 if loss == "RMSE" else off > 1 and off_by_log < 1e-4, "this has changed"

classes = np.digitize(score, [-1, 0, 1])
for loss in ("MultiClass", "MultiClassOneVsAll"):
    model = catboost.CatBoostClassifier(loss_function=loss, **settings).fit(rows, classes)
    labels, said = asked(model)
    file = np.array([[row[c] for c in range(4)] for row in said])
    expected = model.predict_proba(rows)
    raw = model.predict(rows, prediction_type="RawFormulaVal")
    softmax = np.exp(raw) / np.exp(raw).sum(1, keepdims=True)
    off, other = np.abs(file - expected).max(), (labels != model.predict(rows).ravel()).sum()
    print(loss, "- file and predict_proba differ by", off, ", labels by", other, "; sums of predict_proba", expected.sum(1)[:2],
          "; file and softmax of the scores differ by", np.abs(file - softmax).max())
    assert other == 0 and np.abs(file - softmax).max() < 1e-5
    assert off < 1e-5 if loss == "MultiClass" else off > .1, "this has changed"
PYTHON
