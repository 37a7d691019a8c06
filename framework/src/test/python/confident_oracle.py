"""Reference numbers for dev.touchstone.influence.ConfidentJoint, of cleanlab.

    pip install cleanlab==2.9.0 numpy==2.4.6 scikit-learn==1.9.1
    python confident_oracle.py      # writes ../resources/reference/confident.json.gz

Predictions of random label noise in 2, 3 and 10 classes (Dirichlet rows around a right class, one class rare), with
six digits; what cleanlab counts and prunes of them. Cleanlab takes the largest of all probabilities where several
classes reach their thresholds, the paper that of these classes: "collisions" counts the examples where it matters,
and the joint is cleanlab's where there are none. Where remainders are equal, cleanlab rounds as NumPy happens to sort
on this processor: seeds are taken at which the smallest gap between remainders of a row is above 1e-6.
"""
import gzip
import json
import os

import cleanlab
import numpy as np
from cleanlab.count import calibrate_confident_joint, compute_confident_joint, get_confident_thresholds
from cleanlab.filter import find_label_issues

HERE = os.path.dirname(os.path.abspath(__file__))


def case(seed, n, k, sharpness, noise):
    rng = np.random.default_rng(seed)
    prior = np.r_[np.full(k - 1, 1.0), 0.15]
    right = rng.choice(k, n, p=prior / prior.sum())
    given = np.where(rng.random(n) < noise, rng.integers(0, k, n), right)
    given[:k] = np.arange(k)  # every class is given
    alpha = np.full((n, k), 0.4)
    alpha[np.arange(n), right] += sharpness * rng.random(n)
    p = np.array([rng.dirichlet(a) for a in alpha])
    p = np.round(p, 6)
    p[:, 0] = np.round(np.abs(1 - p[:, 1:].sum(1)), 6)
    thresholds = get_confident_thresholds(given, p)
    above = p >= thresholds - 1e-6
    several = above.sum(1) > 1
    collisions = int((several & ~above[np.arange(n), p.argmax(1)]).sum())
    counts = compute_confident_joint(given, p, calibrate=False)
    shares = counts / counts.sum(1, keepdims=True) * np.bincount(given, minlength=k)[:, None]
    remainders = [np.sort((row - np.floor(row))[row > 0]) for row in shares]
    if any(len(r) > 1 and np.diff(r).min() < 1e-6 and r.max() > 1e-6 for r in remainders):
        return case(seed + 100, n, k, sharpness, noise)
    issues = {
        by: np.flatnonzero(find_label_issues(given, p, filter_by=by, n_jobs=1)).tolist()
        for by in ("prune_by_class", "prune_by_noise_rate", "both")
    }
    return {
        "classes": k,
        "labels": given.tolist(),
        "predictions": p.ravel().tolist(),
        "thresholds": thresholds.tolist(),
        "counts": counts.tolist(),
        "calibrated": calibrate_confident_joint(counts, given).tolist(),
        "collisions": collisions,
        "issues": issues,
    }


if __name__ == "__main__":
    cases = [
        case(1, 300, 2, 4, 0.2),
        case(2, 240, 3, 5, 0.3),
        case(3, 400, 6, 12, 0.1),
        case(4, 60, 3, 0.5, 0.5),
        case(5, 200, 10, 3, 0.4),
    ]
    for c in cases:
        print(c["classes"], len(c["labels"]), "collisions", c["collisions"], {k: len(v) for k, v in c["issues"].items()})
    path = os.path.join(HERE, "..", "resources", "reference", "confident.json.gz")
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(json.dumps({"cleanlab": cleanlab.__version__, "numpy": np.__version__, "cases": cases}).encode())
