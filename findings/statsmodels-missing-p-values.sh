#!/usr/bin/env bash
# statsmodels 0.15.0: one missing p-value is counted as a test, and rejects hypotheses whose corrected p-values are NaN.
#
# Input: multipletests of [.001, .01, .02, .04, nan, .2], as a test that could not be made leaves them. Expected: an
# error, or the missing value left out, as R's p.adjust does (fdr_bh: .005 .025 .0333 .05 nan .2, four rejected at
# .05), or NaN and no decision. Seen: no error and no warning. "fdr_bh" gives NaN for every one and rejects three of
# them; "simes-hochberg" rejects two, "fdr_tsbh" four, with NaN for all; "bonferroni", "sidak" and "holm" correct the
# others for six tests; "hommel" and "fdr_gbs" reject nothing, where both reject some of the five. So `reject` and
# `pvals_corrected <= alpha` disagree. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 patsy==1.0.3 statsmodels==0.15.0
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
from statsmodels.stats.multitest import multipletests

warnings.simplefilter("error")
p = np.array([0.001, 0.01, 0.02, 0.04, np.nan, 0.2])
there = ~np.isnan(p)
seen = {}
for method in ("bonferroni", "sidak", "holm", "simes-hochberg", "hommel", "fdr_bh", "fdr_by", "fdr_tsbh", "fdr_gbs"):
    rejected, corrected = multipletests(p, 0.05, method)[:2]
    without = multipletests(p[there], 0.05, method)[:2]
    seen[method] = int(rejected.sum()), int(np.isnan(corrected).sum()), int(without[0].sum())
    print(f"{method}: rejected {rejected.sum()}, corrected {corrected.round(4)}; without the missing one {without[0].sum()}, {without[1].round(4)}")
assert seen == {"bonferroni": (1, 1, 2), "sidak": (1, 1, 2), "holm": (2, 1, 2), "simes-hochberg": (2, 6, 2),
                "hommel": (0, 6, 2), "fdr_bh": (3, 6, 4), "fdr_by": (1, 6, 1), "fdr_tsbh": (4, 6, 5),
                "fdr_gbs": (0, 6, 4)}, "this has changed"
PYTHON
