"""Reference trees for dev.touchstone.surrogate.

    python surrogate_oracle.py ../resources/attribution

scikit-learn==1.9.1 numpy==2.4.6, CPU.

Writes surrogate-tree.json: data of continuous columns without ties, three classes, and for several numbers of leaves
what DecisionTreeClassifier(max_leaf_nodes=...) answers to other rows, and the thresholds that it asks.
"""
import json
import pathlib
import sys

import numpy as np
from sklearn.tree import DecisionTreeClassifier

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(5)
x = rng.normal(size=(300, 4)).round(6)
y = ((x[:, 0] + x[:, 1] * x[:, 2] > 0.3).astype(int) + (x[:, 3] > 0.9).astype(int))
asked = rng.normal(size=(200, 4)).round(6)
trees = []
for leaves, depth in [(2, None), (5, None), (8, None), (13, None), (13, 3)]:
    tree = DecisionTreeClassifier(max_leaf_nodes=leaves, max_depth=depth, random_state=0).fit(x, y)
    splits = tree.tree_
    trees.append({"leaves": leaves, "depth": depth or 30, "answers": tree.predict(asked).tolist(),
                  "thresholds": sorted(splits.threshold[splits.feature >= 0].tolist())})
json.dump({"rows": x.tolist(), "answers": y.tolist(), "asked": asked.tolist(), "trees": trees},
          open(out / "surrogate-tree.json", "w"))
