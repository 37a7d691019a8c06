#!/usr/bin/env bash
# SciPy 1.17.1: p-values of Tukey's test never fall below 8e-14, and the order of very sure pairs is lost.
#
# Input: two groups of 151 values whose means lie ever farther apart. Tukey's test of two groups is Student's t test
# with a common variance (q = t * sqrt(2)), so that tukey_hsd and ttest_ind must give one p-value. Expected: they do,
# as the tail (sf) of other distributions is computed for itself. Seen: 4 in 1000 off at 2e-11, 370 times as much at
# 2e-16, and the same 8.493e-14 for 6e-22, 4e-31 and 2e-37: studentized_range.sf is one less the distribution
# function, and the integral's error is what is left. With 10 degrees of freedom it holds to 1e-7 for the same
# statistics, as their tails are heavier. (R 4.2.2: ptukey(10, 2, 300, lower.tail = FALSE) is 9 in 100 off at 1e-11.)
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from scipy import stats

values = stats.norm.ppf((np.arange(151) + 0.5) / 151)
tukey, off = {}, {}
for apart in (0.5, 0.8, 1.0, 1.2, 1.5, 1.7):
    student = float(stats.ttest_ind(values, values + apart).pvalue)
    tukey[apart] = float(stats.tukey_hsd(values, values + apart).pvalue[0, 1])
    off[apart] = abs(tukey[apart] / student - 1)
    print(f"{apart} apart: Student {student:.4g}, Tukey {tukey[apart]:.4g}, off by {off[apart]:.1g}")
assert off[0.5] < 1e-6 and 1e-3 < off[0.8] < 1e-2 and off[1.0] > 100, "this has changed"
assert np.ptp([tukey[apart] for apart in (1.2, 1.5, 1.7)]) < 1e-16 and 8e-14 < tukey[1.7] < 9e-14, "this has changed"
for q in (8, 12, 15, 20):
    few, exact = stats.studentized_range.sf(q, 2, 10), 2 * stats.t.sf(q / 2**0.5, 10)
    assert abs(few / exact - 1) < 1e-6, "this has changed"
PYTHON
