#!/usr/bin/env bash
# XGBoost 3.2.0: categories whose names are not ASCII are taken for one another when data list them in
# another order than the training data did.
#
# Input: 400 rows of one pandas column with the categories Köln, Kiel, Käln and Küln, of which the first and
# the last are class 1; then one row of each, once with the categories listed in that order and once in the
# reverse order. The order in which a pandas column lists its categories carries no meaning, and XGBoost
# says since version 3.1 that it encodes them anew.
# Expected: the same four answers whatever the order.
# Seen: [.9, .1, .1, .9] in the order of the training, and .1 for all four in the other, without an error,
# also by the booster as it was trained. The same with names in ASCII: right. The model holds the names cut:
# their lengths are counted in characters, and the text in bytes of UTF-8, so that the second name is read
# from the middle of the first.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 pandas==3.1.1 scipy
"$folder/venv/bin/pip" -q install --no-deps xgboost==3.2.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import json

import numpy as np
import pandas as pd
import xgboost


def differ(towns):
    drawn = np.random.default_rng(0).integers(0, 4, 400)
    column = pd.Categorical.from_codes(drawn, categories=towns)
    model = xgboost.train({"objective": "binary:logistic", "max_depth": 3, "nthread": 1},
                          xgboost.DMatrix(pd.DataFrame({"town": column}), np.isin(drawn, [0, 3]), enable_categorical=True), 5)
    said = [model.predict(xgboost.DMatrix(pd.DataFrame({"town": pd.Categorical(towns, categories=order)}),
                                          enable_categorical=True)) for order in (towns, towns[::-1])]
    held = json.loads(model.save_raw("json"))["learner"]["gradient_booster"]["model"]["cats"]["enc"][0]
    print(towns, said[0].round(3).tolist(), "and, listed backwards,", said[1].round(3).tolist(),
          "; bytes of names in the model:", len(held["values"]), "of", len("".join(towns).encode()))
    return int(((said[0] > .5) != (said[1] > .5)).sum()), len(held["values"])


assert differ(["Koln", "Kiel", "Kaln", "Kuln"]) == (0, 16), "this has changed"
assert differ(["Köln", "Kiel", "Käln", "Küln"]) == (2, 16), "this has changed"
PYTHON
