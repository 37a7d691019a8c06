#!/usr/bin/env bash
# skl2onnx 1.20.0: nodes_hitrates of a tree, "popularity of each node" by the standard, is 1 at every node.
#
# Input: a decision tree of scikit-learn 1.7.2, 200 rows, and a forest of it.
# Expected: what scikit-learn counted, n_node_samples of 200 rows at the root and less below it (or no hit rates, since
# the attribute is optional): whoever weighs branches by it (path-dependent Shapley values of trees) has no other source.
# Seen: 1 at the root, at its children and at every leaf, so that children have as much as their parent each, and all
# leaves count alike: the mean answer over the branches is not the mean answer over the rows.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.3.5 scikit-learn==1.7.2 skl2onnx==1.20.0 onnx==1.20.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from onnx import helper
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

random = np.random.default_rng(0)
rows = random.normal(size=(200, 3)).astype(np.float32)
values = np.where(rows[:, 0] > 1, 10.0, rows[:, 1])
for model in (DecisionTreeRegressor(max_depth=3), RandomForestRegressor(4, max_depth=3, random_state=0),
              DecisionTreeClassifier(max_depth=3)):
    model.fit(rows, values > 5 if isinstance(model, DecisionTreeClassifier) else values)
    tree = getattr(model, "tree_", None) or model.estimators_[0].tree_
    node = to_onnx(model, rows[:1]).graph.node[0]
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    rates = attributes["nodes_hitrates"]
    print(type(model).__name__, "counted", tree.n_node_samples[:4].tolist(), "…, wrote", rates[:4], "…")
    assert set(rates) == {1.0}, "hit rates differ between nodes"
    assert len(set(tree.n_node_samples)) >= 3
PYTHON
