#!/usr/bin/env bash
# dattri 0.3.0: influence functions grow with the number of batches in which the training data are loaded.
#
# Input: a logistic regression on 400 examples, IFAttributorExplicit and IFAttributorCG with a regularisation of .1, and
# cache(DataLoader(train, batch_size)) with one, four and three batches (the last one smaller). Expected: the same scores,
# g(test) (H + .1 I)^-1 g(train) with the Hessian of the training loss, however it is loaded. Seen: the sum of the inverses of
# every batch's own Hessian: 4.1 and 3.1 times as large with four and three batches, and not even proportional. No warning is
# given, and the documentation asks for no batch size. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install torch==2.15.0 torchvision==0.29.2 dattri==0.3.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore 2> /dev/null - <<'PYTHON'
import torch
from dattri.algorithm.influence_function import IFAttributorCG, IFAttributorExplicit
from dattri.task import AttributionTask
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(400, 5), torch.randint(0, 3, (400,))
others, theirs = torch.randn(20, 5), torch.randint(0, 3, (20,))
model = torch.nn.Linear(5, 3)
flat = torch.cat([p.detach().flatten() for p in model.parameters()])


def loss(params, batch):
    return cross_entropy(torch.func.functional_call(model, params, batch[0]), batch[1].long())


def of(weights, rows, labels):
    return cross_entropy(rows @ weights[:15].view(3, 5).T + weights[15:], labels)


def slopes(rows, labels):
    return torch.stack([torch.func.grad(of)(flat, r[None], c[None]) for r, c in zip(rows, labels)])


def inverse(rows, labels):
    return torch.linalg.inv(torch.func.hessian(of)(flat, rows, labels) + 0.1 * torch.eye(18))


train, test = slopes(x, y), slopes(others, theirs)
exact = train @ inverse(x, y) @ test.T
task = AttributionTask(loss_func=loss, model=model, checkpoints=model.state_dict())
for kind, settings in ((IFAttributorExplicit, {}), (IFAttributorCG, {"max_iter": 17})):
    for size in (400, 100, 160):
        attributor = kind(task=task, device="cpu", regularization=0.1, **settings)
        attributor.cache(DataLoader(TensorDataset(x, y), batch_size=size))
        scores = attributor.attribute(
            DataLoader(TensorDataset(x, y), batch_size=400), DataLoader(TensorDataset(others, theirs), batch_size=20))
        summed = train @ sum(inverse(a, b) for a, b in zip(x.split(size), y.split(size))) @ test.T
        larger = float(scores.norm() / exact.norm())
        print(f"{kind.__name__}, batches of {size}: {larger:.2f} times the scores; off the sum of inverses by {float((scores - summed).norm() / summed.norm()):.0e}")
        assert abs(larger - 400 / size) < 1e-3 if size == 400 else larger > 2.5, "this has changed"
        assert torch.allclose(scores, summed, rtol=1e-3, atol=1e-6), "this has changed"
PYTHON
