#!/usr/bin/env bash
# skl2onnx 1.20.0: the label output of a one-vs-one classifier is the position of the class, not the class.
#
# Input: 300 rows drawn by scikit-learn's make_classification, seed 1; OneVsOneClassifier of logistic
# regressions, converted with zipmap off. Expected: the label output is what predict() returns, as it is
# for every other classifier of scikit-learn that was tried, one-vs-rest among them; classes that are
# names are converted or refused.
# Seen (scikit-learn 1.9.1, skl2onnx 1.20.0, onnx 1.23.2, onnxruntime 1.32.0), rows of 300 whose label is
# not scikit-learn's:
#   classes 0, 1, 2                        0
#   classes 2, 4, 10                       300, labels 0, 1, 2
#   classes -1, 1                          all rows of class -1, labels 0, 1
#   the same, one-vs-rest                  0
#   classes "no", "perhaps", "yes"         converted without a word; onnxruntime refuses the file
#                                          (label is declared a string and is an int64)
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
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier

onnxruntime.set_default_logger_severity(4)


def answers(wrapper, *classes):
    x, y = make_classification(300, 6, n_informative=4, n_classes=len(classes), n_clusters_per_class=1, flip_y=.1, random_state=1)
    x, y = x.astype(np.float32), np.array(classes)[y]
    estimator = wrapper(LogisticRegression()).fit(x, y)
    model = to_onnx(estimator, x[:1], options={id(estimator): {"zipmap": False}}, target_opset={"": 17, "ai.onnx.ml": 3})
    session = onnxruntime.InferenceSession(model.SerializeToString())
    label = session.run(None, {session.get_inputs()[0].name: x})[0].ravel()
    return label, estimator.predict(x)


def wrong(wrapper, *classes):
    label, predicted = answers(wrapper, *classes)
    return int((label != predicted).sum())


label, predicted = answers(OneVsOneClassifier, 2, 4, 10)
assert (label == np.searchsorted([2, 4, 10], predicted)).all(), "the labels are no positions"
negative = int((answers(OneVsOneClassifier, -1, 1)[1] == -1).sum())
seen = [wrong(OneVsOneClassifier, 0, 1, 2), wrong(OneVsOneClassifier, 2, 4, 10), wrong(OneVsOneClassifier, -1, 1), wrong(OneVsRestClassifier, 2, 4, 10)]
print("rows of 300 whose label is not scikit-learn's:", seen, "of which class -1 has", negative)
# Label 2 is the position of 10, and class 2 has label 0: no row is right by accident.
assert seen == [0, 300, negative, 0], "this has changed"
try:
    answers(OneVsOneClassifier, "no", "perhaps", "yes")
except Exception as refusal:
    assert "type" in str(refusal).lower(), refusal
    print("names:", str(refusal)[:120])
else:
    raise AssertionError("names work now")
PYTHON
