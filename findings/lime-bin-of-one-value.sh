#!/usr/bin/env bash
# lime 0.2.0.1: a quartile bin of a single value is asked about as 0, whatever the value is.
#
# Input: a column of which 40 % of the rows are 5 and none is less, as of amounts with a minimum, so
# that the first bin is [5, 5]. Expected: the model is asked about 5 and what is more. Seen: a third of
# the rows that it is asked about have 0 there, which the data never have: get_undiscretize_values
# returns the bin's end in standard units, (5 - mean) / deviation = 0, where it draws nothing.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install lime==0.2.0.1 numpy==2.4.6 scikit-learn==1.9.1
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from lime.lime_tabular import LimeTabularExplainer

rng = np.random.default_rng(0)
amount = np.where(rng.random(500) < 0.4, 5.0, 5 + rng.gamma(2, 3, 500))
data = np.column_stack([amount, rng.normal(size=500)])
asked = []


def model(rows):
    asked.append(rows.copy())
    low = (rows[:, 0] < 5) * 1.0
    return np.column_stack([1 - low, low])


LimeTabularExplainer(data, random_state=1).explain_instance(data[amount > 10][0], model, num_samples=1000)
seen = asked[0][:, 0]
print("least in the data:", amount.min(), " asked about 0:", (seen == 0).sum(), "times of", len(seen))
assert amount.min() == 5 and 250 < (seen == 0).sum() < 450, "this has changed"
PYTHON
