#!/usr/bin/env bash
# statsmodels 0.15.0: McNemar's test of two classifiers that are wrong on the same rows gives a p-value of 0.
#
# Input: mcnemar(table, exact=False), whose continuity correction is on by default, for tables with b and c rows on which
# only one of two classifiers is right. Expected: no evidence of a difference where b = c, p = 1, as R's mcnemar.test (which
# corrects only where b and c differ, and has no p-value for 0 and 0) and exact=True say. Seen: for b = c = 0 the statistic is
# (|0 - 0| - 1)^2 / 0 = infinity, and p = 0, the strongest evidence there is, with a RuntimeWarning of a division; for 3
# and 3 p = .683, below that of 3 and 4, which is 1. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 patsy==1.0.3 statsmodels==0.15.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from statsmodels.stats.contingency_tables import mcnemar

seen = {}
for b, c in ((0, 0), (1, 1), (3, 3), (3, 4), (3, 9)):
    table = [[80, b], [c, 20]]
    exact, corrected = float(mcnemar(table, exact=True).pvalue), mcnemar(table, exact=False)
    seen[b, c] = float(corrected.pvalue)
    print(f"b {b}, c {c}: exact {exact:.4g}, corrected {seen[b, c]:.4g} (statistic {corrected.statistic:.4g})")
    assert b != c or exact == 1, "the exact test has changed"
assert seen[0, 0] == 0 and seen[1, 1] < 0.5 and seen[3, 3] < 0.7 and seen[3, 4] == 1, "this has changed"
PYTHON
