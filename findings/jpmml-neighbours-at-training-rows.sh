#!/usr/bin/env bash
# JPMML (sklearn2pmml 0.133.1, with the evaluator of jpmml_evaluator 0.16.0): a regression of neighbours weighted by
# their distance answers NaN for a row that it was trained on.
#
# Input: KNeighborsRegressor(weights="distance") of scikit-learn 1.7.2 on 30 rows, exported by sklearn2pmml, asked about
# three of them and about three others. Expected: of the former the value that they were trained with, which
# scikit-learn answers (at distance 0 a neighbour counts alone), as of the latter its weighted mean to rounding.
# Seen: NaN, without an error, and the others right: 1/0 over a sum of 1/0. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.3.5 pandas==2.3.3 scikit-learn==1.7.2 sklearn2pmml==0.133.1 jpmml_evaluator==0.16.0 jpype1==1.7.1
"$folder/venv/bin/python" -W ignore - "$folder/model.pmml" 2> "$folder/log" <<'PYTHON' || { tail -n 20 "$folder/log"; exit 1; }
import sys

import numpy as np
import pandas as pd
from jpmml_evaluator import make_backend, make_evaluator
from sklearn2pmml import sklearn2pmml
from sklearn2pmml.pipeline import PMMLPipeline
from sklearn.neighbors import KNeighborsRegressor

random = np.random.default_rng(0)
rows = pd.DataFrame(random.normal(size=(30, 2)), columns=["a", "b"])
values = pd.Series(rows["a"] + random.normal(size=30), name="value")
model = PMMLPipeline([("neighbours", KNeighborsRegressor(weights="distance"))]).fit(rows, values)
sklearn2pmml(model, sys.argv[1])
asked = pd.concat([rows[:3], rows[:3] + 0.1])
seen = make_evaluator(sys.argv[1], backend=make_backend("jpype")).evaluateAll(asked)["value"].astype(float).to_numpy()
expected = model.predict(asked)
print("JPMML", seen.round(4).tolist(), "scikit-learn", expected.round(4).tolist())
assert np.allclose(expected[:3], values[:3]) and np.allclose(seen[3:], expected[3:]), "others are off as well"
assert np.isnan(seen[:3]).all(), "this has changed"
PYTHON
