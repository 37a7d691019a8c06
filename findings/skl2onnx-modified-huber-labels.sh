#!/usr/bin/env bash
# skl2onnx 1.20.0: SGDClassifier(loss="modified_huber") has scikit-learn's probabilities and other labels.
#
# Input: three classes, 300 rows, scikit-learn 1.9.1. Expected: predict's labels. Seen: every tenth label differs,
# beside probabilities that are equal: they are cut at 0 and 1 and so tie (1/3 each, or 1/2 and 1/2), predict goes by
# the scores before that, the file by the first of the largest probabilities. With log_loss all labels are equal.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.linear_model import SGDClassifier

random = np.random.default_rng(0)
rows = random.normal(size=(300, 4)).astype(np.float32)
labels = np.digitize(rows[:, 0] + random.normal(size=300) * 0.5, [-0.5, 0.5])
for loss in ("log_loss", "modified_huber"):
    model = SGDClassifier(loss=loss, random_state=0).fit(rows, labels)
    file = to_onnx(model, rows[:1], options={id(model): {"zipmap": False}}).SerializeToString()
    said, probabilities = onnxruntime.InferenceSession(file).run(None, {"X": rows})
    expected = model.predict_proba(rows)
    other = said != model.predict(rows)
    ties = (np.isclose(expected, expected.max(1, keepdims=True))).sum(1) > 1
    print(loss, "labels that differ:", other.sum(), "of 300, probabilities differ by", np.abs(probabilities - expected).max())
    assert np.abs(probabilities - expected).max() < 1e-5
    assert other.sum() == 0 if loss == "log_loss" else other.sum() > 10 and ties[other].all(), "this has changed"
PYTHON
