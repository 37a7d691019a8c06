"""Integrated Gradients of a rectifier network without any quadrature, for IntegratedGradientsExactTest.

    pip install numpy==2.4.6 onnx==1.23.2 scikit-learn==1.9.1
    python exact_integrals.py ../resources/attribution

Along the straight path from zeros the pre-activations of the first hidden layer are linear in the path's parameter, and
those of the second are so between the first one's kinks: every kink is a quotient, and between two kinks the gradient is
constant. Writes digits-relu.onnx (64 - 64 - 32 - 10, trained on scikit-learn's digits, inputs 0 to 255) and
digits-relu.json: inputs, classes and the integrals of the class's logit, in double precision.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

out = Path(sys.argv[1])
images, labels = load_digits(return_X_y=True)
images = images * 255 / 16
fitted = MLPClassifier((64, 32), max_iter=300, random_state=0, alpha=1e-3).fit(images / 255, labels)
# What the file holds.
weights = [w.astype(np.float32) for w in [fitted.coefs_[0] / 255, fitted.coefs_[1], fitted.coefs_[2]]]
biases = [b.astype(np.float32) for b in fitted.intercepts_]

nodes, constants, value = [], [], "x"
for layer in range(3):
    name = f"fc{layer + 1}"
    constants += [
        numpy_helper.from_array(weights[layer], f"{name}.weight"),
        numpy_helper.from_array(biases[layer], f"{name}.bias"),
    ]
    nodes.append(helper.make_node("Gemm", [value, f"{name}.weight", f"{name}.bias"], [f"h{layer}"], name=name))
    value = f"h{layer}"
    if layer < 2:
        nodes.append(helper.make_node("Relu", [value], [f"a{layer}"], name=f"relu{layer + 1}"))
        value = f"a{layer}"
graph = helper.make_graph(
    nodes,
    "digits",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])],
    [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["n", 10])],
    constants,
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), out / "digits-relu.onnx")

w1, w2, w3 = (w.astype(float) for w in weights)
b1, b2, _ = (b.astype(float) for b in biases)


def crossings(low, high, at_low, at_high):
    return [low + (high - low) * a / (a - b) for a, b in zip(at_low, at_high) if a * b < 0]


def integral(x, label):
    rise = x @ w1
    kinks = sorted({0.0, 1.0, *crossings(0, 1, b1, b1 + rise)})
    pieces = [0.0]
    for low, high in zip(kinks, kinks[1:]):
        active = b1 + (low + high) / 2 * rise > 0
        second = [((b1 + t * rise) * active) @ w2 + b2 for t in (low, high)]
        pieces += [*sorted(crossings(low, high, *second)), high]
    total = np.zeros_like(x)
    for low, high in zip(pieces, pieces[1:]):
        first = b1 + (low + high) / 2 * rise
        active = first > 0
        active2 = (first * active) @ w2 + b2 > 0
        total += (high - low) * (w1 @ (active * (w2 @ (active2 * w3[:, label]))))
    return total * x


rows = [3, 47, 111, 190, 254, 333]
inputs = images[rows].astype(np.float32)
classes = [int(label) for label in labels[rows]]
(out / "digits-relu.json").write_text(
    json.dumps(
        {
            "inputs": inputs.astype(float).tolist(),
            "classes": classes,
            "integrals": [integral(x.astype(float), label).tolist() for x, label in zip(inputs, classes)],
        }
    )
    + "\n"
)
