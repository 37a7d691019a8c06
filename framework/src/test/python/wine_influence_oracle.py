"""Reference numbers for dev.touchstone.influence.network.WineInfluenceTest: pyDVL's notebook on wine, with the inverse
written out in double precision.

    pip install torch==2.15.0 scikit-learn==1.9.1 numpy==2.4.6
    python wine_influence_oracle.py      # writes ../resources/influence/wine.json

The notebook's setting (pyDVL 0.10.0, notebooks/influence_wine.ipynb): 106 wines scaled to [0, 1], the labels of the first
ten changed, a network of 13-16-16-3 units with tanh after 300 epochs of Adam (.005, falling by a cosine, weight decay .01,
batches of 32), and the Hessian + .1 I of the mean loss. The notebook reports errors over its own direct method of 31 %
(conjugate gradients), 43 % (LiSSA) and 45 % (Arnoldi). scores[i][e] is what removing training example i does to the loss
of test example e, g_i' (H + .1 I)^-1 g_e / n. Weights are rounded to single precision before anything is computed.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

torch.manual_seed(24)
features, labels = load_wine(return_X_y=True)
features = np.round((features - features.min(0)) / (features.max(0) - features.min(0)), 4).astype(np.float32)
x, others, y, truth = train_test_split(features, labels, train_size=106, test_size=53, random_state=24, stratify=labels)
y[:10] = (y[:10] + 1) % 3
x, others, y, truth = torch.tensor(x), torch.tensor(others), torch.tensor(y), torch.tensor(truth)
sizes = [(13, 16), (16, 16), (16, 3)]
layers = [torch.nn.Linear(*size) for size in sizes]
model = torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1], torch.nn.Tanh(), layers[2])
optimiser = torch.optim.Adam(model.parameters(), lr=.005, weight_decay=.01)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=300)
for _ in range(300):
    for at in range(0, 106, 32):
        optimiser.zero_grad()
        F.cross_entropy(model(x[at:at + 32]), y[at:at + 32]).backward()
        optimiser.step()
    schedule.step()
named = {name: p.detach().double() for name, p in model.named_parameters()}
flat = torch.cat([p.flatten() for p in named.values()])
x, others = x.double(), others.double()


def loss(weights, rows, classes):
    at, z = 0, rows
    for k, (frm, to) in enumerate(sizes):
        z = z @ weights[at:at + frm * to].view(to, frm).T + weights[at + frm * to:at + frm * to + to]
        at += frm * to + to
        z = torch.tanh(z) if k < 2 else z
    return F.cross_entropy(z, classes)


def gradients(rows, classes):
    return torch.stack([torch.func.grad(loss)(flat, r[None], c[None]) for r, c in zip(rows, classes)])


hessian = torch.func.hessian(loss)(flat, x, y) + .1 * torch.eye(len(flat), dtype=torch.float64)
eigenvalues = torch.linalg.eigvalsh(hessian)
print("eigenvalues from", float(eigenvalues[0]), "to", float(eigenvalues[-1]))
assert eigenvalues[0] > 0
scores = gradients(x, y) @ torch.linalg.solve(hessian, gradients(others[:12], truth[:12]).T) / 106
mean = gradients(x, y) @ torch.linalg.solve(hessian, gradients(others, truth).mean(0)) / 106
out = pathlib.Path(__file__).parent / ".." / "resources" / "influence" / "wine.json"
out.write_text(json.dumps({
    "train": [[round(v, 4) for v in row] for row in x.tolist()], "labels": y.tolist(),
    "test": [[round(v, 4) for v in row] for row in others.tolist()], "truth": truth.tolist(),
    "weights": {name: p.flatten().tolist() for name, p in named.items()},
    "scores": scores.tolist(), "mean": mean.tolist()}))
