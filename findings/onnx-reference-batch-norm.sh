#!/usr/bin/env bash
# onnx 1.23.2: the reference evaluator normalises by the batch where opset 9 says by the given moments.
#
# Input: BatchNormalization of opset 9 with one output, which is inference, mean 0 and variance 1.
# Expected: x / sqrt(1 + epsilon), as ONNX Runtime computes. Seen: nine tenths of the given moments and
# one tenth of the batch's own, since momentum has a default and its presence is taken for training.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

names = ["x", "scale", "shift", "mean", "variance"]
node = helper.make_node("BatchNormalization", names, ["y"])
shapes = [[2, 1, 1, 1]] + [[1]] * 4
inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in zip(names, shapes)]
output = helper.make_tensor_value_info("y", TensorProto.FLOAT, shapes[0])
model = helper.make_model(
    helper.make_graph([node], "g", inputs, [output]),
    opset_imports=[helper.make_opsetid("", 9)], ir_version=4)
feed = dict(zip(names, [np.array([0, 20], np.float32).reshape(2, 1, 1, 1), *np.eye(1, 1, dtype=np.float32)[[0, 0, 0, 0]]]))
feed.update(shift=np.zeros(1, np.float32), mean=np.zeros(1, np.float32))
says = ReferenceEvaluator(model).run(None, feed)[0].reshape(-1)
runs = onnxruntime.InferenceSession(model.SerializeToString()).run(None, feed)[0].reshape(-1)
print("onnx.reference:", says, " ONNX Runtime:", runs)
assert np.allclose(runs, [0, 20], atol=1e-3)
# The batch has the mean 10 and the variance 100.
moved = (np.array([0, 20]) - 1) / np.sqrt(0.9 + 10 + 1e-5)
assert np.allclose(says, moved, atol=1e-3), "this has changed"
PYTHON
