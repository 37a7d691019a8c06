#!/usr/bin/env bash
# shap 0.51.0: with background data TreeExplainer explains a copy of the trees that answers otherwise than the model,
# and its check of additivity asks the copy.
#
# Input: regressors on 300 rows: XGBoost 3.2.0 with booster=dart; LightGBM 4.7.0 with zero_as_missing or
# use_missing=false; CatBoost 1.2.10 trained on missing values. Each with shap_values' defaults, so with the check.
# Expected: values that with the expected value add up to the model's answer, or the error of the check, as without
# these options. Seen: no error and no warning, and answers off by .1 to more than 1: the copy has no weights of
# dropped trees and its own rules for what is missing. Without a background (tree_path_dependent) the boosters
# themselves are asked, and sums are right to rounding. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scikit-learn==1.9.1 xgboost==3.2.0 lightgbm==4.7.0 catboost==1.2.10 shap==0.51.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import lightgbm
import numpy as np
import shap
import xgboost
from catboost import CatBoostRegressor

random = np.random.default_rng(0)
rows = random.normal(size=(300, 3))
targets = rows[:, 0] + 0.5 * rows[:, 1] + random.normal(size=300) * 0.3
holes, zeros = rows.copy(), rows.copy()
holes[:80, 0] = np.nan
zeros[random.uniform(size=rows.shape) < 0.2] = 0
zeros[:80, 0] = np.nan
lower = targets - 2 * (np.arange(300) < 80)


def off(model, given, answers, background):
    explainer = shap.TreeExplainer(model, background)
    sums = explainer.shap_values(given).sum(1) + np.ravel(explainer.expected_value)[0]
    return float(np.abs(sums - answers).max())


def booster(**parameters):
    return xgboost.XGBRegressor(n_estimators=10, max_depth=3, n_jobs=1, **parameters)


def gradient(**parameters):
    return lightgbm.LGBMRegressor(n_estimators=10, num_leaves=7, n_jobs=1, verbose=-1, **parameters)


cat = CatBoostRegressor(iterations=10, depth=3, verbose=0, thread_count=1, allow_writing_files=False)
for name, model, given, wrong in (("XGBoost", booster(), rows, False), ("XGBoost dart", booster(booster="dart", rate_drop=0.5), rows, True),
                                  ("LightGBM", gradient(), zeros, False), ("LightGBM zero_as_missing", gradient(zero_as_missing=True), zeros, True),
                                  ("LightGBM use_missing=false", gradient(use_missing=False), zeros, True), ("CatBoost", cat, holes, True)):
    model.fit(given, lower)
    answers = model.predict(given)
    alone, beside = off(model, given, answers, None), off(model, given, answers, given[:50])
    print(f"{name}: off by {alone:.1e} without a background, by {beside:.1e} with one")
    assert alone < 1e-4, "the boosters' own values have changed"
    assert beside > 0.05 if wrong else beside < 1e-4, "this has changed"
PYTHON
