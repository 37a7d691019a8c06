"""Writes the numbers that RateDifferenceTest is held against: Miettinen and Nurminen's score limits and p-values, with
the restricted likelihood maximised and the limits found by SciPy.

  pip install -r requirements-statistics.txt && python rate_difference_oracle.py

Not statsmodels' confint_proportions_2indep(method="score"): its restricted estimate differs from the maximum (0.14.5),
and with it the limits of Newcombe's (1998) published example 56/70 - 48/80, which these reproduce.
"""
import json
from pathlib import Path

from scipy.optimize import brentq, minimize_scalar
from scipy.special import xlogy
from scipy.stats import norm

CASES = [(7, 34, 1, 34), (56, 70, 48, 80), (9, 10, 3, 10), (1, 1000, 3, 900), (12, 3000, 15, 3000), (400, 3000, 380, 3000)]


def score(delta, x, n, y, m):
    low, high = max(0, -delta), min(1, 1 - delta)
    likelihood = lambda q: -(xlogy(x, q + delta) + xlogy(n - x, 1 - q - delta) + xlogy(y, q) + xlogy(m - y, 1 - q))
    q = minimize_scalar(likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-14}).x
    variance = ((q + delta) * (1 - q - delta) / n + q * (1 - q) / m) * (n + m) / (n + m - 1)
    return (x / n - y / m - delta) / variance ** 0.5


def cases():
    for case in CASES:
        first, of, second, among = case
        estimate = first / of - second / among
        for level in (0.9, 0.95):
            z = norm.isf((1 - level) / 2)
            yield {"first": first, "of": of, "second": second, "among": among, "level": level,
                   "lower": brentq(lambda delta: score(delta, *case) - z, -0.99, estimate),
                   "upper": brentq(lambda delta: score(delta, *case) + z, estimate, 0.99),
                   "tests": [{"bound": bound, "above": norm.sf(score(bound, *case)),
                              "below": norm.cdf(score(bound, *case))} for bound in (-0.05, 0.01, 0.1)]}


if __name__ == "__main__":
    target = Path(__file__).parent.parent / "resources/dev/touchstone/statistics/rate-difference.json"
    target.write_text(json.dumps(list(cases()), indent=0, default=float) + "\n")
