"""Reference numbers for dev.touchstone.influence.network.EkFac on convolutions, with every factor written out.

    pip install numpy==2.4.6
    python ekfac_convolution_oracle.py    # reads ../resources/reference/influence.json, writes influence-convolution.json

The 80 training and 6 test examples of influence_oracle.py as images of 1 x 2 x 3, a convolution (2 channels, kernel
2 x 2, padding 1 above and left, stride 1 and 2, a bias), tanh, and a dense layer of 3 classes. In NumPy alone, patches and
derivatives by hand. Of the convolution (Grosse and Martens 2016, KFC): Omega = E[sum_t a_t a_t'] and Gamma =
E[sum_t d_t d_t'] over the places t, with a 1 for the bias in a_t, and Lambda = E[(U_S' G U_A)^2] of G = sum_t d_t a_t'
(George et al. 2018); expectations over labels exactly. "kfc" are the influences, "gaussNewton" those by the matrix itself.
"""
import json
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent / ".." / "resources" / "reference"
given = json.loads((folder / "influence.json").read_text())
DAMPING = given["damping"]
X, y = np.array(given["train"]), np.array(given["labels"])
T, z = np.array(given["test"]), np.array(given["truth"])
N, M, K, C = len(X), len(T), 3, 2
random = np.random.default_rng(3)
single = lambda a: a.astype(np.float32).astype(np.float64)
W, b = single(random.normal(size=(C, 4)) * .6), single(random.normal(size=C) * .3)
PLACES = [(0, 0), (0, 1), (1, 0), (1, 1)]      # 2 x 3 padded to 3 x 4; rows by 1, columns by 2
V, c = single(random.normal(size=(K, C * len(PLACES))) * .5), single(random.normal(size=K) * .3)


def patches(x):
    padded = np.zeros((len(x), 3, 4))
    padded[:, 1:, 1:] = x.reshape(-1, 2, 3)
    return np.stack([padded[:, i:i + 2, 2 * j:2 * j + 2].reshape(-1, 4) for i, j in PLACES], 1)


def forward(x):
    a = patches(x)
    h = np.tanh(np.einsum("nti,ci->nct", a, W) + b[None, :, None])
    flat = h.reshape(len(x), -1)
    s = flat @ V.T + c
    e = np.exp(s - s.max(1, keepdims=True))
    return a, h, flat, e / e.sum(1, keepdims=True)


def back(x, slopes):
    """Slopes at the scores -> (patches with 1, slopes at the places; inputs with 1, slopes) of each example."""
    a, h, flat, _ = forward(x)
    d = (slopes @ V).reshape(h.shape) * (1 - h * h)
    ones = np.ones((len(x), len(PLACES), 1))
    return np.concatenate([a, ones], 2), d.transpose(0, 2, 1), np.concatenate([flat, np.ones((len(x), 1))], 1), slopes


def gradients(x, slopes):
    A, D, F, s = back(x, slopes)
    return np.einsum("ntc,nti->nci", D, A), np.einsum("nk,ni->nki", s, F)


P = forward(X)[3]
ofTraining = gradients(X, P - np.eye(K)[y])
ofTest = gradients(T, forward(T)[3] - np.eye(K)[z])
byClass = [back(X, P - np.eye(K)[k]) for k in range(K)]
total = np.zeros((N, M))
conv_seen = np.einsum("nti,ntj->ij", byClass[0][0], byClass[0][0]) / N
conv_slopes = sum(np.einsum("n,ntc,ntd->cd", P[:, k], byClass[k][1], byClass[k][1]) for k in range(K)) / N
dense_seen = byClass[0][2].T @ byClass[0][2] / N
dense_slopes = sum(np.einsum("n,nk,nl->kl", P[:, k], byClass[k][3], byClass[k][3]) for k in range(K)) / N
for layer, (seen, slopes) in enumerate([(conv_seen, conv_slopes), (dense_seen, dense_slopes)]):
    UA, US = np.linalg.eigh(seen)[1], np.linalg.eigh(slopes)[1]
    turn = lambda g: US.T @ g @ UA
    Lambda = sum(np.einsum("n,nci->ci", P[:, k], turn(gradients(X, P - np.eye(K)[k])[layer]) ** 2) for k in range(K)) / N
    total += np.einsum("nci,mci->nm", turn(ofTraining[layer]), turn(ofTest[layer]) / (Lambda + DAMPING)) / N

flat = lambda pair: np.concatenate([g.reshape(len(g), -1) for g in pair], 1)
each = [flat(gradients(X, P - np.eye(K)[k])) for k in range(K)]
G = sum(np.einsum("n,ni,nj->ij", P[:, k], each[k], each[k]) for k in range(K)) / N
exact = flat(ofTraining) @ np.linalg.solve(G + DAMPING * np.eye(len(G)), flat(ofTest).T) / N
print("KFC against Gauss-Newton", np.corrcoef(total.ravel(), exact.ravel())[0, 1])
said = {"kernel": W.ravel().tolist(), "kernelBias": b.tolist(), "dense": V.ravel().tolist(), "denseBias": c.tolist(),
        "kfc": total.tolist(), "gaussNewton": exact.tolist()}
(folder / "influence-convolution.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")
