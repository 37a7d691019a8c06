#!/usr/bin/env bash
# OpenVINO 2026.4.1: an LSTM's peepholes are left out, and a batch-first recurrent layer is read as a time-first one.
#
# Input: ONNX's LSTM of opset 22 with random weights: as it is, with peepholes (input P), and of layout=1 (batch first),
# and a GRU and an RNN of layout=1. 2 examples, 3 steps. Expected: what onnx's reference evaluator has, or a refusal.
# Seen: the plain LSTM agrees to rounding; with peepholes the answer is that of the same layer without; with layout=1
# examples are taken for steps. No error and no warning. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 onnx==1.23.2 openvino==2026.4.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnx
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

random = np.random.default_rng(0)
core = openvino.Core()
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def last(operator, peepholes=False, layout=0):
    """The last hidden state by OpenVINO, by the reference, and by the reference without the peepholes."""
    gates = GATES[operator]
    weights = [("W", (1, gates * 4, 5)), ("R", (1, gates * 4, 4)), ("B", (1, gates * 8))] + [("P", (1, 12))] * peepholes
    weights = [numpy_helper.from_array(random.normal(size=shape).astype(np.float32), name) for name, shape in weights]
    steps = random.normal(size=(2, 3, 5) if layout else (3, 2, 5)).astype(np.float32)

    def model(with_peepholes):
        inputs = ["X", "W", "R", "B"] + (["", "", "", "P"] if with_peepholes else [])
        node = helper.make_node(operator, inputs, ["", "Y_h"], hidden_size=4, layout=layout)
        shape = [2, 1, 4] if layout else [1, 2, 4]
        graph = helper.make_graph([node], "layer", [helper.make_tensor_value_info("X", TensorProto.FLOAT, steps.shape)],
                                  [helper.make_tensor_value_info("Y_h", TensorProto.FLOAT, shape)], weights[:None if with_peepholes else 3])
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
        onnx.checker.check_model(made)
        return made

    device = core.compile_model(core.read_model(model(peepholes).SerializeToString()), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    seen = device([steps])[0]
    return seen, *(ReferenceEvaluator(model(kind)).run(None, {"X": steps})[0] for kind in (peepholes, False))


seen, expected, _ = last("LSTM")
print("LSTM differs by", np.abs(seen - expected).max())
assert np.abs(seen - expected).max() < 1e-5
seen, expected, without = last("LSTM", peepholes=True)
print("with peepholes by", np.abs(seen - expected).max(), "and from the layer without them by", np.abs(seen - without).max())
assert np.abs(seen - expected).max() > 0.01 and np.abs(seen - without).max() < 1e-5, "this has changed"
for operator in GATES:
    seen, expected, _ = last(operator, layout=1)
    print(operator, "of layout 1:", seen.shape, "by OpenVINO", seen.ravel()[:3], "by the reference", expected.shape, expected.ravel()[:3])
    assert seen.shape != expected.shape or np.abs(seen - expected).max() > 0.01, "this has changed"
PYTHON
