#!/usr/bin/env bash
# fairlearn 0.15.0: a group without positive examples has a true positive rate of 0, and makes the largest difference there is.
#
# Input: 200 rows of group a, half of them positive, and 20 of group b, none positive; a classifier that finds every
# positive and gives no false alarm. Expected: no rate for b (0 of 0) and so no difference in opportunity that could
# be told, or a warning, as scikit-learn gives for recall. Seen: a rate of 0 for b, equal_opportunity_difference of 1
# and ratio of 0, equalized_odds_difference of 1, for a classifier without an error, and no warning. A group without
# negatives is given a false positive rate of 0 likewise. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 pandas==3.1.1 narwhals==2.29.0
"$folder/venv/bin/pip" -q install --no-compile --no-deps fairlearn==0.15.0
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
from fairlearn.metrics import (MetricFrame, equal_opportunity_difference, equal_opportunity_ratio,
                               equalized_odds_difference, false_positive_rate, true_positive_rate)
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import recall_score

group = np.repeat(["a", "b"], [200, 20])
positive = np.r_[np.tile([1, 0], 100), np.zeros(20, int)]
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    rates = MetricFrame(metrics=true_positive_rate, y_true=positive, y_pred=positive, sensitive_features=group).by_group
    seen = [float(f(positive, positive, sensitive_features=group))
            for f in (equal_opportunity_difference, equal_opportunity_ratio, equalized_odds_difference)]
print("true positive rates", rates.to_dict(), "difference, ratio, odds", seen, "warnings", len(warned))
assert rates.to_dict() == {"a": 1, "b": 0} and seen == [1, 0, 1] and not warned, "this has changed"

with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    recall_score(positive[200:], positive[200:])
assert any(w.category is UndefinedMetricWarning for w in warned), "scikit-learn no longer warns"

only = np.r_[np.tile([1, 0], 100), np.ones(20, int)]
guessed = only.copy()
guessed[1:200:4] = 1
rates = MetricFrame(metrics=false_positive_rate, y_true=only, y_pred=guessed, sensitive_features=group).by_group
print("false positive rates", rates.to_dict())
assert rates.to_dict() == {"a": 0.5, "b": 0}, "this has changed"
PYTHON
