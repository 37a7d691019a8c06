"""Reference numbers for dev.touchstone.guiding.repair: a last layer guided by erasure, and by a bottleneck.

    pip install numpy==2.4.6 scipy==1.17.1
    python repair_oracle.py         # writes ../resources/reference/repair.json

The objectives of NUMERICS, written down again in NumPy and minimised by SciPy's trust-exact from their gradients and
Hessians: nothing is shared with the Java code but the formulas. A bias column of 10 makes one ridge for all entries
1/100 of it for the bias.
"""
import json
import os

import numpy as np
from scipy.linalg import sqrtm
from scipy.optimize import minimize

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "resources", "reference", "repair.json")
RIDGE, STRENGTH, SHRINKAGE, SMOOTHING = 0.01, 0.3, 0.01, 0.01
N, M, Q, D, K = 90, 20, 50, 5, 3


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def minimised(value, d, k):
    """value(W) -> f, gradient, Hessian by numerical differences of the gradient (checked by the gradient's size)."""
    def gradient(w):
        return value(w.reshape(d, k))[1].ravel()

    def hessian(w):
        h = 1e-6
        columns = [(gradient(w + h * e) - gradient(w - h * e)) / (2 * h) for e in np.eye(d * k)]
        return (np.array(columns) + np.array(columns).T) / 2

    w = np.zeros(d * k)
    w = minimize(lambda w: value(w.reshape(d, k))[0], w, jac=gradient, hess=hessian, method="trust-exact",
                 options={"gtol": 1e-9, "maxiter": 500}).x
    for _ in range(3):
        w = w - np.linalg.lstsq(hessian(w), gradient(w), rcond=1e-12)[0]
    assert np.abs(gradient(w)).max() < 1e-11, np.abs(gradient(w)).max()
    return w.reshape(d, k)


def zscored(x, by):
    deviation = by.std(0)
    return (x - by.mean(0)) / np.where(deviation < 1e-8, 1, np.maximum(deviation, 1e-3))


def with_bias(x):
    return np.hstack([x, np.full((len(x), 1), 10.0)])


def cross_entropy(x, t, weights):
    def value(w):
        z = x @ w
        p = softmax(z)
        loss = -(t * np.log(p)).sum(1)
        return (weights * loss).sum(), x.T @ (weights[:, None] * (p - t))
    return value


def added(*parts):
    def value(w):
        all_parts = [(factor, part(w)) for factor, part in parts]
        return sum(f * v[0] for f, v in all_parts), sum(f * v[1] for f, v in all_parts)
    return value


def ridge(w):
    return 0.5 * (w * w).sum(), w


def head(x, t, weights, *more):
    """Weights of x and, last, of a bias of 1."""
    w = minimised(added((1, cross_entropy(with_bias(x), t, weights)), (RIDGE, ridge), *more), x.shape[1] + 1, t.shape[1])
    w[-1] *= 10
    return w


def binary(x, z):
    """Log odds of a concept, on z-scores of its examples."""
    t = np.stack([1 - z, z], 1)
    w = head(zscored(x, x), t, np.full(len(x), 1 / len(x)))
    return lambda rows: zscored(rows, x) @ (w[:-1, 1] - w[:-1, 0]) + w[-1, 1] - w[-1, 0]


def group_weights(y, there, keeps_shares=False):
    group = 2 * y + there
    sizes = np.bincount(group, minlength=2 * K)
    if not keeps_shares:
        return len(y) / (sizes > 0).sum() / sizes[group]
    return np.array([(y == c).sum() / len(set(there[y == c])) / size for c, size in zip(y, sizes[group])])


def audit_weights(y, ya, keeps_shares):
    """The audit examples' shares of its loss; with the classes' shares of training, if these are kept."""
    even = np.full(len(ya), 1 / len(ya))
    return np.array([(y == c).mean() / (ya == c).sum() for c in ya]) if keeps_shares else even


def leace(x, z):
    centred, n = x - x.mean(0), len(x)
    sigma = centred.T @ centred / n
    sigma += SHRINKAGE * np.trace(sigma) / D * np.eye(D)
    half = np.real(sqrtm(sigma))
    inverse = np.linalg.inv(half)
    u = np.linalg.svd(inverse @ (centred.T @ (z - z.mean()) / n)[:, None], full_matrices=False)[0]
    return lambda rows: rows - (rows - x.mean(0)) @ (half @ u @ u.T @ inverse).T


def onehot(y):
    return np.eye(K)[y]


def erased(x, y, xc, zc, xa, ya, keeps_shares=False):
    """Scores of the audit rows."""
    tr, co, au = (zscored(rows, x) for rows in (x, xc, xa))
    weights = group_weights(y, (binary(co, zc)(tr) > 0).astype(int), keeps_shares) / len(y)
    without = leace(co, zc)
    tr, au = without(tr), without(au)
    b = with_bias(zscored(au, tr))
    w = head(zscored(tr, tr), onehot(y), weights, (STRENGTH, cross_entropy(b, onehot(ya),
                                                                           audit_weights(y, ya, keeps_shares))))
    return zscored(au, tr) @ w[:-1] + w[-1]


def group_dro(x, y, there):
    """Scores of the training rows; the objective's epigraph, min t under L_g <= t, by SciPy's SLSQP."""
    z, group = zscored(x, x), 2 * y + there
    names, d = sorted(set(group)), x.shape[1]
    penalties = RIDGE * np.r_[np.ones(d), 0.01][:, None]

    def losses(v):
        w = v[1:].reshape(d + 1, K)
        p = softmax(z @ w[:-1] + w[-1])
        values = np.array([-np.log(p[group == g, y[group == g]]).mean() for g in names])
        rows = np.hstack([z, np.ones((len(z), 1))])
        slopes = [(rows[group == g].T @ (p - onehot(y))[group == g] / (group == g).sum()).ravel() for g in names]
        return values, np.array(slopes)

    def value(v):
        w = v[1:].reshape(d + 1, K)
        return v[0] + 0.5 * (penalties * w * w).sum(), np.r_[1, (penalties * w).ravel()]

    below = {"type": "ineq", "fun": lambda v: v[0] - losses(v)[0],
             "jac": lambda v: np.hstack([np.ones((len(names), 1)), -losses(v)[1]])}
    found = minimize(value, np.r_[3, np.zeros((d + 1) * K)], jac=True, method="SLSQP", constraints=[below],
                     options={"ftol": 1e-14, "maxiter": 2000})
    assert found.success, found.message
    w = found.x[1:].reshape(d + 1, K)
    return z @ w[:-1] + w[-1], found.fun


def retrained(xa, ya, there):
    """Scores of the audit rows by a layer that was fitted to them, their groups counting alike."""
    z, group = zscored(xa, xa), 2 * ya + there
    sizes = np.bincount(group, minlength=2 * K)
    w = head(z, onehot(ya), 1 / (sizes > 0).sum() / sizes[group])
    return z @ w[:-1] + w[-1]


def erased_values(x, t, xc, zc, xa, ta):
    """Values of the audit rows, by the normal equations on z-scores of what is erased."""
    tr, co, au = (zscored(rows, x) for rows in (x, xc, xa))
    without = leace(co, zc)
    tr, au = without(tr), without(au)
    rows = [np.hstack([zscored(part, tr), np.ones((len(part), 1))]) for part in (tr, au)]
    mean, deviation = t.mean(), t.std()
    y, ya = (t - mean) / deviation, (ta - mean) / deviation
    penalty = np.diag([RIDGE] * x.shape[1] + [RIDGE / 100])
    left = rows[0].T @ rows[0] / len(y) + STRENGTH * rows[1].T @ rows[1] / len(ya) + penalty
    right = rows[0].T @ y / len(y) + STRENGTH * rows[1].T @ ya / len(ya)
    return mean + deviation * (rows[1] @ np.linalg.solve(left, right))


def concept_scores(x, values):
    """Of every column: log odds where it is 0 or 1, else a ridge regression."""
    read = []
    for column in values.T:
        if set(column) <= {0.0, 1.0}:
            read.append(binary(x, column))
        else:
            read.append(ridge_regression(x, column))
    return lambda rows: np.stack([one(rows) for one in read], 1)


def ridge_regression(x, t):
    z = np.hstack([zscored(x, x), np.ones((len(x), 1))])
    penalty = np.diag([RIDGE] * x.shape[1] + [RIDGE / 100])
    w = np.linalg.solve(z.T @ z / len(x) + penalty, z.T @ t / len(x))
    return lambda rows: np.hstack([zscored(rows, x), np.ones((len(rows), 1))]) @ w


def bottleneck(x, y, xc, values, ignored, xa, ya, keeps_shares=False):
    """Scores of the audit rows; column `ignored` of the concepts should not matter."""
    tr, co, au = (zscored(rows, x) for rows in (x, xc, xa))
    read = concept_scores(co, values)
    z, za = zscored(read(tr), read(tr)), zscored(read(au), read(tr))
    weights = group_weights(y, (read(tr)[:, ignored] > 0).astype(int), keeps_shares) / len(y)
    share = onehot(ya) - 1 / K

    def ignoring(w):
        u = (share @ w[ignored]) * za[:, ignored]
        root = np.sqrt(u * u + SMOOTHING ** 2)
        gradient = np.zeros_like(w)
        gradient[ignored] = ((u / root) * za[:, ignored] / len(u)) @ share
        return (root - SMOOTHING).mean(), gradient

    b = with_bias(za)
    w = head(z, onehot(y), weights, (STRENGTH, cross_entropy(b, onehot(ya), audit_weights(y, ya, keeps_shares))),
             (1, ignoring))
    return za @ w[:-1] + w[-1]


def carved(x, xc, values, targets, sparsity):
    """Weights of the z-scored concepts, q x k, by L-BFGS-B on the positive and negative parts of them."""
    tr, co = zscored(x, x), zscored(xc, x)
    read = concept_scores(co, values)
    z = zscored(read(tr), read(tr))
    q, lasso, square = z.shape[1], .99 * sparsity, .01 * sparsity

    def value(v):
        plus, minus, bias = np.split(v, [q * K, 2 * q * K])
        w = (plus - minus).reshape(q, K)
        p = softmax(z @ w + bias)
        g = z.T @ (p - targets) / len(z) + square * w
        f = -(targets * np.log(p)).sum(1).mean() + lasso * (plus + minus).sum() + square / 2 * (w * w).sum()
        f += square / 200 * (bias * bias).sum()
        return f, np.concatenate([g.ravel() + lasso, lasso - g.ravel(), (p - targets).mean(0) + square / 100 * bias])

    start = np.zeros(2 * q * K + K)
    bounds = [(0, None)] * (2 * q * K) + [(None, None)] * K
    for _ in range(20):
        start = minimize(value, start, jac=True, method="L-BFGS-B", bounds=bounds,
                         options={"ftol": 1e-16, "gtol": 1e-11, "maxiter": 20000, "maxfun": 40000}).x
    plus, minus, _ = np.split(start, [q * K, 2 * q * K])
    return (plus - minus).reshape(q, K)


def squared(x, t, weights):
    def value(w):
        gap = x @ w - t
        return (weights * (gap * gap).sum(1)).sum() / 2, x.T @ (weights[:, None] * gap)
    return value


def value_bottleneck(x, t, xc, values, ignored, xa, ta):
    """Values of the audit rows; column `ignored` of the concepts should not matter."""
    tr, co, au = (zscored(rows, x) for rows in (x, xc, xa))
    read = concept_scores(co, values)
    z, za = zscored(read(tr), read(tr)), zscored(read(au), read(tr))
    mean, deviation = t.mean(), t.std()

    def ignoring(w):
        u = w[ignored] * za[:, ignored]
        root = np.sqrt(u * u + SMOOTHING ** 2)
        gradient = np.zeros_like(w)
        gradient[ignored] = ((u / root) * za[:, ignored]).mean()
        return (root - SMOOTHING).mean(), gradient

    fit = [squared(with_bias(rows), ((of - mean) / deviation)[:, None], np.full(len(of), 1 / len(of)))
           for rows, of in ((z, t), (za, ta))]
    w = minimised(added((1, fit[0]), (STRENGTH, fit[1]), (RIDGE, ridge), (1, ignoring)), z.shape[1] + 1, 1)
    return mean + deviation * (with_bias(za) @ w)[:, 0]


def carved_values(x, xc, values, t, sparsity):
    """What each z-scored concept adds to a value, by L-BFGS-B on the positive and negative parts."""
    tr, co = zscored(x, x), zscored(xc, x)
    read = concept_scores(co, values)
    z = zscored(read(tr), read(tr))
    y = (t - t.mean()) / t.std()
    q, lasso, square = z.shape[1], .99 * sparsity, .01 * sparsity

    def value(v):
        plus, minus, bias = v[:q], v[q:2 * q], v[2 * q]
        w = plus - minus
        gap = z @ w + bias - y
        g = z.T @ gap / len(z) + square * w
        f = (gap * gap).mean() / 2 + lasso * (plus + minus).sum() + square / 2 * (w * w).sum()
        f += square / 200 * bias * bias
        return f, np.r_[g + lasso, lasso - g, gap.mean() + square / 100 * bias]

    start = np.zeros(2 * q + 1)
    for _ in range(20):
        start = minimize(value, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * (2 * q) + [(None, None)],
                         options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 20000, "maxfun": 40000}).x
    return (start[:q] - start[q:2 * q]) * t.std()


def main():
    rng = np.random.default_rng(5)
    def draw(n, correlated):
        y = rng.integers(0, K, n)
        z = np.where(rng.random(n) < correlated, y == 0, rng.random(n) < 0.5).astype(float)
        x = rng.normal(size=(n, D)) @ np.diag([1, 3, 1, 0.5, 1])
        x[:, 0] += y
        x[:, 1] += 4 * z
        x[:, 2] -= (y == 2)
        return x, y, z
    x, y, there = draw(N, 0.9)
    xc, _, zc = draw(Q, 0)
    xa, ya, there_a = draw(M, 0)
    values = np.stack([zc, xc[:, 0] + 0.3 * rng.normal(size=Q), rng.normal(size=Q), (xc[:, 3] > 0).astype(float)], 1)
    targets = softmax(rng.normal(size=(N, K)) + onehot(y))
    amounts = 1000 + 300 * x[:, 0] + 100 * x[:, 1] + 50 * rng.normal(size=N)
    amounts_a = 1000 + 300 * xa[:, 0] + 50 * rng.normal(size=M)
    robust, least = group_dro(x, y, there.astype(int))
    out = {"generated by": "repair_oracle.py", "training": x.tolist(), "labels": y.tolist(), "examples": xc.tolist(),
           "concept": zc.tolist(), "audit": xa.tolist(), "auditLabels": ya.tolist(),
           "erased": erased(x, y, xc, zc, xa, ya).tolist(),
           "erasedKeepingShares": erased(x, y, xc, zc, xa, ya, True).tolist(),
           "concepts": values.tolist(), "bottleneck": bottleneck(x, y, xc, values, 0, xa, ya).tolist(),
           "bottleneckKeepingShares": bottleneck(x, y, xc, values, 0, xa, ya, True).tolist(),
           "targets": targets.tolist(), "carved": carved(x, xc, values, targets, 0.01).tolist(),
           "there": there.tolist(), "robust": robust.tolist(), "robustObjective": least,
           "amounts": amounts.tolist(), "auditAmounts": amounts_a.tolist(),
           "erasedValues": erased_values(x, amounts, xc, zc, xa, amounts_a).tolist(),
           "valueBottleneck": value_bottleneck(x, amounts, xc, values, 0, xa, amounts_a).tolist(),
           "carvedValues": carved_values(x, xc, values, amounts, 0.02).tolist(),
           "auditThere": there_a.tolist(), "retrained": retrained(xa, ya, there_a.astype(int)).tolist()}
    with open(OUT, "w") as file:
        json.dump(out, file, separators=(",", ":"))
        file.write("\n")


main()
