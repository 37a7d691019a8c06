"""Reference numbers for dev.touchstone.check.shift: detectors of foreign examples, by NumPy, SciPy and scikit-learn.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    python foreign_oracle.py      # writes ../resources/shift/foreign.json

Images of 4 channels of 2 x 3 pixels whose pooled channels are what the last, linear layer sees: channel means, rounded
so that single precision holds them. Of three classes; one channel never varies within training data.
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.special import logsumexp, softmax
from sklearn.covariance import EmpiricalCovariance
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

out = pathlib.Path(__file__).parent / ".." / "resources" / "shift"
out.mkdir(exist_ok=True)
random = np.random.default_rng(3)
N, M, F, K = 90, 40, 30, 7


def images(n, centre, spread):
    x = np.round((centre[:, None, None] + random.normal(size=(n, 4, 2, 3)) * spread) * 64) / 64
    x[:, 3] = .5
    return x


y = np.arange(N + M) % 3
centres = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1.5]])
known = np.concatenate([images(1, np.append(centres[c], 0), .8) for c in y])
foreign = images(F, np.array([.9, .9, -.6, 0]), 1.1)
W = np.round(random.normal(size=(4, 3)) * 8) / 8
b = np.array([.25, -.5, 0])


def seen(x):
    return x.mean(axis=(2, 3))


def logits(x):
    return seen(x) @ W + b


training, tested = known[:N], known[N:]
asked = np.concatenate([tested, foreign])
is_foreign = np.arange(len(asked)) >= M
p = softmax(logits(asked), axis=1)
phi, psi = seen(training), seen(asked)
means = np.stack([phi[y[:N] == c].mean(axis=0) for c in range(3)])
tied = EmpiricalCovariance(assume_centered=True).fit(phi - means[y[:N]])
mahalanobis = np.stack([tied.mahalanobis(psi - mean) for mean in means]).min(axis=0)
unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)
neighbours = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(unit(phi))
scores = {
    "max probability": 1 - p.max(axis=1),
    "energy": -logsumexp(logits(asked), axis=1),
    "energy at T = 2.5": -2.5 * logsumexp(logits(asked) / 2.5, axis=1),
    "Mahalanobis distance": mahalanobis,
    "nearest training examples": neighbours.kneighbors(unit(psi))[0][:, -1],
}
file = {
    "numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
    "training": training.reshape(N, -1).tolist(), "labels": y[:N].tolist(),
    "known": tested.reshape(M, -1).tolist(), "foreign": foreign.reshape(F, -1).tolist(),
    "weights": W.ravel().tolist(), "bias": b.tolist(), "neighbours": K,
    "scores": {name: s.tolist() for name, s in scores.items()},
    "auroc": {name: roc_auc_score(is_foreign, s) for name, s in scores.items()},
}
(out / "foreign.json").write_text(json.dumps(file))
print(file["auroc"])
