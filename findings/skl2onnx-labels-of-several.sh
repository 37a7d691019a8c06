#!/usr/bin/env bash
# skl2onnx 1.20.0: the labels of a model of several labels are declared as one a row, and computed as one a label.
#
# Input: an MLPClassifier of scikit-learn 1.9.1 trained on 3 labels a row (y is n x 3), exported with its defaults.
# Expected: the output "label" declared with two axes, as ONNX Runtime answers and predict does: n x 3.
# Seen: it is declared with one axis, so that what reads the declaration takes it for a model of one decision; the
# values are right, the probabilities are declared as they are, and ONNX Runtime 1.32.0 only warns. Exit status 0 while
# that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier

rng = np.random.default_rng(0)
x = rng.normal(size=(200, 4)).astype(np.float32)
y = (x @ rng.normal(size=(4, 3)) > 0).astype(int)
model = MLPClassifier(8, max_iter=300, random_state=0).fit(x, y)
file = to_onnx(model, x[:1], options={"zipmap": False})
declared = {o.name: len(o.type.tensor_type.shape.dim) for o in file.graph.output}
session = onnxruntime.InferenceSession(file.SerializeToString(), providers=["CPUExecutionProvider"])
label, probabilities = session.run(None, {session.get_inputs()[0].name: x[:5]})
print("declared axes:", declared, "label:", label.shape, "probabilities:", probabilities.shape)
assert np.array_equal(label, model.predict(x[:5])), "the labels are others now"
assert label.shape == probabilities.shape == (5, 3), "this has changed"
assert declared == {"label": 1, "probabilities": 2}, "this has changed"
PYTHON
