#!/usr/bin/env bash
# Zennit 0.5.1: merging batch norms into the layers before them changes the model.
#
# Input: a convolution and a batch norm with eps = 0.001, as in torchvision's MobileNetV3 and
# EfficientNet, before and inside SequentialMergeBatchNorm. Expected: the same output up to rounding,
# since what is merged is replaced by an identity. Seen: outputs 5e-4 smaller (5e-6 with PyTorch's own
# eps of 1e-5) for each batch norm: the one that is left has mean 0 and variance 1, and keeps its eps.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install torch==2.15.0 zennit==0.5.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import torch
from torch import nn
from zennit.canonizers import SequentialMergeBatchNorm

torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3, eps=1e-3)).eval().double()
x = torch.randn(4, 2, 6, 6).double()
before = net(x)
merged = SequentialMergeBatchNorm().apply(net)
inside = net(x)
for change in merged:
    change.remove()
ratio = (inside / before).mean().item()
print("outputs inside the canonizer are", ratio, "times those before")
assert abs(ratio - 1.001 ** -0.5) < 1e-9, "this has changed"
assert torch.equal(net(x), before)
PYTHON
