"""Writes support vector machines of scikit-learn as ONNX, with what scikit-learn says of rows, to src/test/resources/vectors.

    pip install scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 numpy==2.4.6
    python sklearn_vectors.py ../resources/vectors

expected.json holds six rows, and for each model its values (predict, or the decision function of each pair of classes)
and their derivatives by the features: central differences of scikit-learn's own values, in double. Where there are
probabilities, the values are their log-odds by Platt's sigmoid, and predict_proba stands beside them; of more than two
classes the values are the probabilities that LIBSVM's iteration tends to (Wu et al. 2004, problem 21, solved here).
"""
import json
import os
import sys

import numpy as np
import onnx
from skl2onnx import to_onnx
from sklearn.svm import SVC, SVR, NuSVR

random = np.random.default_rng(7)
x = random.standard_normal((40, 3)).astype(np.float32)
value = x[:, 0] * x[:, 1] + 0.5 * x[:, 2]
two = (value > 0).astype(int)
three = two + (x[:, 2] > 0.3)
STEP = 1e-5
CLASSES = 3
MODELS = {
    "linear": SVR(kernel="linear"),
    "cubic": SVR(kernel="poly", gamma=0.4, coef0=0.5, degree=3),
    "radial": SVR(kernel="rbf", gamma=0.7),
    "sigmoid": NuSVR(kernel="sigmoid", gamma=0.2, coef0=0.1),
    "two-radial": SVC(kernel="rbf", gamma=0.5),
    "two-quadratic": SVC(kernel="poly", gamma=0.5, coef0=1, degree=2),
    "three-radial": SVC(kernel="rbf", gamma=0.5, decision_function_shape="ovo"),
    "three-linear": SVC(kernel="linear", decision_function_shape="ovo"),
    "two-platt": SVC(kernel="rbf", gamma=0.5, probability=True, random_state=0),
    "three-platt": SVC(kernel="rbf", gamma=0.5, probability=True, random_state=0),
}


def coupled(model, at):
    """Of the probabilities of pairs, those of classes with the least sum of (r_ji p_i - r_ij p_j)^2."""
    model.decision_function_shape = "ovo"
    scores = model.decision_function(at)
    rows = []
    for row in scores:
        r = np.zeros((CLASSES, CLASSES))
        pair = 0
        for i in range(CLASSES):
            for j in range(i + 1, CLASSES):
                r[i, j] = np.clip(1 / (1 + np.exp(model._probA[pair] * row[pair] + model._probB[pair])), 1e-7, 1 - 1e-7)
                r[j, i] = 1 - r[i, j]
                pair += 1
        q = np.diag((r ** 2).sum(0)) - r.T * r
        kkt = np.block([[q, np.ones((CLASSES, 1))], [np.ones((1, CLASSES)), np.zeros((1, 1))]])
        rows.append(np.linalg.solve(kkt, np.eye(CLASSES + 1)[-1])[:-1])
    return np.array(rows)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    rows = random.standard_normal((6, 3)).astype(np.float32)
    expected = {"rows": rows.tolist()}
    for name, model in MODELS.items():
        classifies = isinstance(model, SVC)
        model.fit(x, (three if name.startswith("three") else two) if classifies else value)
        platt = name.endswith("platt")
        options = {"zipmap": False, "raw_scores": not platt} if classifies else None
        file = to_onnx(model, x[:1], options=options, target_opset=17)
        if name.startswith("three") and not platt:
            # What the node itself makes, of each pair: skl2onnx makes one score a class of it.
            pairs = next(n for n in file.graph.node if n.op_type == "SVMClassifier").output[1]
            del file.graph.output[:]
            file.graph.output.append(onnx.helper.make_tensor_value_info(pairs, onnx.TensorProto.FLOAT, [None, 3]))
        file.graph.ClearField("doc_string")
        with open(os.path.join(folder, name + ".onnx"), "wb") as out:
            out.write(file.SerializeToString())

        def values(at):
            if name == "three-platt":
                return coupled(model, at)
            if platt:
                return (model._probB - model._probA * model.decision_function(at)).reshape(len(at), 1)
            return (model.decision_function(at) if classifies else model.predict(at)).reshape(len(at), -1)

        at = rows.astype(np.float64)
        slopes = [(values(at + STEP * e) - values(at - STEP * e)) / (2 * STEP) for e in np.eye(3)]
        expected[name] = {
            "values": values(at).tolist(),
            # Rows, values, features.
            "derivatives": np.round(np.stack(slopes, -1), 9).tolist(),
        }
        if platt:
            expected[name]["probabilities"] = model.predict_proba(at).tolist()
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
