#!/usr/bin/env bash
# skl2onnx 1.20.0: the score columns of a two-class SVC favour the class that its label does not name.
#
# Input: 300 rows drawn by scikit-learn's make_classification, seed 1; SVC as it comes, converted with
# zipmap off. Expected: the largest score is that of the class which the label output names, as it is
# for three classes and for every other classifier of scikit-learn that was tried.
# Seen (scikit-learn 1.9.1, skl2onnx 1.20.0, onnx 1.23.2, onnxruntime 1.32.0), label against largest
# score, of 300 rows:
#   SVC()                                  differ at 300
#   SVC(), raw_scores                      differ at 0
#   SVC(probability=True)                  differ at 0
#   SVC(probability=True), raw_scores      differ at 300
#   SVC() of three classes                 differ at 0
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 scikit-learn==1.9.1 onnx==1.23.2 skl2onnx==1.20.0 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import make_classification
from sklearn.svm import SVC


def differ(estimator, classes, **options):
    x, y = make_classification(300, 6, n_informative=4, n_classes=classes, n_clusters_per_class=1, flip_y=.1, random_state=1)
    x = x.astype(np.float32)
    estimator.fit(x, y)
    model = to_onnx(estimator, x[:1], options={id(estimator): {"zipmap": False, **options}}, target_opset={"": 17, "ai.onnx.ml": 3})
    session = onnxruntime.InferenceSession(model.SerializeToString())
    label, scores = session.run(None, {session.get_inputs()[0].name: x})
    assert (label == estimator.predict(x)).all(), "the label is not scikit-learn's"
    return int((scores.argmax(axis=1) != label).sum())


seen = [differ(SVC(), 2), differ(SVC(), 2, raw_scores=True), differ(SVC(probability=True, random_state=0), 2),
        differ(SVC(probability=True, random_state=0), 2, raw_scores=True), differ(SVC(), 3)]
print("label and largest score differ at", seen, "of 300 rows each")
assert seen == [300, 0, 0, 300, 0], "this has changed"
PYTHON
