"""Writes the numbers that MetricOracleTest and RateRatioTest are held against: scikit-learn's metrics of predictions
that are made here, Clopper and Pearson's limits by SciPy, and Koopman's score limits of ratios with the restricted
likelihood maximised by SciPy.

  pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 && python metrics_oracle.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import xlogy
from scipy.stats import beta, norm
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_score, recall_score

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


if __name__ == "__main__":
    resources = Path(__file__).parent.parent / "resources/dev/touchstone"
    (resources / "metric").mkdir(exist_ok=True)
    (resources / "metric/metrics.json").write_text(json.dumps(list(metrics()), default=float) + "\n")
    (resources / "statistics/rate-ratio.json").write_text(json.dumps(list(ratios()), indent=0, default=float) + "\n")
