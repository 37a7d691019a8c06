#!/usr/bin/env bash
# pyDVL 0.10.0: CgInfluence and LissaInfluence count the examples of a smaller last batch several times, DirectInfluence
# does not.
#
# Input: a small network on 106 of scikit-learn's wines with a regularisation of .1, fitted by a DataLoader of batches of
# 32, as in pyDVL's notebook on wine: the last batch has 10 examples. Expected: conjugate gradients solve the system that
# DirectInfluence inverts, so that influences agree to the solver's tolerance. Seen: they differ by 17 % in norm here, and by
# 30.8 % on average in the notebook (its "percentage error of Cg over direct method"), since Hessian-vector
# products are the plain mean over batches, where the Hessian weighs batches by their size. With batches of 53 the two
# agree to rounding. No warning is given. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install torch==2.15.0 "pydvl[influence]==0.10.0" numpy==1.26.4 scikit-learn==1.9.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
import torch.nn.functional as F
from pydvl.influence.torch import CgInfluence, DirectInfluence
from sklearn.datasets import load_wine
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(24)
torch.set_default_dtype(torch.float64)
features, labels = (torch.tensor(v) for v in load_wine(return_X_y=True))
features = (features - features.min(0).values) / (features.max(0).values - features.min(0).values)
order = torch.randperm(len(labels))
train, test = order[:106], order[106:]
data = TensorDataset(features[train], labels[train])
layers = torch.nn.Linear(13, 16), torch.nn.Tanh(), torch.nn.Linear(16, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3)
model = torch.nn.Sequential(*layers)
optimiser = torch.optim.Adam(model.parameters(), lr=0.005, weight_decay=0.01)
for _ in range(1200):
    optimiser.zero_grad()
    F.cross_entropy(model(features[train]), labels[train]).backward()
    optimiser.step()
given = features[test], labels[test], features[train], labels[train]
flat = torch.cat([p.detach().flatten() for p in model.parameters()])


def loss(weights, rows):
    named, start = {}, 0
    for name, p in model.named_parameters():
        named[name], start = weights[start : start + p.numel()].view_as(p), start + p.numel()
    return F.cross_entropy(torch.func.functional_call(model, named, features[rows]), labels[rows])


hessians = [torch.func.hessian(loss)(flat, rows) for rows in train.split(32)]
slopes = {name: torch.stack([torch.func.grad(loss)(flat, r[None]) for r in rows]) for name, rows in (("train", train), ("test", test))}
plain = slopes["test"] @ torch.linalg.solve(sum(hessians) / 4 + 0.1 * torch.eye(len(flat)), slopes["train"].T)


def influences(kind, batch, **settings):
    return kind(model, F.cross_entropy, regularization=0.1, **settings).fit(DataLoader(data, batch_size=batch)).influences(*given, mode="up")


def apart(a, b):
    return float((a - b).norm() / b.norm())


tight = dict(rtol=1e-9, maxiter=2000, solve_simultaneously=True)
direct = influences(DirectInfluence, 32)
uneven, even = influences(CgInfluence, 32, **tight), influences(CgInfluence, 53, **tight)
print(f"conjugate gradients beside the direct method: {apart(uneven, direct):.1e} with batches of 32, {apart(even, direct):.1e} of 53")
print(f"batches of 32 beside the plain mean of the batches' Hessians: {apart(uneven, plain):.1e}")
assert apart(even, direct) < 1e-6 and apart(uneven, direct) > 0.03 and apart(uneven, plain) < 1e-6, "this has changed"
PYTHON
