#!/usr/bin/env bash
# skl2onnx 1.20.0: isotonic calibration is exported as steps, which scikit-learn draws as lines.
#
# Input: CalibratedClassifierCV(LinearSVC(), method="isotonic", ensemble=False) of scikit-learn 1.9.1.
# Expected: probabilities between those of two thresholds for scores between them, as IsotonicRegression has it.
# Seen: the probability of the nearest threshold, off by up to half of a step, so that other rows tie and a curve of
# reliability is another one; with method="sigmoid" both agree to 1e-6. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import LinearSVC

random = np.random.default_rng(0)
rows = random.normal(size=(300, 4)).astype(np.float32)
labels = (rows[:, 0] + random.normal(size=300) > 0).astype(int)
for method in ("sigmoid", "isotonic"):
    model = CalibratedClassifierCV(LinearSVC(), method=method, ensemble=False).fit(rows, labels)
    file = to_onnx(model, rows[:1], options={id(model): {"zipmap": False}}).SerializeToString()
    exported = onnxruntime.InferenceSession(file).run(None, {"X": rows})[1][:, 1]
    expected = model.predict_proba(rows)[:, 1]
    print(method, "differs by at most", np.abs(exported - expected).max(), "of", len(np.unique(expected)), "probabilities",
          len(np.unique(exported)), "are left")
    if method == "sigmoid":
        assert np.abs(exported - expected).max() < 1e-5
steps = model.calibrated_classifiers_[0].calibrators[0]
scores = LinearSVC.decision_function(model.calibrated_classifiers_[0].estimator, rows)
nearest = steps.y_thresholds_[np.abs(scores[:, None] - steps.X_thresholds_).argmin(1)]
assert np.abs(exported - nearest).max() < 1e-5 and np.abs(exported - expected).max() > 0.01, "this has changed"
PYTHON
