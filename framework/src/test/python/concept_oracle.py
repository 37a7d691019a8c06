"""Captum's TCAV of a small network, for dev.touchstone.concept.

    python concept_oracle.py ../resources/attribution

torch==2.15.0 captum==0.9.0 onnx==1.23.2 scikit-learn==1.9.1 numpy==2.4.6, CPU.

Reads family-mlp.onnx of gradient_family_oracle.py and writes concept.json: examples with a concept, without it, and
tested ones; at two taps the vector, which is scikit-learn's logistic regression of values less their mean and divided
by the root mean square of their norms (C = 1/(n ridge), tolerance 1e-12), and with that very vector Captum's
sign_count, its magnitude and the directional derivatives of the tested examples' scores, in double precision.
"""
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import torch
from captum.attr import LayerGradientXActivation
from captum.concept import TCAV, Classifier, Concept
from onnx import numpy_helper
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

out = pathlib.Path(sys.argv[1])
RIDGE = 0.01


class Mlp(nn.Module):
    """As in gradient_family_oracle.py."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 20)
        self.relu1 = nn.ReLU()
        self.fc2 = nn.Linear(20, 16)
        self.tanh = nn.Tanh()
        self.fc3 = nn.Linear(16, 10)
        self.relu2 = nn.ReLU()
        self.fc4 = nn.Linear(10, 3)

    def forward(self, x):
        return self.fc4(self.relu2(self.fc3(self.tanh(self.fc2(self.relu1(self.fc1(x)))))))


net = Mlp().eval()
net.load_state_dict({t.name: torch.tensor(numpy_helper.to_array(t))
                     for t in onnx.load(out / "family-mlp.onnx").graph.initializer})
net = net.double()
rng = np.random.default_rng(7)
having = rng.standard_normal((14, 12)).round(3)
having[:, :3] += 0.5
lacking = rng.standard_normal((11, 12)).round(3)
tested = rng.standard_normal((30, 12)).round(3)
having, lacking, tested = (torch.tensor(a.astype(np.float32)).double() for a in (having, lacking, tested))
LABEL = 2


class Converged(Classifier):
    """The vector itself is a row of weights(); the other side's is its opposite."""

    def __init__(self):
        self.found = None

    def train_and_eval(self, dataloader, test_split_ratio=0.33, **kwargs):
        inputs, labels = (torch.cat(parts) for parts in zip(*dataloader))
        x, y = inputs.double().numpy(), labels.numpy()
        self.found = vector(x, y)
        return {"accs": torch.tensor(1.0)}

    def weights(self):
        w = torch.tensor(self.found)
        return torch.stack([w, -w])

    def classes(self):
        return [0, 1]


def vector(x, y):
    """Towards label 0, which is Captum's number of the first concept."""
    centred = x - x.mean(0)
    size = np.sqrt((centred ** 2).sum(1).mean())
    model = LogisticRegression(C=1 / (len(x) * RIDGE), tol=1e-12, max_iter=100000, solver="newton-cg")
    model.fit(centred / size, (y == 0).astype(int))
    w = model.coef_[0]
    return w / np.linalg.norm(w)


def concept(number, name, examples):
    return Concept(number, name, DataLoader(TensorDataset(examples), batch_size=5, collate_fn=lambda b: torch.stack([e[0] for e in b])))


written = {"label": LABEL, "ridge": RIDGE, "having": having.tolist(), "lacking": lacking.tolist(),
           "tested": tested.tolist(), "taps": []}
with tempfile.TemporaryDirectory() as folder:
    for module, node in {"relu1": "/relu1/Relu", "tanh": "/tanh/Tanh"}.items():
        classifier = Converged()
        tcav = TCAV(net, [module], classifier=classifier, save_path=folder, test_split_ratio=0.0001,
                    layer_attr_method=LayerGradientXActivation(net, None, multiply_by_inputs=False))
        sets = [[concept(0, "having", having), concept(1, "lacking", lacking)]]
        scores = tcav.interpret(tested, experimental_sets=sets, target=LABEL)
        found = next(iter(scores.values()))[module]
        gradients = LayerGradientXActivation(net, net.get_submodule(module), multiply_by_inputs=False).attribute(
            tested, target=LABEL)
        direction = classifier.found
        written["taps"].append({
            "node": node,
            "vector": direction.tolist(),
            "signCount": float(found["sign_count"][0]),
            "magnitude": float(found["magnitude"][0]),
            "derivatives": (gradients.detach().numpy() @ direction).tolist()})
        print(node, found)
(out / "concept.json").write_text(json.dumps(written))
