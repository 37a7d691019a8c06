#!/usr/bin/env bash
# PyOD 3.6.7: QMCD gives the lowest scores of all to what lies far outside the training data.
#
# Input: 200 rows of three standard normal columns, and then points on the diagonal, from inside out.
# Expected: scores that grow with the distance, by which predict calls outliers, as every detector's documentation
# says and as it is up to where the data end. Seen: beyond that they fall below all of the training data, and at 6
# standard deviations and more predict says that the points are inliers: columns are scaled by the training's least
# and largest value, and what is outside [0, 1] makes negative factors. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 pyod==3.6.7
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from pyod.models.knn import KNN
from pyod.models.qmcd import QMCD

rows = np.random.default_rng(0).normal(size=(200, 3))
points = np.array([[0.0] * 3, [2.0] * 3, [3.0] * 3, [6.0] * 3, [20.0] * 3])
for detector in (KNN(), QMCD()):
    detector.fit(rows)
    scores, called = detector.decision_function(points), detector.predict(points)
    below = [(detector.decision_scores_ < score).mean().round(3) for score in scores]
    print(type(detector).__name__, "at 0, 2, 3, 6, 20: training rows that score less", below, "called outliers", called.tolist())
    if isinstance(detector, KNN):
        assert called.tolist() == [0, 1, 1, 1, 1] and below[3] == below[4] == 1
assert called.tolist()[3:] == [0, 0] and below[3] == below[4] == 0, "this has changed"
PYTHON
