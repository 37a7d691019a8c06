#!/usr/bin/env bash
# Captum 0.9.0: TracInCPFast leaves out the bias of the layer whose gradients it takes.
#
# Input: a linear layer with a bias behind a tanh, one checkpoint, cross-entropy. TracInCPFast(model, layer)
# is documented as TracIn restricted to that layer's parameters, computed faster. Expected: the scores of
# TracInCP(layers=[that layer]). Seen: the sum over classes of slopes times (h·h'), where the bias makes it
# (h·h' + 1); the ranking of training examples changes.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install torch==2.15.0 captum==0.9.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from captum.influence import TracInCP, TracInCPFast

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(30, 4), torch.randint(0, 3, (30,))
model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))
data = torch.utils.data.TensorDataset(x, y)
settings = dict(checkpoints_load_func=lambda net, path: 1.0, loss_fn=torch.nn.CrossEntropyLoss(reduction="sum"), batch_size=10)
fast = TracInCPFast(model, model[2], data, ["only"], **settings).influence((x[:3], y[:3]))
full = TracInCP(model, data, ["only"], layers=["2"], sample_wise_grads_per_batch=True, **settings).influence((x[:3], y[:3]))
slopes = torch.softmax(model(x), 1) - torch.nn.functional.one_hot(y, 3)
seen = torch.tanh(model[0](x))
alike, near = slopes[:3] @ slopes.T, seen[:3] @ seen.T
print("largest difference", (fast - full).abs().max().item(), "of", full.abs().max().item())
assert torch.allclose(full, alike * (near + 1)), "TracInCP has changed"
assert torch.allclose(fast, alike * near), "TracInCPFast has changed"
PYTHON
