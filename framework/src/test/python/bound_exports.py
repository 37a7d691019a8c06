"""Small networks as ordinary exporters write them, for dev.touchstone.robustness.BoundsOfExportsTest.

    pip install torch==2.15.0 numpy==2.4.6 scikit-learn==1.9.1 onnx==1.23.2 onnxscript skl2onnx==1.20.0
    python bound_exports.py ../resources/robustness/exports

All take scikit-learn's digits, 64 numbers or an image of 8 x 8. Those of PyTorch are at random, written by the exporter
that goes through torch.export ("dynamo") or by the older one ("legacy"); those of scikit-learn are trained for a few
rounds. The test needs no numbers of them: it holds bounds to what a network answers at many points.
"""
import logging
import pathlib
import sys
import warnings

import onnx
import torch
import torch.nn.functional as F
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from torch import nn

OUT = pathlib.Path(sys.argv[1])


class SqueezeAndExcite(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.down, self.up, self.fc = nn.Conv2d(1, 4, 3, 2, 1), nn.Conv2d(4, 2, 1), nn.Conv2d(2, 4, 1), nn.Linear(64, 3)

    def forward(self, x):
        x = F.relu(self.conv(x))
        scale = torch.sigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))
        return self.fc((x * scale).flatten(1))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.fc = nn.Conv2d(1, 4, 3, 2, 1, bias=False), nn.Conv2d(4, 4, 3, 1, 1, bias=False), nn.Linear(4, 3)
        self.norms = nn.ModuleList([nn.BatchNorm2d(4), nn.BatchNorm2d(4)])
        for norm in self.norms:
            nn.init.uniform_(norm.running_mean)
            nn.init.uniform_(norm.running_var, 0.5, 2)

    def forward(self, x):
        x = F.relu(self.norms[0](self.a(x)))
        return self.fc(F.relu(x + self.norms[1](self.b(x))).mean((2, 3)))


class Shuffled(nn.Module):
    """Channels in other places, by shapes that are computed in the legacy export."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.fc = nn.Conv2d(1, 4, 3, 2, 1), nn.Conv2d(4, 4, 3, 1, 1, groups=4), nn.Linear(4, 3)

    def forward(self, x):
        x = F.relu(self.a(x))
        n, c, h, w = x.shape
        x = x.view(n, 2, 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        return self.fc(F.adaptive_avg_pool2d(F.relu(self.b(x)), 1).flatten(1))


class Upwards(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.back, self.fc = nn.Conv2d(1, 2, 3, 2, 1), nn.ConvTranspose2d(2, 2, 2, 2), nn.Linear(128, 3)

    def forward(self, x):
        x = F.relu(self.conv(x))
        return self.fc(F.relu(self.back(x) + F.interpolate(x, scale_factor=2, mode="bilinear")).flatten(1))


class Halves(nn.Module):
    """A split whose parts are squashed apart, and a gate."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 4, 3, 2, 1), nn.Linear(64, 3)

    def forward(self, x):
        a, b = self.conv(x).chunk(2, 1)
        return self.fc(torch.cat([F.relu6(3 * a), F.glu(torch.cat([b, a], 1), 1)], 1).flatten(1))


class SigmoidFirst(nn.Module):
    """A sigmoid that is no probability: what is bent behind it are its own numbers."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.fc = nn.Linear(64, 6), nn.Linear(6, 6), nn.Linear(6, 3)

    def forward(self, x):
        x = torch.sigmoid(self.a(x.flatten(1)))
        return self.fc(F.relu(x - 0.5) + F.relu(self.b(x)))


class Probabilities(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(64, 6), nn.Linear(6, 3)

    def forward(self, x):
        return F.softmax(self.b(F.relu(self.a(x.flatten(1)))), 1)


def activated(activation):
    return nn.Sequential(nn.Conv2d(1, 3, 3, 2, 1), activation, nn.Flatten(), nn.Linear(48, 6), activation, nn.Dropout(), nn.Linear(6, 3))


def by_torch():
    networks = {name.lower(): activated(getattr(nn, name)()) for name in
                ("CELU", "ELU", "GELU", "Hardsigmoid", "Hardswish", "Hardtanh", "Mish", "PReLU", "ReLU6", "SELU", "SiLU", "Softplus")}
    networks |= {"gelu-tanh": activated(nn.GELU(approximate="tanh")), "squeeze": SqueezeAndExcite(), "residual": Residual(),
                 "shuffled": Shuffled(), "upwards": Upwards(), "halves": Halves(), "sigmoid-first": SigmoidFirst(),
                 "probabilities": Probabilities()}
    for name, net in networks.items():
        net.eval()
        images = torch.rand(2, 1, 8, 8)
        if name != "softplus":
            # Whose dynamo export tells numbers above 20 apart by a comparison.
            torch.onnx.export(net, (images,), OUT / f"{name}-dynamo.onnx", dynamo=True, external_data=False, verbose=False,
                              dynamic_shapes=({0: torch.export.Dim("n")},))
        torch.onnx.export(net, (images,), OUT / f"{name}-legacy.onnx", dynamo=False, opset_version=17, input_names=["x"],
                          output_names=["y"], dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})
    torch.onnx.export(networks["residual"], (torch.rand(1, 1, 8, 8),), OUT / "residual-of-one.onnx", dynamo=True,
                      external_data=False, verbose=False)
    for path in OUT.glob("*.onnx"):
        model = onnx.load(path)
        for node in model.graph.node:
            del node.metadata_props[:]
            node.doc_string = ""
        del model.metadata_props[:], model.graph.metadata_props[:]
        for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
            del value.metadata_props[:]
        onnx.save(model, path)


def by_scikit_learn():
    x, digits = load_digits(return_X_y=True)
    x, three = (x / 16).astype("float32"), digits % 3
    mlp = lambda **more: MLPClassifier((6,), max_iter=20, random_state=0, **more)
    for name, model, y, options in (
            ("mlp", mlp(), three, {}),
            ("mlp-tanh", mlp(activation="tanh"), three, {"zipmap": False}),
            ("mlp-of-two", make_pipeline(StandardScaler(), mlp(activation="logistic")), digits % 2, {"zipmap": False}),
            ("mlp-behind-components", make_pipeline(MinMaxScaler(), PCA(9), mlp()), three, {}),
            ("logistic", make_pipeline(StandardScaler(), LogisticRegression(max_iter=50)), three, {"zipmap": False})):
        onnx.save(to_onnx(model.fit(x, y), x[:1], options=options, target_opset={"": 17, "ai.onnx.ml": 3}), OUT / f"{name}-skl2onnx.onnx")


warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
torch.manual_seed(0)
OUT.mkdir(parents=True, exist_ok=True)
by_torch()
by_scikit_learn()
