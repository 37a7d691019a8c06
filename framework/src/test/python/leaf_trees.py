"""Writes trees in the form of version 5 of ai.onnx.ml, which no exporter writes yet, to src/test/resources/answers.

    pip install onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
    python leaf_trees.py ../resources/answers

leaf-trees.onnx: every mode, lists of numbers among them, missing values, a tree that is one leaf, three targets and a
softmax. leaf-trees-double.onnx: the same in double precision, averaged, without a link. Both are run once, so that they
are known to be files that ONNX Runtime takes.
"""
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

out = pathlib.Path(sys.argv[1])
MODES = ["LEQ", "LT", "GTE", "GT", "EQ", "NEQ", "MEMBER"]
random = np.random.default_rng(8)
COLUMNS, TARGETS = 4, 3


def write(name, dtype, transform, aggregate):
    nodes, leaves, members, roots = [], [], [], []

    def leaf():
        leaves.append((int(random.integers(TARGETS)), float(np.round(random.normal(), 3))))
        return len(leaves) - 1, 1

    def grow(depth):
        place = len(nodes)
        nodes.append(None)
        mode = int(random.integers(len(MODES)))
        listed = sorted(random.choice(8, 3, replace=False) / 2) if mode == 6 else []
        column, tracks = int(random.integers(COLUMNS)), int(random.integers(2))
        split = 0.0 if mode == 6 else float(random.integers(8)) / 2
        members.append((place, listed))
        sides = [leaf() if depth == 1 or random.random() < .2 else (grow(depth - 1), 0) for _ in range(2)]
        nodes[place] = (column, mode, split, tracks, *sides)
        return place

    # A tree that is one leaf. It comes first: ONNX Runtime 1.29 (not 1.32) takes the leaf whose number is the root's.
    alone = leaf()
    roots.append(0)
    nodes.append((0, 0, 0.0, 0, alone, alone))
    members.append((0, []))
    for depth in (4, 3, 4, 2):
        roots.append(grow(depth))
    lists = [value for _, listed in sorted(members) if listed for value in [*listed, float("nan")]]
    tensor = TensorProto.FLOAT if dtype == np.float32 else TensorProto.DOUBLE

    def of(name, values):
        return helper.make_tensor(name, tensor, [len(values)], np.array(values, dtype))

    node = helper.make_node(
        "TreeEnsemble", ["X"], ["Y"], domain="ai.onnx.ml", n_targets=TARGETS, post_transform=transform,
        aggregate_function=aggregate, tree_roots=roots, nodes_featureids=[n[0] for n in nodes],
        nodes_modes=helper.make_tensor("modes", TensorProto.UINT8, [len(nodes)], np.array([n[1] for n in nodes], np.uint8)),
        nodes_splits=of("splits", [n[2] for n in nodes]), nodes_missing_value_tracks_true=[n[3] for n in nodes],
        nodes_truenodeids=[n[4][0] for n in nodes], nodes_trueleafs=[n[4][1] for n in nodes],
        nodes_falsenodeids=[n[5][0] for n in nodes], nodes_falseleafs=[n[5][1] for n in nodes],
        leaf_targetids=[t for t, _ in leaves], leaf_weights=of("weights", [w for _, w in leaves]),
        membership_values=of("members", lists))
    graph = helper.make_graph([node], name, [helper.make_tensor_value_info("X", tensor, ["N", COLUMNS])],
                              [helper.make_tensor_value_info("Y", tensor, ["N", TARGETS])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 5)],
                              ir_version=10)
    onnx.checker.check_model(model)
    (out / f"{name}.onnx").write_bytes(model.SerializeToString())
    session = onnxruntime.InferenceSession(model.SerializeToString())
    print(name, len(nodes), "nodes", session.run(None, {"X": np.ones((1, COLUMNS), dtype)})[0])


write("leaf-trees", np.float32, 2, 1)
write("leaf-trees-double", np.float64, 0, 0)
