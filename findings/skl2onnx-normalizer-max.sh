#!/usr/bin/env bash
# skl2onnx 1.20.0: Normalizer(norm="max") divides by the largest value, scikit-learn by the largest absolute one.
#
# Input: the row (1, -4, 2), and the same of other signs, with scikit-learn 1.9.1.
# Expected: (.25, -1, .5), within [-1, 1]. Seen in ONNX Runtime 1.32.0: (.5, -2, 1), as ONNX defines the operator
# (X / max(X)), and of a row of negative numbers the signs are turned. onnx's reference evaluator divides as
# scikit-learn does, so that it hides the difference. Rows without negative numbers are right.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx.reference import ReferenceEvaluator
from skl2onnx import to_onnx
from sklearn.preprocessing import Normalizer

rows = np.array([[1, -4, 2], [-1, -4, -2], [1, 4, 2]], np.float32)
model = Normalizer(norm="max").fit(rows)
file = to_onnx(model, rows[:1])
runtime = onnxruntime.InferenceSession(file.SerializeToString()).run(None, {"X": rows})[0]
reference = ReferenceEvaluator(file).run(None, {"X": rows})[0]
for row, *seen in zip(rows, model.transform(rows), runtime, reference):
    print(row, "scikit-learn", seen[0], "ONNX Runtime", seen[1], "onnx.reference", seen[2])
assert np.allclose(model.transform(rows), reference), "the reference has changed"
assert np.allclose(runtime, [[0.5, -2, 1], [1, 4, 2], [0.25, 1, 0.5]]), "this has changed"
PYTHON
