"""Writes the numbers that MetricOracleTest, AuprcTest, AuprcLossTest and RateRatioTest are held against: scikit-learn's metrics of
predictions that are made here, Clopper and Pearson's limits by SciPy, Koopman's score limits of ratios with the
restricted likelihood maximised by SciPy, and the limits of an average precision by other draws, in NumPy.

  pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 && python metrics_oracle.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import xlogy
from scipy.stats import beta, norm
from sklearn.metrics import (accuracy_score, average_precision_score, f1_score, log_loss, precision_score,
                             recall_score)

RATIOS = [(400, 3000, 380, 3000), (150, 500, 220, 480), (812, 1000, 640, 900), (130, 4000, 110, 250)]


def predictions(seed, n, classes):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    logits = rng.normal(size=(n, classes)) + 1.3 * np.eye(classes)[labels]
    e = np.exp(logits)
    return labels, np.round(e / e.sum(1, keepdims=True), 4)


def limits(hits, of, level=0.95):
    tail = (1 - level) / 2
    return (0.0 if hits == 0 else beta.ppf(tail, hits, of - hits + 1),
            1.0 if hits == of else beta.ppf(1 - tail, hits + 1, of - hits))


def metrics():
    for seed, n, classes in ((1, 60, 2), (2, 300, 3)):
        labels, p = predictions(seed, n, classes)
        p[:, -1] = np.round(1 - p[:, :-1].sum(1), 4)
        said = p.argmax(1)
        yes = labels == 1
        hits = int((yes & (said == 1)).sum())
        either = int((yes | (said == 1)).sum())
        low, high = limits(hits, either)
        yield {"labels": labels.tolist(), "probabilities": p.tolist(),
               "accuracy": accuracy_score(labels, said),
               "precision": precision_score(labels, said, labels=[1], average=None)[0],
               "precisionLimits": limits(hits, int((said == 1).sum())),
               "recall": recall_score(labels, said, labels=[1], average=None)[0],
               "recallLimits": limits(hits, int(yes.sum())),
               "f1": f1_score(labels, said, labels=[1], average=None)[0],
               "f1Limits": (2 * low / (1 + low), 2 * high / (1 + high)),
               "averagePrecision": average_precision_score(yes, p[:, 1]),
               "selectionRate": float((said == 1).mean()),
               "brierOfClass": float(((p[:, 1] - yes) ** 2).mean()),
               "brier": float(((p - np.eye(classes)[labels]) ** 2).sum(1).mean()),
               "logLoss": log_loss(labels, p, labels=range(classes)),
               "clipped": float(-np.log(np.maximum(p[np.arange(n), labels], 0.3)).mean()),
               "meanDistance3": float(((np.abs(p - np.eye(classes)[labels]) ** 3).sum() / n) ** (1 / 3))}


def score(ratio, x, n, y, m):
    most = min(1, 1 / ratio)
    likelihood = lambda q: -(xlogy(x, ratio * q) + xlogy(n - x, 1 - ratio * q) + xlogy(y, q) + xlogy(m - y, 1 - q))
    q = minimize_scalar(likelihood, bounds=(0, most), method="bounded", options={"xatol": 1e-14}).x
    p = ratio * q
    variance = (p * (1 - p) / n + ratio ** 2 * q * (1 - q) / m) * (n + m) / (n + m - 1)
    return (x / n - ratio * y / m) / variance ** 0.5


def ratios():
    for case in RATIOS:
        first, of, second, among = case
        estimate = first / of / (second / among)
        z = norm.isf(0.025)
        yield {"first": first, "of": of, "second": second, "among": among,
               "lower": brentq(lambda r: score(r, *case) - z, 1e-3, estimate),
               "upper": brentq(lambda r: score(r, *case) + z, estimate, 5 * estimate),
               "above": norm.sf(score(0.8, *case)), "below": norm.cdf(score(1.25, *case))}


def average_precisions():
    for seed, positives, negatives, shift, decimals in ((3, 12, 60, 1.5, 9), (4, 40, 60, 0.8, 9), (5, 25, 200, 3, 9),
                                                        (6, 30, 90, 1, 0), (7, 20, 20, 0, 0), (8, 5, 300, 9, 0)):
        rng = np.random.default_rng(seed)
        truths = np.arange(positives + negatives) < positives
        scores = np.round(rng.normal(size=truths.size) + shift * truths, decimals) + 0.0
        yield {"scores": scores.tolist(), "positives": positives, "value": average_precision_score(truths, scores),
               "limits": limits_of_average_precision(scores, truths, rng) if decimals > 0 else None}


def limits_of_average_precision(scores, truths, rng, draws=400_000):
    """Of scores without ties: positive i, from the top, brings what lies between uniform order statistics i - 1 and i,
    with the precision of each share there, the negatives as high as they can be (lower limit); or it brings what lies
    between i and i + 1, the largest precision that can be reached at its score (upper limit)."""
    order = np.argsort(-scores)
    at = np.flatnonzero(truths[order])
    alarms = at - np.arange(at.size)
    m, n = at.size, truths.size - at.size
    ends = []
    for _ in range(draws // 2000):
        u = np.concatenate([np.zeros((2000, 1)), np.sort(rng.random((2000, m)), 1), np.ones((2000, 1))], 1)
        v = np.concatenate([np.zeros((2000, 1)), np.sort(rng.random((2000, n)), 1), np.ones((2000, 1))], 1)
        p = rng.beta(m, n + 1, 2000)[:, None]
        f = np.concatenate([v[:, alarms + 1], np.ones((2000, 1))], 1) * (1 - p) / p
        low = (np.diff(u) - f * np.log((u[:, 1:] + f) / (u[:, :-1] + f))).sum(1)
        p = rng.beta(m + 1, n, 2000)[:, None]
        f = v[:, alarms] * (1 - p) / p
        # The share reached at each score, U_i or U_i+1, by trying both at every one in turn.
        best = [(u[:, 0] * 0, u[:, 0]), (u[:, 1], u[:, 1])]
        for i in range(m):
            best = [(np.max([sum_ + (t - reached) * t / (t + f[:, i]) for sum_, reached in best], 0), t)
                    for t in (u[:, i + 1], u[:, i + 2])]
        ends.append((low, best[1][0]))
    low, high = np.concatenate(ends, 1)
    return np.quantile(low, 0.025), np.quantile(high, 0.975)


def losses():
    for seed, positives, negatives, shift, noise in ((8, 30, 90, 1.5, 0.5), (9, 20, 20, 0.5, 0), (10, 15, 150, 2.5, 1)):
        rng = np.random.default_rng(seed)
        truths = np.arange(positives + negatives) < positives
        approved = np.round(rng.normal(size=truths.size) + shift * truths, 9)
        candidate = np.round(approved + noise * rng.normal(size=truths.size), 9)
        yield {"approved": approved.tolist(), "candidate": candidate.tolist(), "positives": positives,
               "value": average_precision_score(truths, approved) - average_precision_score(truths, candidate),
               "limits": limits_of_loss(approved, candidate, truths, rng)}


def limits_of_loss(approved, candidate, truths, rng, draws=100_000):
    """Of scores without ties: every example has an exponential mass, the same in both rankings, and so have a positive
    and a negative that were not met and stand where they serve the one ranking and harm the other."""
    m, n = truths.sum(), (~truths).sum()
    mass = rng.exponential(size=(draws, truths.size))
    unmet_hit, unmet_alarm = rng.exponential(size=(2, draws))
    hits, alarms, between = rng.gamma(m, size=draws), rng.gamma(n, size=draws), rng.exponential(size=draws)
    all_hits, all_alarms = mass[:, truths].sum(1) + unmet_hit, mass[:, ~truths].sum(1) + unmet_alarm

    def worst(scores, odds):
        total, t, v = 0, 0, unmet_alarm
        for i in np.argsort(-scores):
            if truths[i]:
                s, f = t + mass[:, i] / all_hits, odds * v / all_alarms
                total, t = total + s - t - f * np.log((s + f) / (t + f)), s
            else:
                v = v + mass[:, i]
        return total + 1 - t - odds * np.log((1 + odds) / (t + odds))

    def best(scores, odds):
        v = np.zeros(draws)
        high = unmet_hit / all_hits
        ways = [(0, 0), (high, high)]
        for i in np.argsort(-scores):
            if truths[i]:
                low, high = high, high + mass[:, i] / all_hits
                f = odds * v / all_alarms
                ways = [(np.max([sum_ + (t - reached) * t / (t + f) for sum_, reached in ways], 0), t)
                        for t in (low, high)]
            else:
                v = v + mass[:, i]
        return ways[1][0]

    both = ((alarms + between) / hits, alarms / (hits + between))
    up = np.max([best(approved, odds) - worst(candidate, odds) for odds in both], 0)
    down = np.min([worst(approved, odds) - best(candidate, odds) for odds in both], 0)
    return np.quantile(down, 0.025), np.quantile(up, 0.975)


if __name__ == "__main__":
    resources = Path(__file__).parent.parent / "resources/dev/touchstone"
    (resources / "metric").mkdir(exist_ok=True)
    (resources / "metric/metrics.json").write_text(json.dumps(list(metrics()), default=float) + "\n")
    (resources / "statistics/rate-ratio.json").write_text(json.dumps(list(ratios()), indent=0, default=float) + "\n")
    (resources / "statistics/average-precision-loss.json").write_text(
        json.dumps(list(losses()), indent=0, default=float) + "\n")
    (resources / "statistics/average-precision.json").write_text(
        json.dumps(list(average_precisions()), indent=0, default=float) + "\n")
