#!/usr/bin/env bash
# shap 0.51.0: KernelExplainer gives nothing to all but ten columns, also of a sum of twenty alike ones.
#
# Input: the function x1 + ... + x20 at ones, against a background of zeros, whose Shapley values are 1
# each. Expected of the defaults: 1 for each column, since the regression is exact for linear functions,
# as it is with l1_reg=0. Seen: ten columns, which differ from seed to seed, have 0, and the other ten from
# 1.8 to 2.2, because l1_reg="num_features(10)" is the default (shap's pull request 3858); no warning.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 scikit-learn==1.9.1 shap==0.51.0
"$folder/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import numpy as np
import shap

explainer = shap.KernelExplainer(lambda x: x.sum(1), np.zeros((1, 20)))
chosen = set()
for seed in range(3):
    np.random.seed(seed)
    shares = explainer.shap_values(np.ones((1, 20)), silent=True)[0]
    print("by default:", shares.round(2).tolist())
    assert (shares == 0).sum() == 10 and abs(shares[shares != 0] - 2).max() < 0.4, "this has changed"
    chosen.add(tuple(np.flatnonzero(shares)))
assert len(chosen) > 1, "this has changed"
exact = explainer.shap_values(np.ones((1, 20)), silent=True, l1_reg=0)[0]
print("without regularisation:", exact.round(2).tolist())
assert abs(exact - 1).max() < 1e-9, "this has changed"
PYTHON
