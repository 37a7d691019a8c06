#!/usr/bin/env bash
# skl2onnx 1.20.0: neighbours that are weighted by their distance are exported as if they all counted alike.
#
# Input: KNeighborsClassifier and KNeighborsRegressor of scikit-learn 1.9.1 with weights="distance".
# Expected: the model's probabilities and values; a row that was trained on has its own label. Seen: those of the
# same model with weights="uniform", off by up to .8, without a warning. The graph has the negative distances by
# which it picked the nearest, and takes the larger of each and 1e-6 before it divides: 1e-6 for all.
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
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

random = np.random.default_rng(0)
rows = random.normal(size=(200, 3)).astype(np.float32)
asked = random.normal(size=(100, 3)).astype(np.float32)
scores = rows[:, 0] + random.normal(size=200)


def answers(kind, targets, weights):
    model = kind(5, weights=weights).fit(rows, targets)
    options = {id(model): {"zipmap": False}} if kind is KNeighborsClassifier else None
    file = to_onnx(model, rows[:1], options=options).SerializeToString()
    output = onnxruntime.InferenceSession(file).run(None, {"X": asked})[-1].reshape(100, -1)
    return output, (model.predict_proba(asked) if options else model.predict(asked)[:, None])


for kind, targets in ((KNeighborsClassifier, np.digitize(scores, [-0.5, 0.5])), (KNeighborsRegressor, scores)):
    exported, _ = answers(kind, targets, "distance")
    uniform, alike = answers(kind, targets, "uniform")
    expected = answers(kind, targets, "distance")[1]
    print(kind.__name__, "exported", exported[0], "scikit-learn", expected[0].round(4), "with weights alike", alike[0].round(4))
    assert np.abs(uniform - alike).max() < 1e-5, "uniform weights are off as well"
    assert np.abs(exported - alike).max() < 1e-5 and np.abs(exported - expected).max() > 0.1, "this has changed"
PYTHON
