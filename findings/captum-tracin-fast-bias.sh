#!/usr/bin/env bash
# Captum 0.9.0: TracInCPFast leaves out the gradient of the last layer's bias, so that influence can change its sign.
#
# Input: a network whose last layer is a Linear with a bias (PyTorch's default), 40 rows of training, 5 asked about.
# Expected: the scores of TracInCP for the parameters of that layer: "exactly the same as when naive
# back-propagation is used", as the class says. Seen: the products of activations lack the 1 of the bias;
# of a layer with bias=False both agree to rounding, of one with a bias a sixth of the scores has the other sign.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile torch==2.15.0 captum==0.9.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from captum.influence import TracInCP, TracInCPFast
from torch import nn
from torch.utils.data import TensorDataset

torch.manual_seed(0)
rows, labels = torch.randn(40, 3).double(), torch.randint(0, 3, (40,))
asked = torch.randn(5, 3).double(), torch.randint(0, 3, (5,))


class Net(nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.first, self.last = nn.Linear(3, 4), nn.Linear(4, 3, bias=bias)

    def forward(self, x):
        return self.last(torch.tanh(self.first(x)))


def scores(bias):
    net = Net(bias).double().eval()
    given = TensorDataset(rows, labels), ["now"], lambda model, name: 1.0
    exact = TracInCP(net, *given, layers=["last"], loss_fn=nn.CrossEntropyLoss(reduction="none"), batch_size=40)
    fast = TracInCPFast(net, net.last, *given, loss_fn=nn.CrossEntropyLoss(reduction="sum"), batch_size=40)
    return exact.influence(asked).detach(), fast.influence(asked).detach()


exact, fast = scores(bias=False)
print("no bias: largest difference", (exact - fast).abs().max().item())
assert torch.allclose(exact, fast, atol=1e-12)
exact, fast = scores(bias=True)
other = (exact.sign() != fast.sign()).double().mean().item()
print("with a bias: TracInCP", exact[0, :4].tolist(), "TracInCPFast", fast[0, :4].tolist(), "other sign:", other)
assert other > 0.1, "this has changed"
PYTHON
