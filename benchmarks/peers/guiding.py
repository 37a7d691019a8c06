"""The entropic bilevel update in NumPy, inexact as Touchstone's: GuidingPeer times both on the same data.

    python guiding.py FOLDER N D K M RIDGE COST KAPPA LOWER

FOLDER holds x.bin and audit.bin (doubles, row-major, as they come) and labels.bin, audit-labels.bin (32-bit integers).
Writes margins.bin, and prints seconds of wall and processor time, iterations and steps of conjugate gradients. One
Newton-CG step (1e-2) for each of the labels, S warm (1e-3), a Kronecker preconditioner, at most 25 iterations.
"""
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402


def softmax(z):
    z = z - z.max(1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(1, keepdims=True)


def log_p(x, w):
    z = x @ w
    z = z - z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))


def onehot(y, k):
    t = np.zeros((len(y), k))
    t[np.arange(len(y)), y] = 1
    return t


def objective(x, t, w, r, s):
    return -np.sum((t * log_p(x, w)).sum(1) * s) + 0.5 * np.sum(r[:, None] * w * w)


def hvp(x, p, r, v, s):
    u = x @ v
    q = p * (u - (p * u).sum(1, keepdims=True))
    return x.T @ (q * s) + r[:, None] * v


def conjugate_gradients(product, b, pre, tol, start=None, most=200):
    x = np.zeros_like(b) if start is None else start.copy()
    r = b - (product(x) if start is not None else 0)
    z = pre(r)
    p = z.copy()
    rz = np.sum(r * z)
    norm = np.linalg.norm(b) + 1e-300
    step = 0
    for step in range(1, most + 1):
        ap = product(p)
        a = rz / np.sum(p * ap)
        x += a * p
        r = r - a * ap
        if np.linalg.norm(r) < tol * norm:
            break
        z = pre(r)
        rz2 = np.sum(r * z)
        p = z + (rz2 / rz) * p
        rz = rz2
    return x, step


class Solver:
    def __init__(self, x, k, r, xa, lower):
        self.x, self.k, self.r, self.xa, self.lower = x, k, r, xa, lower
        self.n, self.m, self.steps = len(x), len(xa), 0
        gram = x.T @ x / self.n + lower * xa.T @ xa / self.m
        self.values, self.vectors = np.linalg.eigh(gram)
        self.values = np.maximum(self.values, 0)
        self.ridge = r[0]

    def preconditioner(self, p):
        l, q = np.linalg.eigh(np.diag(p.mean(0)) - p.T @ p / self.n)
        d = 1 / (np.outer(self.values, np.maximum(l, 0)) + self.ridge)
        return lambda v: self.vectors @ ((self.vectors.T @ v @ q) * d) @ q.T

    def product(self, p, pa, v):
        return hvp(self.x, p, self.r, v, 1 / self.n) + hvp(self.xa, pa, self.r * 0, v, self.lower / self.m)

    def solve(self, p, pa, b, pre, tol, start=None):
        s, steps = conjugate_gradients(lambda v: self.product(p, pa, v), b, pre, tol, start)
        self.steps += steps
        return s

    def lower_level(self, t, w, ta, most, tolerance=1e-6):
        for _ in range(most):
            p, pa = softmax(self.x @ w), softmax(self.xa @ w)
            g = self.x.T @ ((p - t) / self.n) + self.r[:, None] * w + self.xa.T @ ((pa - ta) * (self.lower / self.m))
            if np.abs(g).max() < tolerance:
                break
            d = self.solve(p, pa, -g, self.preconditioner(p), 1e-2)
            value = lambda v: objective(self.x, t, v, self.r, 1 / self.n) + self.lower * objective(
                self.xa, ta, v, self.r * 0, 1 / self.m)
            length, before, slope = 1.0, value(w), np.sum(g * d)
            while length > 1e-4:
                moved = w + length * d
                if value(moved) <= before + 1e-4 * length * slope + 1e-15:
                    break
                length *= 0.5
            w = moved
        return w


def guide(x, y, k, xa, ya, r, kappa, gamma, lower, most=25, eta=0.7):
    n, d = x.shape
    rows = np.arange(n)
    solver = Solver(x, k, r, xa, lower)
    ta, t = onehot(ya, k), onehot(y, k)
    w = solver.lower_level(t, np.zeros((d, k)), ta, 15, 1e-5)
    s = np.zeros((d, k))
    cost = np.full((n, k), gamma)
    cost[rows, y] = 0
    for iteration in range(1, most + 1):
        logs = log_p(x, w)
        p, pa = np.exp(logs), softmax(xa @ w)
        g = -logs + cost
        s = solver.solve(p, pa, kappa * xa.T @ ((pa - ta) / len(ya)), solver.preconditioner(p), 1e-3, s)
        g = g + x @ s
        moved = (1 - eta) * t + eta * softmax(-g)
        change = np.abs(moved - t).sum(1).mean()
        t = moved
        w = solver.lower_level(t, w, ta, 1)
        if change < 1e-3:
            break
    own = g[rows, y].copy()
    g[rows, y] = np.inf
    return own - g.min(1), iteration, solver.steps


def main():
    folder = sys.argv[1]
    n, d, k, m = map(int, sys.argv[2:6])
    ridge, cost, kappa, lower = map(float, sys.argv[6:10])
    read = lambda name, kind: np.fromfile(os.path.join(folder, name), kind)
    x, xa = read("x.bin", "<f8").reshape(n, d), read("audit.bin", "<f8").reshape(m, d)
    y, ya = read("labels.bin", "<i4"), read("audit-labels.bin", "<i4")
    wall, processor = time.perf_counter(), time.process_time()
    mean, sd = x.mean(0), np.maximum(x.std(0), 1e-3)
    ones = lambda v: np.hstack([(v - mean) / sd, np.ones((len(v), 1))])
    r = np.full(d + 1, ridge)
    r[-1] *= 0.01
    gamma = cost * np.log(0.8 * (k - 1) / 0.2)
    margins, iterations, steps = guide(ones(x), y, k, ones(xa), ya, r, kappa, gamma, lower)
    print(time.perf_counter() - wall, time.process_time() - processor, iterations, steps)
    margins.astype("<f8").tofile(os.path.join(folder, "margins.bin"))


if __name__ == "__main__":
    main()
