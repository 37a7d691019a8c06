"""Writes models whose answers contradict themselves, to src/test/resources/answers.

    pip install numpy==2.4.6 scikit-learn==1.9.1 onnx==1.23.2 skl2onnx==1.20.0 onnxruntime==1.32.0
    python answers.py ../resources/answers

svc.onnx: a two-class SVC as skl2onnx writes it without probabilities, whose score columns favour the class that its
label does not name; svc.csv holds 300 rows with the labels that scikit-learn predicts, svc-labels-flipped.csv the same
rows with the others. batch-norm-in-training.onnx: batch normalisation of two features, left in training mode.
dropout-in-training.pt is written where torch is installed: a linear layer behind dropout, traced in training mode.
"""
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from sklearn.svm import SVC


def svc(folder):
    random = np.random.default_rng(11)
    x = random.standard_normal((300, 4)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] ** 2 > .8).astype(int)
    model = SVC().fit(x[:120], y[:120])
    file = to_onnx(model, x[:1], options={id(model): {"zipmap": False}}, target_opset={"": 15, "ai.onnx.ml": 1})
    label, scores = onnxruntime.InferenceSession(file.SerializeToString()).run(None, {"X": x})
    assert (label == model.predict(x)).all() and (scores.argmax(axis=1) != label).all()
    onnx.save(file, os.path.join(folder, "svc.onnx"))
    for name, labels in (("svc.csv", label), ("svc-labels-flipped.csv", 1 - label)):
        with open(os.path.join(folder, name), "w") as out:
            out.write("a,b,c,d,y\n")
            for row, target in zip(x, labels):
                out.write(",".join(f"{value:.9g}" for value in row) + f",{target}\n")


def batch_norm(folder):
    def weights(name, *values):
        return numpy_helper.from_array(np.array(values, np.float32), name)

    graph = helper.make_graph(
        [helper.make_node("BatchNormalization", ["x", "s", "b", "m", "v"], ["n", "m2", "v2"], training_mode=1),
         helper.make_node("Gemm", ["n", "w", "c"], ["y"])],
        "batch-norm", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2])],
        [weights("s", 1, 1), weights("b", 0, 0), weights("m", 0, 0), weights("v", 1, 1),
         weights("w", [3, -3], [-3, 3]), weights("c", 0, 0)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, "batch-norm-in-training.onnx"))


def dropout(folder):
    try:
        import torch
    except ImportError:
        print("dropout-in-training.pt is left as it is: torch is not installed")
        return

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.d = torch.nn.Dropout(.5)
            self.l = torch.nn.Linear(8, 2)

        def forward(self, x):
            return self.l(self.d(x))

    torch.manual_seed(0)
    traced = torch.jit.trace(Net().train(), torch.zeros(1, 8), check_trace=False)
    traced.save(os.path.join(folder, "dropout-in-training.pt"))


if __name__ == "__main__":
    for write in (svc, batch_norm, dropout):
        write(sys.argv[1])
