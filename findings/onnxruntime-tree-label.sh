#!/usr/bin/env bash
# ONNX Runtime 1.32.0 (and 1.22.0): a TreeEnsembleClassifier of two classes whose leaves hold a weight for
# each class labels every row as the second class, whatever its scores are.
#
# Input: one tree with one split; scores (.8, .2) on its left and (.1, .9) on its right; classes 0 and 1.
# Expected, by the operator's definition ("determines the class with the highest score"): labels 0 and 1.
# Seen: labels 1 and 1 beside the scores (.8, .2) and (.1, .9). With three classes the labels are right, and
# with two classes and one weight a leaf, the form that skl2onnx and the boosters' exporters write.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper


def answers(classes, leaves, ids, weights):
    tree = helper.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "scores"], domain="ai.onnx.ml", nodes_treeids=[0, 0, 0],
        nodes_nodeids=[0, 1, 2], nodes_featureids=[0, 0, 0], nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"],
        nodes_values=[.5, 0., 0.], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],
        class_treeids=[0] * len(ids), class_nodeids=leaves, class_ids=ids, class_weights=weights,
        classlabels_int64s=list(range(classes)), post_transform="NONE")
    graph = helper.make_graph(
        [tree], "tree", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 1])],
        [helper.make_tensor_value_info("label", TensorProto.INT64, ["N"]),
         helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", classes])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 1)], ir_version=8)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    label, scores = session.run(None, {"x": np.array([[.4], [.6]], np.float32)})
    print(classes, "classes,", len(ids), "weights: labels", label.tolist(), "scores", scores.round(6).tolist())
    return label.tolist(), scores.argmax(axis=1).tolist()


assert answers(2, [1, 1, 2, 2], [0, 1, 0, 1], [.8, .2, .1, .9]) == ([1, 1], [0, 1]), "this has changed"
assert answers(2, [1, 2], [0, 0], [.2, .9]) == ([0, 1], [0, 1]), "this has changed"
assert answers(3, [1, 1, 1, 2, 2, 2], [0, 1, 2, 0, 1, 2], [.7, .2, .1, .1, .8, .1]) == ([0, 1], [0, 1]), "this has changed"
PYTHON
