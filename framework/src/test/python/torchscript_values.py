"""Writes TorchScript modules with values of every type that a module can keep, and what they answer, to
src/test/resources/torchscript.

    pip install torch==2.15.0
    python torchscript_values.py ../resources/torchscript

attributes.pt: lists, dictionaries, tuples and optional values of all types; buffers.pt: quantised, complex, half,
empty, transposed and tied tensors and windows on others; packed.pt: dynamic quantisation, whose weights are an object
of a class of libtorch's own; classes.pt: an enumeration, a class, and lists of parameters and modules. Answers to
X = [-.5 -.2 .1 .4; .7 -.5 -.2 .1] stand in values.csv: file, then the scores row by row.
"""
import sys
import warnings
from enum import Enum
from typing import Dict, List, Optional, Tuple

import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(1)


class Attributes(nn.Module):
    names: List[str]
    scales: Dict[str, float]
    given: Optional[torch.Tensor]
    absent: Optional[int]
    table: Dict[int, List[torch.Tensor]]
    pair: Tuple[int, float, str, bool]

    def __init__(self):
        super().__init__()
        self.names = ["a", "b"]
        self.scales = {"a": 1.5, "b": -2.0}
        self.given = torch.ones(4)
        self.absent = None
        self.table = {1: [torch.ones(4)], 2: [torch.zeros(4), torch.ones(4)]}
        self.pair = (7, 2.5, "z", True)
        self.ints = torch.jit.Attribute([1, 2, 3], List[int])
        self.floats = torch.jit.Attribute([1.0, 2.0], List[float])
        self.truths = torch.jit.Attribute([True, False], List[bool])
        self.none_yet = torch.jit.Attribute({}, Dict[str, int])
        self.tensors = torch.jit.Attribute([torch.ones(4)], List[torch.Tensor])
        self.nested = torch.jit.Attribute([[1, 2], [3]], List[List[int]])
        self.whirled = torch.jit.Attribute(1 + 2j, complex)
        self.large = 12345678901234
        self.negative = -5
        self.place = torch.device("cpu")
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        given = self.given
        if given is not None:
            x = x * given
        for t in self.table[2]:
            x = x + t
        for n in self.names:
            x = x * self.scales[n]
        x = x * self.ints[0] + self.nested[0][1] * self.floats[1] + len(self.none_yet) + self.tensors[0]
        return self.linear(x + self.negative)


class Buffers(nn.Module):
    def __init__(self):
        super().__init__()
        w = torch.randn(3, 4)
        self.register_buffer("affine", torch.quantize_per_tensor(w, 0.1, 3, torch.quint8))
        zeros = torch.tensor([0, 0, 0])
        scales = torch.tensor([0.1, 0.2, 0.3])
        self.register_buffer("channels", torch.quantize_per_channel(w, scales, zeros, 0, torch.qint8))
        self.register_buffer("whirled", torch.randn(3, 4, dtype=torch.complex64))
        self.register_buffer("scalar", torch.tensor(5))
        self.register_buffer("none_yet", torch.zeros(0, 3))
        self.register_buffer("transposed", torch.randn(4, 3).t())
        self.register_buffer("window", torch.arange(10.0)[3:6])
        self.low = nn.Linear(4, 4).to(torch.half)
        self.first = nn.Linear(4, 4)
        self.tied = nn.Linear(4, 4)
        self.tied.weight = self.first.weight

    def forward(self, x):
        w = self.affine.dequantize() + self.channels.dequantize() + self.whirled.abs() + self.transposed
        x = self.tied(self.first(x)) + x @ self.low.weight.float()
        return x @ w.t() + self.window + self.scalar + self.none_yet.sum()


class Colour(Enum):
    RED = 1
    BLUE = 2


@torch.jit.script
class Box:
    def __init__(self, k: int):
        self.k = k

    def get(self):
        return self.k


class Classes(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList([torch.randn(4, 4), torch.randn(4, 3)])
        self.layers = nn.ModuleList([nn.ReLU(), nn.Tanh()])
        self.by_name = nn.ModuleDict({"q": nn.Identity()})
        self.colour = Colour.BLUE
        self.box = Box(3)

    def forward(self, x):
        for p in self.weights:
            x = x @ p
        for layer in self.layers:
            x = layer(x)
        if self.colour == Colour.BLUE:
            x = x * self.box.get()
        return self.by_name["q"](x)


torch.backends.quantized.engine = "fbgemm"
packed = torch.ao.quantization.quantize_dynamic(
    nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)).eval(), {nn.Linear}, dtype=torch.qint8)
x = torch.tensor([[-0.5, -0.2, 0.1, 0.4], [0.7, -0.5, -0.2, 0.1]])
with open(sys.argv[1] + "/values.csv", "w") as answers:
    for name, module in (("attributes", Attributes()), ("buffers", Buffers()), ("packed", packed), ("classes", Classes())):
        script = torch.jit.script(module.eval())
        script.save(f"{sys.argv[1]}/{name}.pt")
        with torch.no_grad():
            scores = script(x).flatten().tolist()
        answers.write(",".join([name] + [f"{s:.7g}" for s in scores]) + "\n")
