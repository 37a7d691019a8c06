"""Least margins of a small ReLU network by mixed-integer programming, for dev.touchstone.robustness.SplitBoundsTest.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 onnx==1.23.2 skl2onnx==1.20.0
    python relu_verification_oracle.py ../resources/robustness/relu

A multi-layer perceptron of 12 and 12 hidden units on three columns of iris, written by skl2onnx. A binary variable for each
ReLU (Tjeng, Xiao and Tedrake 2019), bounds of its input by intervals; minimised by HiGHS in double precision.
"""
import json
import pathlib
import sys
import warnings

import numpy as np
import onnx
from scipy.optimize import Bounds, LinearConstraint, milp
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
OUT = pathlib.Path(sys.argv[1])


def least(net, x, label, other, eps):
    """Variables: x, then z and a of each hidden layer, then the binaries; a = max(z, 0)."""
    low, high = x - eps, x + eps
    bounds, integral, equal, upper = [(l, h) for l, h in zip(low, high)], [0] * len(x), [], []
    before = list(range(len(x)))
    for w, b in list(zip(net.coefs_, net.intercepts_))[:-1]:
        centre, radius = (low + high) / 2, (high - low) / 2
        zl, zu = centre @ w + b - radius @ abs(w), centre @ w + b + radius @ abs(w)
        now = []
        for k in range(len(b)):
            z, a, d = (len(bounds) + i for i in range(3))
            bounds += [(zl[k], zu[k]), (0, max(zu[k], 0)), (0, 1)]
            integral += [0, 0, 1]
            equal.append(({z: -1.0, **{before[i]: w[i, k] for i in range(len(before))}}, -b[k]))
            upper += [({z: 1.0, a: -1.0}, 0), ({a: 1.0, z: -1.0, d: -zl[k]}, -zl[k]), ({a: 1.0, d: -max(zu[k], 0)}, 0)]
            now.append(a)
        before, low, high = now, np.maximum(zl, 0), np.maximum(zu, 0)
    w, b = net.coefs_[-1], net.intercepts_[-1]
    cost = np.zeros(len(bounds))
    cost[before] = w[:, label] - w[:, other]

    def matrix(of):
        a = np.zeros((len(of), len(bounds)))
        for row, (terms, _) in enumerate(of):
            for column, value in terms.items():
                a[row, column] = value
        return a, np.array([right for _, right in of])

    (ae, be), (au, bu) = matrix(equal), matrix(upper)
    result = milp(cost, integrality=integral, bounds=Bounds(*np.array(bounds).T), options={"mip_rel_gap": 0},
                  constraints=[LinearConstraint(ae, be, be), LinearConstraint(au, -np.inf, bu)])
    assert result.status == 0, result.message
    return float(result.fun + b[label] - b[other])


x, y = load_iris(return_X_y=True)
x = x[:, 1:].astype(np.float32)
net = MLPClassifier((12, 12), max_iter=400, random_state=2).fit(x, y)
OUT.mkdir(parents=True, exist_ok=True)
onnx.save(to_onnx(net, x[:1], options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3}), OUT / "iris-mlp.onnx")
chosen = [i for i in range(0, 150, 5)]
result = {"rows": x[chosen].tolist(), "species": y[chosen].tolist(), "least": {}}
for eps in (0.1, 0.3, 0.6):
    result["least"][str(eps)] = [min(least(net, row.astype(float), label, o, eps) for o in range(3) if o != label)
                                 for row, label in zip(x[chosen], y[chosen])]
    print(eps, np.round(result["least"][str(eps)], 3))
(OUT / "oracle.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
