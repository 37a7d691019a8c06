"""Reference numbers for dev.touchstone.guiding: the entropic update with every system solved to the end.

    pip install numpy==2.4.6 scipy==1.17.1
    python guiding_oracle.py        # writes ../resources/reference/guiding.json

The damped fixed point of the bilevel update on the digits and breast-cancer data of this folder (20 % of the labels
flipped; the first 100 audit rows), with the lower level at its optimum in every iteration and H factored, where
Touchstone takes one inexact Newton step and conjugate gradients.
"""
import gzip
import json
import os

import numpy as np
import scipy
import scipy.linalg as sl

HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCE = os.path.join(HERE, "..", "resources", "reference")
ETA, RHO, MOST = 0.7, 0.2, 25


def read(name, seed):
    table = np.loadtxt(os.path.join(REFERENCE, f"{name}.csv.gz"), delimiter=",")
    with gzip.open(os.path.join(REFERENCE, f"{name}_seed{seed}.csv.gz"), "rt") as file:
        rows = [line.strip().split(",") for line in file][1:]
    at = lambda role: [int(r[0]) for r in rows if r[1] == role]
    given = np.array([int(r[3]) for r in rows if r[1] == "train"])
    train, audit = at("train"), at("audit")[:100]
    x, a = table[train][:, 1:], table[audit][:, 1:]
    mean, sd = x.mean(0), x.std(0)
    sd[sd < 1e-8] = 1
    sd = np.maximum(sd, 1e-3)
    with_ones = lambda v: np.hstack([(v - mean) / sd, np.ones((len(v), 1))])
    return with_ones(x), given, with_ones(a), table[audit][:, 0].astype(int), int(table[:, 0].max()) + 1


def softmax(z):
    z = z - z.max(1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(1, keepdims=True)


def hessian(x, p, weights, ridges):
    n, d = x.shape
    k = p.shape[1]
    h = np.zeros((k, d, k, d))
    for a in range(k):
        for b in range(k):
            h[a, :, b, :] = x.T @ (x * (weights * (p[:, a] * (a == b) - p[:, a] * p[:, b]))[:, None])
    h = h.reshape(k * d, k * d)
    h[np.arange(k * d), np.arange(k * d)] += np.tile(ridges, k)
    return h


def fit(x, t, weights, ridges, w):
    for _ in range(100):
        p = softmax(x @ w)
        gradient = x.T @ ((p - t) * weights[:, None]) + ridges[:, None] * w
        if np.abs(gradient).max() < 1e-11:
            return w, p
        step = np.linalg.solve(hessian(x, p, weights, ridges), gradient.T.ravel()).reshape(w.shape[1], -1).T
        value = lambda v: -((t * np.log(np.maximum(softmax(x @ v), 1e-300))).sum(1) * weights).sum() + 0.5 * (
            ridges[:, None] * v * v).sum()
        length, before, slope = 1.0, value(w), (gradient * step).sum()
        while value(w - length * step) > before - 1e-4 * length * slope + 1e-14 and length > 1e-8:
            length /= 2
        w = w - length * step
    raise AssertionError(np.abs(gradient).max())


def entropic(x, given, audit, audit_labels, k, ridge, share, kappa, lower):
    n, d = x.shape
    m = len(audit)
    onehot = lambda y: np.eye(k)[y]
    gamma = share * np.log((1 - RHO) * (k - 1) / RHO)
    rows = np.vstack([x, audit])
    weights = np.concatenate([np.full(n, 1 / n), np.full(m, lower / m)])
    ridges = np.full(d, ridge)
    ridges[-1] *= 0.01
    t = onehot(given)
    w, p = fit(rows, np.vstack([t, onehot(audit_labels)]), weights, ridges, np.zeros((d, k)))
    for iteration in range(1, MOST + 1):
        g = -np.log(np.maximum(p[:n], 1e-300)) + gamma * (1 - onehot(given))
        if kappa > 0:
            gradient = kappa * audit.T @ ((p[n:] - onehot(audit_labels)) / m)
            s = sl.cho_solve(sl.cho_factor(hessian(rows, p, weights, ridges)), gradient.T.ravel()).reshape(k, d).T
            g = g + x @ s
        moved = (1 - ETA) * t + ETA * softmax(-g)
        change = np.abs(moved - t).sum(1).mean()
        t = moved
        w, p = fit(rows, np.vstack([t, onehot(audit_labels)]), weights, ridges, w)
        if change < 1e-3:
            break
    own = g[np.arange(n), given].copy()
    g[np.arange(n), given] = np.inf
    loss = -(t * np.log(np.maximum(p[:n], 1e-300))).sum(1).mean()
    objective = loss + gamma * (1 - t[np.arange(n), given]).mean() + (t * np.log(np.maximum(t, 1e-300))).sum(1).mean()
    objective += kappa * -np.log(p[n:][np.arange(m), audit_labels]).mean()
    return {"margins": [float("%.5g" % v) for v in own - g.min(1)], "fixes": g.argmin(1).tolist(),
            "objective": objective, "iterations": iteration}


def main():
    cases = []
    for name, seed, settings in (("bc", 0, (0.01, 0.5, 1, 0.3)), ("bc", 1, (0.03, 1, 0, 0)),
                                 ("digits", 0, (0.01, 0.25, 1, 0.3)), ("digits", 2, (0.1, 1, 0.3, 0.3))):
        cases.append({"data": name, "seed": seed, "settings": settings, **entropic(*read(name, seed), *settings)})
        print(name, seed, settings, cases[-1]["iterations"], cases[-1]["objective"], flush=True)
    with open(os.path.join(REFERENCE, "guiding.json"), "w") as file:
        json.dump({"numpy": np.__version__, "scipy": scipy.__version__, "cases": cases}, file)


if __name__ == "__main__":
    main()
