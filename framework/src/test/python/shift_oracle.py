"""Reference numbers for dev.touchstone.check.shift.DataShift: columns of two tables compared by SciPy.

    pip install numpy==2.4.6 scipy==1.17.1
    python shift_oracle.py      # writes ../resources/shift/columns.json

Five columns: one that stays, one that moves, one that spreads, one of few values, one of which more are missing (these
stand above all others). Two classes, of other shares. Exact p-values of the two-sample test, adjusted after Benjamini
and Yekutieli.
"""
import json
import pathlib

import numpy as np
import scipy
from scipy.stats import false_discovery_control, ks_2samp

out = pathlib.Path(__file__).parent / ".." / "resources" / "shift"
out.mkdir(exist_ok=True)
random = np.random.default_rng(17)


def table(n, move, spread, few, missing, ones):
    x = random.normal(size=(n, 5))
    x[:, 1] += move
    x[:, 2] *= spread
    x[:, 3] = random.choice(4, size=n, p=few)
    x[:, 4][random.uniform(size=n) < missing] = np.nan
    return np.round(x * 32) / 32, (random.uniform(size=n) < ones).astype(int)


X, y = table(60, 0, 1, [.25, .25, .25, .25], .05, .3)
Z, w = table(50, 1.1, 2.5, [.1, .2, .3, .4], .4, .6)
above = lambda v: np.where(np.isnan(v), np.inf, v)
tests = [ks_2samp(above(X[:, c]), above(Z[:, c]), method="exact") for c in range(5)] + [ks_2samp(y, w, method="exact")]
nones = lambda rows: [[None if np.isnan(v) else v for v in row] for row in rows.tolist()]
file = {
    "scipy": scipy.__version__, "reference": nones(X), "current": nones(Z), "labels": y.tolist(), "others": w.tolist(),
    "distances": [float(t.statistic) for t in tests], "at": [None if np.isinf(t.statistic_location) else float(t.statistic_location) for t in tests],
    "p": [float(t.pvalue) for t in tests],
    "adjusted": false_discovery_control([t.pvalue for t in tests], method="by").tolist(),
}
(out / "columns.json").write_text(json.dumps(file))
print(file["distances"], file["p"], file["adjusted"])
