#!/usr/bin/env bash
# Adversarial Robustness Toolbox 1.20.1: gradients of scikit-learn's LogisticRegression are of different things.
#
# Input: LogisticRegression of scikit-learn 1.9.1 with two and with three classes, and with class_weight={0: 10, 1: 1, 2: 1}.
# Expected: class_gradient is the derivative of what predict says, the probability, for any number of classes, and
# loss_gradient that of the row's loss. Seen: with two classes it is that of the probability, with three that of its
# logarithm; and class weights weigh the classes' parts of the sum rather than the row, so that the gradient turns:
# of some rows of class 1 it points against the loss's, and a fast gradient step lowers the loss that it should raise.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
"$folder/venv/bin/pip" -q install --no-compile --no-deps adversarial-robustness-toolbox==1.20.1 six==1.17.0 tqdm==4.67.1 packaging==25.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from art.attacks.evasion import FastGradientMethod
from art.estimators.classification import SklearnClassifier
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(0)
rows = random.normal(size=(300, 4))
scores = rows[:, 0] + 0.5 * rows[:, 1] + random.normal(size=300) * 0.5
two, three = (scores > 0).astype(int), np.digitize(scores, [-0.5, 0.5])


def slopes(function, at, step=1e-5):
    moves = np.eye(4) * step
    return np.stack([(function(at + move) - function(at - move)) / (2 * step) for move in moves], -1)


def same(first, second):
    return bool(np.abs(first - second).max() < 1e-4)


seen = {}
for classes, labels in (("two", two), ("three", three)):
    model = LogisticRegression().fit(rows, labels)
    gradient = SklearnClassifier(model).class_gradient(rows)
    seen[classes] = same(gradient, slopes(model.predict_proba, rows)), same(gradient, slopes(model.predict_log_proba, rows))
    print(classes, "classes: that of the probability", seen[classes][0], "of its logarithm", seen[classes][1])
assert seen == {"two": (True, False), "three": (False, True)}, "this has changed"

chosen = np.eye(3)[three]
for weights in (None, {0: 10, 1: 1, 2: 1}):
    model = LogisticRegression(class_weight=weights).fit(rows, three)
    classifier = SklearnClassifier(model)
    loss = lambda at: -model.predict_log_proba(at)[np.arange(300), three]
    expected, gradient = slopes(loss, rows), classifier.loss_gradient(rows, chosen)
    cosine = (expected * gradient).sum(1) / np.linalg.norm(expected, axis=1) / np.linalg.norm(gradient, axis=1)
    moved = FastGradientMethod(classifier, norm=2, eps=0.05).generate(rows, chosen)
    lower = (loss(moved) < loss(rows)).sum()
    print("class_weight", weights, "least cosine with the loss's gradient", cosine.min().round(3), "rows whose loss fell", lower)
    assert cosine.min() > 0.999 and lower == 0 if weights is None else cosine.min() < -0.9 and lower > 5, "this has changed"
PYTHON
