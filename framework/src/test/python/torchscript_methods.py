"""Writes a TorchScript module with a method of its own to src/test/resources/torchscript/encoder.pt.

    pip install torch==2.15.0
    python torchscript_methods.py ../resources/torchscript/encoder.pt

Weights are small whole numbers, so that tests can work out by hand what it says: encode(x) = relu(W1 x + b1) with
W1 = [1 2; -1 1; 3 -1], b1 = (0, 1, -2); forward(x) = W2 encode(x) with W2 = [1 -1 2; -2 3 1].
"""
import sys

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 3)
        self.fc2 = nn.Linear(3, 2, bias=False)
        with torch.no_grad():
            self.fc1.weight.copy_(torch.tensor([[1.0, 2.0], [-1.0, 1.0], [3.0, -1.0]]))
            self.fc1.bias.copy_(torch.tensor([0.0, 1.0, -2.0]))
            self.fc2.weight.copy_(torch.tensor([[1.0, -1.0, 2.0], [-2.0, 3.0, 1.0]]))

    @torch.jit.export
    def encode(self, x):
        return torch.relu(self.fc1(x))

    @torch.jit.export
    def several(self, x):
        return x, x

    def forward(self, x):
        return self.fc2(self.encode(x))


torch.jit.save(torch.jit.script(Encoder().eval()), sys.argv[1])
