"""Reference numbers for dev.touchstone.influence: heads with soft targets, example weights and audit rows.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python heads_oracle.py          # writes ../resources/reference/heads.json

Problems are drawn here and written with their answers. scikit-learn's LogisticRegression knows no soft targets: every
row stands once for each class, weighted by its share. Neither knows audit rows: they stand among the others, weighted.
A bias column of 10 makes scikit-learn's uniform penalty 1/100 of it for the bias; C and alpha turn its sums into the
means of Touchstone's objective, (1/n) sum s loss + a (1/m) sum c loss + 1/2 sum r |W|^2.

Ridge's leave-one-out is true refitting; logistic regression's too (the others keep their 1/n).
"""
import json
import os

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "resources", "reference", "heads.json")
LAMBDA = 0.05
N, M, D, K, STRENGTH = 40, 12, 4, 3, 0.7


def zscored(x, training):
    mean, sd = training.mean(0), training.std(0)
    return np.hstack([(x - mean) / sd, np.full((len(x), 1), 10.0)])


def touchstone(weights):
    """(d+1) x k, for a bias column of ones."""
    w = weights.T.copy()
    w[-1] *= 10
    return w


def logistic(x, targets, coefficients):
    """coefficients are what each row's loss is multiplied by."""
    k = targets.shape[1]
    rows = np.repeat(x, k, axis=0)
    labels = np.tile(np.arange(k), len(x))
    weights = (coefficients[:, None] * targets).ravel()
    kept = weights > 0
    scale = 1e3  # scikit-learn divides by the sum of the weights inside, and its tolerance is of that
    model = LogisticRegression(C=1 / (LAMBDA * scale), fit_intercept=False, solver="lbfgs", tol=1e-13, max_iter=100000)
    model.fit(rows[kept], labels[kept], sample_weight=scale * weights[kept])
    polished = newton(x, targets, coefficients, model.coef_.T)
    assert abs(polished - model.coef_.T).max() < 1e-5, abs(polished - model.coef_.T).max()
    return polished.T


def newton(x, targets, coefficients, w):
    """lbfgs stops at about 1e-8: dense Newton steps from there."""
    p, k = w.shape
    for _ in range(20):
        z = x @ w
        e = np.exp(z - z.max(1, keepdims=True))
        prob = e / e.sum(1, keepdims=True)
        g = x.T @ (coefficients[:, None] * (prob - targets)) + LAMBDA * w
        h = np.zeros((k * p, k * p))
        for a in range(k):
            for b in range(k):
                curve = coefficients * prob[:, a] * ((a == b) - prob[:, b])
                h[a * p:(a + 1) * p, b * p:(b + 1) * p] = x.T @ (curve[:, None] * x)
        h += LAMBDA * np.eye(k * p)
        w = w - np.linalg.solve(h, g.T.ravel()).reshape(k, p).T
    return w


def ridge(x, targets, coefficients):
    model = Ridge(alpha=LAMBDA, fit_intercept=False, solver="cholesky")
    model.fit(x, targets, sample_weight=coefficients)
    return model.coef_


def main():
    rng = np.random.default_rng(5)
    raw = rng.normal(size=(N, D)) * [1, 3, 0.5, 10] + [0, 5, -1, 2]
    audit_raw = rng.normal(size=(M, D)) * [1, 3, 0.5, 10] + [0, 5, -1, 2]
    x, audit = zscored(raw, raw), zscored(audit_raw, raw)
    soft = rng.dirichlet([0.5] * K, size=N)
    audit_soft = np.eye(K)[rng.integers(0, K, M)]
    values = x[:, :2] @ rng.normal(size=(2, K)) + rng.normal(size=(N, K))
    audit_values = rng.normal(size=(M, K))
    s = rng.uniform(0, 2, N)
    s[3] = 0
    c = rng.uniform(0.5, 1.5, M)
    all_x = np.vstack([x, audit])
    coefficients = {
        "plain": np.concatenate([np.ones(N) / N, np.zeros(M)]),
        "weighted": np.concatenate([s / N, np.zeros(M)]),
        "audited": np.concatenate([s / N, STRENGTH * c / M]),
    }
    out = {
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "ridge": LAMBDA, "strength": STRENGTH,
        "features": raw.tolist(), "audit": audit_raw.tolist(), "weights": s.tolist(), "costs": c.tolist(),
        "logistic": {"targets": soft.tolist(), "audit": audit_soft.tolist()},
        "ridge regression": {"targets": values.tolist(), "audit": audit_values.tolist()},
    }
    for name, fit, own, theirs in (
        ("logistic", logistic, soft, audit_soft),
        ("ridge regression", ridge, values, audit_values),
    ):
        targets = np.vstack([own, theirs])
        for kind, coefficient in coefficients.items():
            used = coefficient > 0
            out[name][kind] = touchstone(fit(all_x[used], targets[used], coefficient[used])).tolist()
        left_out = []
        for i in range(0, N, 4):  # 0, 4, ...: what is predicted for a row that was not there
            coefficient = coefficients["audited"].copy()
            coefficient[i] = 0
            used = coefficient > 0
            w = fit(all_x[used], targets[used], coefficient[used]).T
            left_out.append((x[i] @ w).tolist())
        out[name]["left out logits"] = left_out
    with open(OUT, "w") as file:
        json.dump(out, file)
        file.write("\n")


if __name__ == "__main__":
    main()
