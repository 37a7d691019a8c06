"""Writes the limits that LeastFavourableLimitTest is held against.

  pip install -r requirements-statistics.txt && python calibration_limit_oracle.py

X_m ~ N(mu_m, V_m), T = sum |X_m| + 1/2, U = inf{S: max over mu >= 0, sum mu = S, of P(sum |N(mu_m, V_m)| <= T) <= alpha} + skew.
P by folded normals on a lattice of 4,096 cells, convolved by a transform long enough to wrap nothing around; the maximum by
exponentiated gradients until the Frank-Wolfe gap of log P is below 1e-4; the limit by 30 bisections. Probabilities of two terms
are held against a double integral (SciPy) too.
"""
import json
from pathlib import Path

import numpy as np
from scipy import integrate
from scipy.special import ndtr, ndtri

RESOURCES = Path(__file__).parent.parent / "resources/dev/touchstone"
CELLS = 4096


def probability_and_gradient(mu, variance, total):
    width = total / CELLS
    edges = np.concatenate([[0], np.arange(1, CELLS + 2) * width - width / 2])
    s = np.sqrt(variance)[:, None]
    up, down = (edges - mu[:, None]) / s, (-edges - mu[:, None]) / s
    mass = np.diff(ndtr(up) - ndtr(down), axis=1)
    density = lambda x: np.exp(-.5 * x * x) / np.sqrt(2 * np.pi)
    slope = np.diff((density(down) - density(up)) / s, axis=1)
    k = len(mu)
    size = 1 << int(np.ceil(np.log2((CELLS + 1) * k)))
    f, d = np.fft.rfft(mass, size, axis=1), np.fft.rfft(slope, size, axis=1)
    weights = np.ones(CELLS + 1)
    weights[CELLS] = .5
    p = np.fft.irfft(f.prod(0), size)[:CELLS + 1] @ weights
    g = [np.fft.irfft(np.delete(f, i, 0).prod(0) * d[i], size)[:CELLS + 1] @ weights for i in range(k)]
    return p, np.array(g)


def most_probable(x, variance, total, mean_total, w):
    w = w + 1e-3 / len(w)
    w = w / w.sum()
    p, g = probability_and_gradient(w * mean_total, variance, total)
    eta = None
    for _ in range(2000):
        slope = g / max(p, 1e-300) * mean_total
        gap = slope.max() - (slope * w).sum()
        if gap < 1e-4:
            break
        eta = eta or 1 / max(1e-9, np.abs(slope - (slope * w).sum()).max())
        while True:
            trial = w * np.exp(eta * (slope - slope.max()))
            trial /= trial.sum()
            q, h = probability_and_gradient(trial * mean_total, variance, total)
            if q >= p * (1 - 1e-12) or eta < 1e-6:
                break
            eta /= 2
        w, p, g, eta = trial, q, h, eta * 1.5
    return p, w


def upper_limit(x, variance, alpha):
    z = -ndtri(alpha)
    kept = variance > 0
    total, v = np.abs(x).sum() + .5, variance.sum()
    skew = z * z / 2 + np.sqrt(z * z * v + z ** 4 / 4) - z * np.sqrt(v)
    x, variance = np.abs(x[kept]), variance[kept]
    low, high, w = total, total + z * np.sqrt(v), x + .3 * np.sqrt(variance)
    if len(x) == 0:
        return total + skew
    for _ in range(30):
        middle = (low + high) / 2
        p, w = most_probable(x, variance, total, middle, w)
        low, high = (middle, high) if p > alpha else (low, middle)
    return high + skew


def limits(rng):
    cases = [([0.], [0.]), ([3.], [2.5]), ([0., 0.], [1., 4.]), ([1.5, -2.], [3., .02]), ([-95.], [12.])]
    for bins, n in [(3, 30), (5, 700), (10, 100), (10, 1000), (10, 1000), (15, 400), (10, 10000)]:
        count = rng.multinomial(n, rng.dirichlet(np.full(bins, 2.)))
        variance = count * rng.uniform(.02, .25, bins)
        cases.append((np.round(rng.normal(0, np.sqrt(variance)), 6), np.round(variance, 6)))
    count = rng.multinomial(500, np.full(10, .1))
    cases.append((np.round(count * .05 + rng.normal(0, np.sqrt(count * .2)), 6), np.round(count * .2, 6)))
    for x, variance in cases:
        x, variance = np.array(x, float), np.array(variance, float)
        for tail in (.025, .1):
            yield {"sums": list(x), "variances": list(variance), "tail": tail, "limit": upper_limit(x, variance, tail)}


def probabilities():
    density = lambda t, mu, v: np.exp(-(t - mu) ** 2 / (2 * v)) / np.sqrt(2 * np.pi * v)
    folded = lambda t, mu, v: density(t, mu, v) + density(-t, mu, v)
    for mu, variance, total in [((0, 0), (1, 1), 1.5), ((1, 2), (1, 3), 2.), ((.3, 5), (.4, 2), 4.), ((8, 1), (9, 25), 6.)]:
        p, _ = integrate.dblquad(lambda b, a: folded(a, mu[0], variance[0]) * folded(b, mu[1], variance[1]),
                                 0, total, 0, lambda a: total - a, epsabs=1e-11)
        yield {"means": mu, "variances": variance, "total": total, "probability": p}


if __name__ == "__main__":
    file = RESOURCES / "calibration/limit-oracle.json"
    file.write_text(json.dumps({"probabilities": list(probabilities()), "limits": list(limits(np.random.default_rng(20)))}, indent=1)
                    + "\n")
