#!/usr/bin/env bash
# LightGBM 4.7.0: of a random forest (boosting=rf) raw_score and pred_contrib are sums over the trees, and what
# predict makes its answer of is their mean.
#
# Input: 500 rows of three columns, a binary forest of 6 trees.
# Expected: sigmoid(predict(raw_score=True)) = predict(), and contributions that add up to the score of the answer,
# as they do for boosted trees and for the same forest of one tree.
# Seen: predict says .884, the sigmoid of the raw score is .999995: the raw score is 6 times the logarithm of the
# odds, and so is the sum of the contributions. Explanations of a forest are too large by its number of trees.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 scipy lightgbm==4.7.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import lightgbm
import numpy as np

random = np.random.default_rng(0)
rows = random.normal(size=(500, 3))


def off(**parameters):
    """By what raw scores and sums of contributions are multiples of the answers' log-odds."""
    trees = parameters.pop("trees", 6)
    model = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1, **parameters},
                           lightgbm.Dataset(rows, (rows[:, 0] > 0).astype(int)), trees)
    said = model.predict(rows[:3])
    odds = np.log(said / (1 - said))
    factors = [(model.predict(rows[:3], raw_score=True) / odds).mean(),
               (model.predict(rows[:3], pred_contrib=True).sum(1) / odds).mean()]
    print(parameters.get("boosting", "gbdt"), trees, "trees: raw score and contributions are", np.round(factors, 6).tolist(),
          "times the log-odds of the answer")
    return factors


forest = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": .6}
assert np.allclose(off(), 1) and np.allclose(off(trees=1, **forest), 1), "boosted trees, or a single one, are off as well"
assert np.allclose(off(**forest), 6), "raw scores of a forest are what its answers are made of"
PYTHON
