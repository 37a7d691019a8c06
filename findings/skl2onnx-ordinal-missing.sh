#!/usr/bin/env bash
# skl2onnx 1.20.0: OrdinalEncoder's code for a missing value becomes -1.
#
# Input: a column of 0, 1, 2 and NaN. Expected: NaN stays NaN, scikit-learn's default, or has the code that was asked
# for (encoded_missing_value=9), so that the trees behind send it where they learned to. Seen: -1 in both cases, less
# than every category, without a warning; the other codes are right. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.preprocessing import OrdinalEncoder

rows = np.array([[0], [1], [2], [np.nan]], np.float32)
for encoder, expected in ((OrdinalEncoder(), np.nan), (OrdinalEncoder(encoded_missing_value=9), 9)):
    codes = encoder.fit_transform(rows)[:, 0]
    file = to_onnx(encoder, rows[:1]).SerializeToString()
    exported = onnxruntime.InferenceSession(file).run(None, {"X": rows})[0][:, 0]
    print(encoder, "scikit-learn", codes.tolist(), "ONNX Runtime", exported.tolist())
    assert np.array_equal(codes, [0, 1, 2, expected], equal_nan=True)
    assert exported.tolist() == [0, 1, 2, -1], "this has changed"
PYTHON
