"""Reference numbers for dev.touchstone.influence.network: estimators on a small network, with every matrix written out.

    pip install numpy==2.4.6 torch==2.15.0 captum==0.9.0
    python influence_oracle.py        # writes ../resources/reference/influence.json

A network of 6 features, 5 tanh units and 3 classes, trained by gradient descent on 80 examples with three checkpoints,
whose weights are rounded to single precision. In double:
TracIn as Captum's TracInCP gives it, of all weights and of the last layer (TracInCPFast leaves its bias out); cosines of gradients; influence
wᵢ ∇ℓⱼᵀ C⁻¹ ∇ℓᵢ with C the Gauss-Newton matrix or the Hessian, written out, plus damping; its form for label and input
edits; TRAK without a projection; EK-FAC with the expectations over labels taken exactly.
"""
import json
import pathlib

import numpy as np
import torch
from captum.influence import TracInCP
from torch.func import functional_call, hessian, jacrev, vmap

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
N, M, D, H, K = 80, 6, 6, 5, 3
DAMPING, HESSIAN_DAMPING, RIDGE = .05, .5, 1e-3

random = np.random.default_rng(11)
centres = random.normal(size=(K, D)) * .9
y = random.integers(0, K, N + M)
X = (centres[y] + random.normal(size=(N + M, D))).astype(np.float32)
given = y.copy()
given[:8] = (given[:8] + 1) % K
X, given = torch.tensor(X, dtype=torch.float64), torch.tensor(given)
train, labels, test, truth = X[:N], given[:N], X[N:], given[N:]

model = torch.nn.Sequential(torch.nn.Linear(D, H), torch.nn.Tanh(), torch.nn.Linear(H, K))
loss = torch.nn.CrossEntropyLoss()
rates, saved = [.5, .25, .1], []
optimiser = torch.optim.SGD(model.parameters(), lr=.5)
for rate in rates:
    for group in optimiser.param_groups:
        group["lr"] = rate
    for _ in range(60):
        optimiser.zero_grad()
        loss(model(train), labels).backward()
        optimiser.step()
    saved.append({k: v.detach().float().double().clone() for k, v in model.state_dict().items()})
names = list(saved[0])


def load(net, checkpoint):
    net.load_state_dict(saved[int(checkpoint)])
    return rates[int(checkpoint)]


kept = [str(i) for i in range(3)]
data, sums = torch.utils.data.TensorDataset(train, labels), torch.nn.CrossEntropyLoss(reduction="sum")
last = TracInCP(model, data, kept, checkpoints_load_func=load, loss_fn=sums, batch_size=20, layers=["2"],
                sample_wise_grads_per_batch=True)
full = TracInCP(model, data, kept, checkpoints_load_func=load, loss_fn=sums, batch_size=20, sample_wise_grads_per_batch=True)
tracin = {"last": last.influence((test, truth)).T, "all": full.influence((test, truth)).T,
          "selfLast": last.self_influence(), "selfAll": full.self_influence()}

theta = torch.cat([saved[2][n].reshape(-1) for n in names])
shapes = [saved[2][n].shape for n in names]


def scores(vector, x):
    parts, at = {}, 0
    for n, s in zip(names, shapes):
        parts[n], at = vector[at:at + s.numel()].reshape(s), at + s.numel()
    return functional_call(model, parts, (x[None],))[0]


def single(vector, x, label):
    return torch.nn.functional.cross_entropy(scores(vector, x)[None], label[None])


gradients = vmap(jacrev(single), (None, 0, 0))(theta, train, labels)
ofTest = vmap(jacrev(single), (None, 0, 0))(theta, test, truth)
J = vmap(jacrev(scores), (None, 0))(theta, train)
P = torch.softmax(torch.stack([scores(theta, x) for x in train]), 1)
bent = torch.diag_embed(P) - P[:, :, None] * P[:, None, :]
eye = torch.eye(len(theta))
gauss = torch.einsum("ncp,ncd,ndq->pq", J, bent, J) / N
hess = hessian(lambda v: vmap(single, (None, 0, 0))(v, train, labels).mean())(theta)
print("eigenvalues of the Hessian", torch.linalg.eigvalsh(hess)[[0, -1]], "Gauss-Newton", torch.linalg.eigvalsh(gauss)[-1])


def influence(matrix):
    return gradients @ torch.linalg.solve(matrix, ofTest.T) / N


s = torch.linalg.solve(gauss + DAMPING * eye, ofTest.mean(0))
relabelling = torch.einsum("ncp,p->nc", J, s) / N
mixed = vmap(jacrev(lambda x, label: jacrev(single)(theta, x, label) @ s), (0, 0))(train, labels)
perturbing = -mixed / N

# TRAK (Park et al. 2023, equation 13) with P = I: margins f = log p/(1 − p), Q = 1 − p; of the loss, × (1 − p) of the test example.
margin = lambda v, x, label: -torch.log(torch.expm1(single(v, x, label)))
phi = vmap(jacrev(margin), (None, 0, 0))(theta, train, labels)
phiTest = vmap(jacrev(margin), (None, 0, 0))(theta, test, truth)
q = 1 - P[torch.arange(N), labels]
qTest = 1 - torch.softmax(torch.stack([scores(theta, x) for x in test]), 1)[torch.arange(M), truth]
trak = q[:, None] * (phi @ torch.linalg.solve(phi.T @ phi + N * RIDGE * eye, phiTest.T))

# EK-FAC (George et al. 2018): layer by layer, the bias as a further input.
one = torch.ones(N, 1)
hidden = torch.tanh(train @ saved[2]["0.weight"].T + saved[2]["0.bias"])
slopes2 = P[:, None, :] - torch.eye(K)[None]                      # label, class: derivative by the scores if that were the label
slopes1 = (slopes2 @ saved[2]["2.weight"]) * (1 - hidden ** 2)[:, None, :]
layers = [(torch.cat([train, one], 1), slopes1), (torch.cat([hidden, one], 1), slopes2)]


def ekfac():
    total = torch.zeros(N, M)
    at = 0
    for (seen, slopes), (w, b) in zip(layers, [(0, 1), (2, 3)]):
        A = seen.T @ seen / N
        S = torch.einsum("ny,nyi,nyj->ij", P, slopes, slopes) / N
        UA, US = torch.linalg.eigh(A)[1], torch.linalg.eigh(S)[1]
        turned = torch.einsum("nyi,ij->nyj", slopes, US) ** 2
        Lambda = torch.einsum("ny,nys,na->sa", P, turned, (seen @ UA) ** 2) / N
        out, wide = shapes[w]
        cut = lambda g: torch.cat([g[:, at:at + out * wide].reshape(-1, out, wide),
                                   g[:, at + out * wide:at + out * wide + out].reshape(-1, out, 1)], 2)
        g, t = US.T @ cut(gradients) @ UA, US.T @ cut(ofTest) @ UA
        total += torch.einsum("nsa,msa->nm", g, t / (Lambda + DAMPING)) / N
        at += out * wide + out
    return total


cosine = torch.nn.functional.normalize(gradients) @ torch.nn.functional.normalize(ofTest).T
said = lambda tensor: tensor.tolist()
out = {
    "train": said(train), "labels": said(labels), "wrong": list(range(8)), "test": said(test), "truth": said(truth),
    "rates": rates, "checkpoints": [{n: said(c[n].reshape(-1)) for n in names} for c in saved],
    "tracin": {k: said(v) for k, v in tracin.items()}, "cosine": said(cosine),
    "damping": DAMPING, "gaussNewton": said(influence(gauss + DAMPING * eye)),
    "hessianDamping": HESSIAN_DAMPING, "hessian": said(influence(hess + HESSIAN_DAMPING * eye)),
    "relabelling": said(relabelling), "perturbing": said(perturbing),
    "ridge": RIDGE, "trak": said(trak), "trakOnLoss": said(trak * qTest), "ekfac": said(ekfac()),
}
print("EK-FAC against Gauss-Newton", np.corrcoef(np.array(out["ekfac"]).ravel(), np.array(out["gaussNewton"]).ravel())[0, 1])
target = pathlib.Path(__file__).parent / ".." / "resources" / "reference" / "influence.json"
target.write_text(json.dumps(out, separators=(",", ":")) + "\n")
