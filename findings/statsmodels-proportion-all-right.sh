#!/usr/bin/env bash
# statsmodels 0.15.0: one right answer of one shows by proportions_ztest that more than .999 are right, with p = 0.
#
# Input: proportions_ztest(count, nobs, value, alternative="larger") with all of 1, 10 or 100 right. Expected: a p-value about
# the exact one, .999 of 1 and .107 of 10 against .8, or a warning that the approximation does not hold. Seen: p = 0 for any
# number of rows and any value below 1, since the variance is by default that of the observed proportion, which is 0, and
# the statistic infinite (a RuntimeWarning of a division is all); with prop_var=value it is .487 and .057. 9 of 10 against
# .8 give .146, so that one more right answer takes it from there to 0. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 patsy==1.0.3 statsmodels==0.15.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportions_ztest

seen = {}
for right, rows, value in ((1, 1, 0.999), (10, 10, 0.8), (100, 100, 0.999), (9, 10, 0.8)):
    exact = float(binomtest(right, rows, value, alternative="greater").pvalue)
    seen[right, rows] = float(proportions_ztest(right, rows, value, alternative="larger")[1])
    under = float(proportions_ztest(right, rows, value, alternative="larger", prop_var=value)[1])
    print(f"{right} of {rows} against {value}: p {seen[right, rows]:.4g}, exact {exact:.4g}, prop_var=value {under:.4g}")
    assert right < rows or exact > 0.1, "the exact test has changed"
assert seen[1, 1] == seen[10, 10] == seen[100, 100] == 0 and 0.1 < seen[9, 10] < 0.2, "this has changed"
PYTHON
