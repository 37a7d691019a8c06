#!/usr/bin/env bash
# onnxmltools 1.16.0: the answer of a LightGBM forest (boosting=rf) is divided by 100, however many trees it has.
#
# Input: forests of 10, 100 and 200 trees for a regression. Expected: the mean of the trees, as LightGBM 4.7.0
# predicts. Seen: 10 trees answer a tenth of it, 200 trees twice as much, and those of 100 are right; the number
# is a constant of the converter. Of two classes the sum is divided so as well, before the probability is made of it.
# No warning. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 lightgbm==4.7.0 scikit-learn==1.9.1 onnx==1.23.2 onnxmltools==1.16.0 skl2onnx==1.20.0 onnxruntime==1.32.0
"$folder/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import lightgbm
import numpy as np
import onnxruntime
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

random = np.random.default_rng(0)
rows = random.normal(size=(300, 3)).astype(np.float32)
targets = rows[:, 0] + 5
for trees in (10, 100, 200):
    forest = lightgbm.LGBMRegressor(n_estimators=trees, boosting_type="rf", bagging_freq=1, bagging_fraction=0.6,
                                    n_jobs=1, verbose=-1).fit(rows, targets)
    exported = convert_lightgbm(forest, initial_types=[("rows", FloatTensorType([None, 3]))])
    answers = onnxruntime.InferenceSession(exported.SerializeToString()).run(None, {"rows": rows})[0][:, 0]
    factor = answers / forest.predict(rows)
    print(trees, "trees: the file answers", factor.mean().round(4), "times what LightGBM answers")
    assert np.allclose(factor, trees / 100, rtol=1e-4), "this has changed"
PYTHON
