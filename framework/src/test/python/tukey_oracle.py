"""Writes what the analysis of variance and Tukey and Kramer's comparisons are held against, to resources/dev/touchstone/statistics/tukey.json.

    pip install scipy==1.17.1 numpy==2.4.6        # and R 4.2.2 (Debian r-base-core)
    python tukey_oracle.py

Tails of the studentised range are SciPy's and R's ptukey's, F is SciPy's f_oneway, the pairs are R's TukeyHSD of aov.
"""
import json
import subprocess
from pathlib import Path

import numpy as np
from scipy import stats

def r(code):
    return subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout


ranges = []
for k, nu, q in [(2, 10, 4), (3, 2, 2), (3, 5, 2.5), (3, 51, 3.4), (7, 51, 4.3), (7, 371, 8), (20, 120, 6)]:
    said = float(r(f"cat(format(ptukey({q}, {k}, {nu}, lower.tail=FALSE), digits=15))"))
    ranges.append({"groups": k, "freedom": nu, "q": q, "r": said,
                   "scipy": float(stats.studentized_range.sf(q, k, nu))})

random = np.random.default_rng(46)
cases = []
for sizes, means in [((18, 18, 18), (4.2, 1.8, 1.5)), ((9, 14, 22, 5), (3.9, 3.1, 2.2, 3.0)), ((6, 6), (3, 3.4))]:
    groups = [np.clip(np.round(random.normal(m, 0.9, n)), 1, 5).tolist() for n, m in zip(sizes, means)]
    f = stats.f_oneway(*groups)
    values = ",".join(str(v) for g in groups for v in g)
    names = ",".join(f"'{chr(97 + i)}'" for i, g in enumerate(groups) for _ in g)
    out = r(f"d<-data.frame(y=c({values}),g=factor(c({names})));t<-TukeyHSD(aov(y~g,d))$g;"
            "write.table(format(t,digits=15),quote=FALSE,col.names=FALSE)")
    pairs = {}
    for line in out.strip().splitlines():
        name, diff, low, high, p = line.split()
        second, first = name.split("-")
        # R subtracts the first from the second.
        pairs[f"{ord(first) - 97} {ord(second) - 97}"] = [-float(diff), -float(high), -float(low), float(p)]
    cases.append({"groups": groups, "f": f.statistic, "p": f.pvalue, "pairs": pairs})
where = Path(__file__).parent.parent / "resources/dev/touchstone/statistics/tukey.json"
where.write_text(json.dumps({"ranges": ranges, "cases": cases}, indent=1) + "\n")
