#!/usr/bin/env bash
# onnx 1.23.2: the reference evaluator normalises as many channels as there are examples, and no more.
#
# Input: LRN of one example with four channels. Expected: x / (bias + alpha / size * sum of squares)^beta
# for every channel, as the standard says and ONNX Runtime computes. Seen: the loop over channels ends
# at the batch's size (range(x.shape[0])), so that behind the first one the sum is taken to be 0.
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

node = helper.make_node("LRN", ["x"], ["y"], size=3, alpha=3.0, beta=1.0, bias=1.0)
value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 4, 1, 1]) for n in "xy"]
model = helper.make_model(
    helper.make_graph([node], "g", value[:1], value[1:]),
    opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
x = np.ones((1, 4, 1, 1), np.float32)
says = ReferenceEvaluator(model).run(None, {"x": x})[0].reshape(-1)
runs = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0].reshape(-1)
print("onnx.reference:", says, " ONNX Runtime:", runs)
assert np.allclose(runs, [1 / 3, 1 / 4, 1 / 4, 1 / 3])
assert np.allclose(says, [1 / 3, 1, 1, 1]), "this has changed"
PYTHON
