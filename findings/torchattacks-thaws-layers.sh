#!/usr/bin/env bash
# torchattacks 3.5.1: an attack leaves every layer in the mode of the whole model, so that frozen layers thaw.
#
# Input: a network in training mode whose batch norm is frozen (eval(), as in fine-tuning), attacked once by PGD, as
# adversarial training does before each step. Expected: the modes that the layers had ("recovers" them, by the
# attack's name for it). Seen: model.train() is called at the end; the batch norm is in training mode and the next
# forward pass moves its running mean. A model in eval mode stays in it. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile torch==2.15.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/pip" -q install --no-compile --no-deps torchattacks==3.5.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
import torchattacks
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 3))
images, labels = torch.rand(16, 1, 8, 8), torch.randint(0, 3, (16,))
net.train()
net[1].eval()
net(images)
before = net[1].running_mean.clone()
assert torch.equal(before, torch.zeros(4)), "a frozen batch norm moves by itself"
torchattacks.PGD(net, eps=0.1, alpha=0.02, steps=2)(images, labels)
print("the batch norm is in training mode after the attack:", net[1].training)
net(images)
print("its running mean moved by", (net[1].running_mean - before).abs().max().item())
assert net[1].training and not torch.equal(net[1].running_mean, before), "this has changed"
PYTHON
