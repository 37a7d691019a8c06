#!/usr/bin/env bash
# XGBoost 3.2.0: a linear model (gblinear) of several targets adds the first target's base score to
# the sums of all.
#
# Input: two targets around 100 and -50, boosted linearly; the saved file states a base score for
# each, their means. Expected: each target begins with its own, as with trees. Seen: predict adds the
# first one to both (and the second bias learns to undo it), so that whoever computes answers by what
# the file states is off by the difference of the base scores.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 xgboost==3.2.0
"$folder/venv/bin/python" - "$folder/model.json" <<'PYTHON'
import json
import sys

import numpy as np
import xgboost

x = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
y = np.stack([2 * x[:, 0] + 100, x[:, 1] - 50], 1)
model = xgboost.train({"booster": "gblinear", "objective": "reg:squarederror"}, xgboost.DMatrix(x, y), 30)
model.save_model(sys.argv[1])
learner = json.load(open(sys.argv[1]))["learner"]
stated = np.array(json.loads(learner["learner_model_param"]["base_score"]))
weights = np.array(learner["gradient_booster"]["model"]["weights"], np.float32).reshape(4, 2)
added = (model.predict(xgboost.DMatrix(x)) - (x @ weights[:3] + weights[3])).mean(0)
print("base scores in the file", stated.round(2), "and what predict adds", added.round(2))
assert np.abs(stated - [100, -50]).max() < 1 and np.abs(added - stated[0]).max() < .01, "this has changed"
PYTHON
