"""Writes the numbers that the tests of dev.touchstone.statistics and calibration are held against.

  pip install -r requirements-statistics.txt && python statistics_oracle.py

Clopper-Pearson, adjusted p-values and the exact McNemar test are statsmodels', tests and the Poisson-binomial SciPy's;
the calibration error is written with numpy.digitize(right=True), which closes bins on the right. Gaffke's p-values are
P(sum of w_i E_i > 0) of exponentials E_i, by partial fractions with 60 digits (mpmath).
"""
import json
from pathlib import Path

import mpmath
import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

RESOURCES = Path(__file__).parent.parent / "resources/dev/touchstone"


def proportions():
    for successes, trials in [(0, 1), (1, 1), (0, 10), (10, 10), (3, 10), (1, 59), (17, 2000), (1987, 2000), (481, 28842)]:
        for level in (0.9, 0.95, 0.999):
            lower, upper = proportion_confint(successes, trials, alpha=1 - level, method="beta")
            yield {"successes": successes, "trials": trials, "level": level, "lower": lower, "upper": upper,
                   "tests": [{"bound": bound,
                              "above": stats.binomtest(successes, trials, bound, "greater").pvalue,
                              "below": stats.binomtest(successes, trials, bound, "less").pvalue}
                             for bound in (0.001, 0.02, 0.3, 0.97)]}


def means(rng):
    for values in ([1.0, 2.0], [0.91, 0.93, 0.88, 0.95, 0.9], list(np.round(rng.normal(3, 2, 40), 6))):
        for level in (0.8, 0.95, 0.99):
            interval = stats.t.interval(level, len(values) - 1, np.mean(values), stats.sem(values))
            yield {"values": values, "level": level, "lower": interval[0], "upper": interval[1],
                   "tests": [{"bound": bound,
                              "above": stats.ttest_1samp(values, bound, alternative="greater").pvalue,
                              "below": stats.ttest_1samp(values, bound, alternative="less").pvalue}
                             for bound in (0.9, 1.5, 3.0)]}


def adjusted(rng):
    for p in ([0.01], [0.04, 0.04], [0.0, 1.0, 0.5], [0.02, 0.01, 0.9, 0.013, 0.04],
              list(np.round(rng.uniform(0, 1, 30) ** 3, 6))):
        yield {"p": p} | {name: list(multipletests(p, method=method)[1])
                          for name, method in (("holm", "holm"), ("bh", "fdr_bh"), ("by", "fdr_by"))}


def poisson_binomials(rng):
    for p in ([0.3], [0.5, 0.5, 0.5], [0.0, 1.0, 0.25], list(np.round(rng.uniform(0, 1, 200), 6)),
              list(np.round(rng.uniform(0.9, 1, 1000), 6))):
        distribution = stats.poisson_binom(p)
        yield {"p": p, "mean": distribution.mean(), "variance": distribution.var(),
               "masses": list(distribution.pmf(np.arange(len(p) + 1)))}


def mcnemars():
    for worse, better in [(1, 0), (0, 5), (6, 0), (3, 3), (10, 22), (59, 6), (140, 160)]:
        yield {"worse": worse, "better": better,
               "p": mcnemar([[1000, worse], [better, 100]], exact=True).pvalue}


def positive(weights):
    """P(sum of weights[i] * E_i > 0), E_i independent and exponential; the weights have to be distinct."""
    return mpmath.fsum(mpmath.fprod(w / (w - v) for j, v in enumerate(weights) if j != i)
                       for i, w in enumerate(weights) if w > 0)


def bounded_means(rng):
    mpmath.mp.dps = 60
    for n, least, most, bound in [(1, 0, 1, 0.5), (2, 0, 1, 0.3), (7, -1, 1, 0.05), (25, -1, 1, -0.1), (25, -1, 1, 0.4),
                                  (60, -2, 2, 0.02), (60, 0, 10, 4.9), (120, -1, 1, 0.01)]:
        center = (least + most) / 2
        # Most of them near the center, a few far out: what two similar models differ by.
        spread = np.where(rng.random(n) < 0.8, 0.05, 1)
        values = list(np.round(center + (most - center) * spread * rng.uniform(-1, 1, n), 9))
        exact = [mpmath.mpf(v) for v in values]
        above = positive([bound - v for v in exact] + [mpmath.mpf(bound) - least])
        below = positive([v - bound for v in exact] + [mpmath.mpf(most) - bound])
        yield {"values": values, "least": least, "most": most, "bound": bound, "above": float(above),
               "below": float(below)}


def auroc_pairs(rng):
    """DeLong's structural components, written out as means over all pairs."""
    for m, n, levels in [(2, 3, 4), (12, 30, 5), (25, 60, 1000)]:
        positive = [True] * m + [False] * n
        shared = rng.normal(0, 1, m + n) + np.where(positive, 1.2, 0)
        # Rounded to few levels, so that there are ties.
        first, second = (np.round((shared + rng.normal(0, 0.7, m + n)) * levels / 4) for _ in range(2))

        def components(scores):
            wins = (scores[:m, None] > scores[None, m:]) + 0.5 * (scores[:m, None] == scores[None, m:])
            return wins.mean(axis=1), wins.mean(axis=0)

        (v1, w1), (v2, w2) = components(first), components(second)
        covariance = np.cov(np.vstack([v1, v2])) / m + np.cov(np.vstack([w1, w2])) / n
        yield {"approved": list(first), "candidate": list(second), "positive": positive, "loss": v1.mean() - v2.mean(),
               "correlation": covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]),
               "variance": covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]}


def calibration_error(confidence, correct, bins):
    edges = np.arange(1, bins) / bins
    bin_of = np.digitize(confidence, edges, right=True)
    error = 0
    for b in range(bins):
        inside = bin_of == b
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - correct[inside].mean())
    return error


def calibration_errors(rng):
    for n, bins, shift in [(1, 10, 0), (20, 10, 0), (500, 10, 0.1), (500, 15, -0.1), (2000, 10, 0.02), (300, 1, 0.05)]:
        confidence = np.round(rng.beta(3, 1, n), 2)  # many of them exactly on the edges
        correct = rng.random(n) < np.clip(confidence - shift, 0, 1)
        yield {"bins": bins, "confidence": list(confidence), "correct": [bool(c) for c in correct],
               "error": calibration_error(confidence, correct, bins)}


def write(name, content):
    (RESOURCES / name).write_text(json.dumps(content, indent=0, default=float) + "\n")


if __name__ == "__main__":
    generator = np.random.default_rng(20261122)
    write("statistics/oracle.json",
          {"proportions": list(proportions()), "means": list(means(generator)), "adjusted": list(adjusted(generator)),
           "poissonBinomials": list(poisson_binomials(generator)), "mcNemar": list(mcnemars()),
           "boundedMeans": list(bounded_means(np.random.default_rng(20261123))),
           "aurocPairs": list(auroc_pairs(np.random.default_rng(20261124)))})
    write("calibration/oracle.json", list(calibration_errors(generator)))
