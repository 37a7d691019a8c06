"""Exact robustness of tree ensembles by mixed-integer programming, for dev.touchstone.robustness.TreeVerificationTest.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 onnx==1.23.2 skl2onnx==1.20.0 lightgbm==4.7.0
    python tree_verification_oracle.py ../resources/robustness/trees

Kantchelian, Tygar and Joseph (2016): a binary variable for each threshold of a column, "the column is at most this", in
order; a share for each leaf, one of them 1 in each tree, which agrees with the variables on its path; the margin of the
label before another class is minimised by HiGHS. Of a random forest and of boosted trees on scikit-learn's digits (pixels
of 0 to 16) the least margins of the first examples at several epsilons are written. Small ones on three columns of iris
come without numbers: the test tries every box of theirs.
"""
import json
import pathlib
import sys
import warnings

import lightgbm
import numpy as np
import onnx
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array
from skl2onnx import to_onnx
from sklearn.datasets import load_digits, load_iris
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

warnings.filterwarnings("ignore")
OUT = pathlib.Path(sys.argv[1])
EXAMPLES = 12


def leaves(tree, values):
    """Of one tree of scikit-learn: for each leaf its value and the conditions on its path, (column, threshold, at most)."""
    t, found = tree.tree_, []

    def down(node, path):
        if t.children_left[node] < 0:
            found.append((values(t.value[node]), path))
            return
        f, at = t.feature[node], float(np.float32(t.threshold[node]))
        down(t.children_left[node], path + [(f, at, True)])
        down(t.children_right[node], path + [(f, at, False)])

    down(0, [])
    return found


def least(trees, x, eps):
    """The least sum of leaf values within |x' - x| <= eps, 0 <= x' <= 16."""
    thresholds = sorted({(f, at) for tree in trees for _, path in tree for f, at, _ in path})
    index = {key: i for i, key in enumerate(thresholds)}
    n, m = len(thresholds), sum(len(tree) for tree in trees)
    rows, cols, data, low, high = [], [], [], [], []

    def constraint(terms, lo, hi):
        for column, value in terms:
            rows.append(len(low))
            cols.append(column)
            data.append(value)
        low.append(lo)
        high.append(hi)

    for (f, a), (g, b) in zip(thresholds, thresholds[1:]):
        if f == g:
            constraint([(index[f, a], 1), (index[g, b], -1)], -np.inf, 0)
    cost, at = np.zeros(n + m), n
    for tree in trees:
        constraint([(at + i, 1) for i in range(len(tree))], 1, 1)
        for i, (value, path) in enumerate(tree):
            cost[at + i] = value
            for f, threshold, below in path:
                # l <= p, or l <= 1 - p
                constraint([(at + i, 1), (index[f, threshold], -1 if below else 1)], -np.inf, 0 if below else 1)
        at += len(tree)
    lower, upper = np.zeros(n + m), np.ones(n + m)
    for (f, t), i in index.items():
        if min(x[f] + eps, 16) <= t:
            lower[i] = 1
        if max(x[f] - eps, 0) > t:
            upper[i] = 0
    a = coo_array((data, (rows, cols)), shape=(len(low), n + m)).tocsr()
    integral = np.concatenate([np.ones(n), np.zeros(m)])
    result = milp(cost, constraints=LinearConstraint(a, low, high), bounds=Bounds(lower, upper), integrality=integral,
                  options={"mip_rel_gap": 0})
    assert result.status == 0, result.message
    return float(result.fun)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    x, y = load_digits(return_X_y=True)
    x = x.astype(np.float32)
    test, train = slice(0, EXAMPLES), slice(200, None)
    forest = RandomForestClassifier(12, max_depth=5, random_state=0).fit(x[train], y[train])
    binary = y < 5
    boosted = GradientBoostingClassifier(n_estimators=20, max_depth=3, random_state=0).fit(x[train], binary[train])
    raw = {"zipmap": False}
    target = {"": 17, "ai.onnx.ml": 3}
    onnx.save(to_onnx(forest, x[:1], options=raw, target_opset=target), OUT / "digits-forest.onnx")
    onnx.save(to_onnx(boosted, x[:1], options=raw, target_opset=target), OUT / "digits-boosted.onnx")
    result = {"pixels": x[test].astype(int).tolist(), "digits": y[test].tolist(), "forest": {}, "boosted": {}}
    for eps in (0.3, 1.5, 3.5):
        margins = []
        for row, label in zip(x[test], y[test]):
            margins.append(min(
                least([leaves(t, lambda v: v[0][label] / v[0].sum() - v[0][o] / v[0].sum()) for t in forest.estimators_], row, eps) / 12
                for o in range(10) if o != label))
        result["forest"][str(eps)] = margins
        first = boosted._raw_predict_init(x[:1])[0, 0]
        result["boosted"][str(eps)] = [
            sign * first + least([leaves(t[0], lambda v: sign * .1 * v[0][0]) for t in boosted.estimators_], row, eps)
            for row, sign in zip(x[test], np.where(binary[test], 1, -1))]
        print(eps, np.round(margins, 3), np.round(result["boosted"][str(eps)], 3))
    (OUT / "oracle.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
    flowers, species = load_iris(return_X_y=True)
    flowers = flowers[:, 1:].astype(np.float32)
    onnx.save(to_onnx(RandomForestClassifier(5, max_depth=3, random_state=1).fit(flowers, species), flowers[:1], target_opset=target), OUT / "iris-forest.onnx")
    for name, y in (("two", species == 2), ("three", species)):
        model = lightgbm.LGBMClassifier(n_estimators=6, num_leaves=5, learning_rate=.4, min_child_samples=8, verbose=-1, random_state=0).fit(flowers, y)
        model.booster_.save_model(OUT / f"iris-{name}.txt")
    (OUT / "iris.json").write_text(json.dumps({"rows": flowers.tolist(), "species": species.tolist()}, separators=(",", ":")) + "\n")


main()
