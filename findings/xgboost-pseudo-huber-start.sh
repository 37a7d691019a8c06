#!/usr/bin/env bash
# XGBoost 3.2.0: reg:pseudohubererror starts from an intercept that lies far outside its targets, and stays there.
#
# Input: 400 rows whose targets lie between 10 and 42, such as miles per gallon; 40 rounds, nothing set but the
# objective. Expected: an intercept near the targets, as reg:squarederror (their mean) and reg:absoluteerror (their
# median) take it. Seen: an intercept in the thousands and the same answer for every row. It is one Newton step from 0:
# there the slope of the loss is -1 and its curvature 1/(1 + y²)^1.5, so that targets of some 20 are overshot to thousands;
# from there curvatures are so small that no split keeps min_child_weight. With targets divided by 100 it is right, and
# with base_score given it trains. XGBoost 3.4.1, for Python 3.12 and later: the same intercept, 1587 for all rows.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy
"$folder/venv/bin/pip" -q install --no-deps xgboost==3.2.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import json

import numpy as np
import xgboost

random = np.random.default_rng(0)
rows = random.normal(size=(400, 3))
targets = np.clip(23 + 6 * rows[:, 0] + random.normal(size=400), 10, 46)


def trained(objective, labels, **settings):
    model = xgboost.train({"objective": objective, "nthread": 1, **settings}, xgboost.DMatrix(rows, labels), 40)
    start = json.loads(model.save_raw("json"))["learner"]["learner_model_param"]["base_score"]
    said = model.predict(xgboost.DMatrix(rows))
    print(objective, settings, "labels to", round(labels.max(), 2), ": intercept", start, ", answers from", said.min(), "to", said.max())
    return float(start.strip("[]")), said


for usual in ("reg:squarederror", "reg:absoluteerror"):
    assert 20 < trained(usual, targets)[0] < 26
start, said = trained("reg:pseudohubererror", targets)
step = (targets / np.sqrt(1 + targets**2)).sum() / ((1 + targets**2) ** -1.5).sum()
print("one Newton step from 0:", step)
assert abs(start / step - 1) < 1e-3 and start > 100 * targets.max() and said.min() == said.max(), "this has changed"
start, said = trained("reg:pseudohubererror", targets / 100)
assert start < 1 and said.min() < said.max(), "this has changed"
start, said = trained("reg:pseudohubererror", targets, base_score=23)
assert said.min() < said.max() < 60, "this has changed"
PYTHON
