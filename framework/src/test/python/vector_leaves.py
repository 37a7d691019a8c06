"""Writes models of XGBoost whose leaves hold a number for each output (multi_strategy="multi_output_tree"), with what the
XGBoost that wrote them answers and, since 3.4, its contributions, to src/test/resources/trees.

    pip install xgboost==3.4.1 numpy==2.5.5 pandas==3.1.1 scipy     # Python 3.12 or later
    python vector_leaves.py ../resources/trees
    pip install xgboost==2.0.3                                     # and with 3.1.3, as old files are written
    python vector_leaves.py ../resources/trees

XGBoost 3.2 and later state the leaves' numbers (leaf_weights) and what came through the nodes (sum_hessian); before, they
stand among those of all nodes (base_weights). expected-vectors-VERSION.json holds the rows, codes of categories and
missing values (null) among them, and of each file answers, sums before the link, and contributions: rows x outputs x
(columns and bias).
"""
import json
import pathlib
import sys
import warnings

import numpy as np
import pandas as pd
import xgboost

warnings.filterwarnings("ignore")
out = pathlib.Path(sys.argv[1])
version = xgboost.__version__
new = tuple(map(int, version.split(".")[:2])) >= (3, 4)
random = np.random.default_rng(41)


def draw(n):
    frame = pd.DataFrame({"a": random.normal(size=n), "town": random.integers(0, 6, n).astype(float), "b": random.normal(size=n) * 1e3,
                          "d": random.integers(0, 5, n).astype(float)})
    frame = frame.mask(random.random(frame.shape) < .12)
    # Multiples of 1/8 in single precision: no row lies between a threshold and its rounding.
    return np.round(frame * 8) / 8


def matrix(frame, target=None):
    if not new:
        return xgboost.DMatrix(frame, target)
    frame = frame.assign(town=pd.Categorical(frame.town.astype("Int64"), categories=range(6)))
    return xgboost.DMatrix(frame, target, enable_categorical=True)


train, asked = draw(500), draw(60)
filled = train.fillna(1)
score = (filled.a + filled.town.isin([1, 4, 5]) * 1.5 + filled.d / 3 + (filled.b > 300)).to_numpy()
other = (filled.d - filled.a * 2 + filled.town.isin([0, 4])).to_numpy()
values = np.stack([score * 10 + 50, other, score * other], 1)
targets = {"values": values, "counts": np.floor(np.exp(values[:, :2].clip(-4, 4) / 3)), "labels": (values > np.median(values, 0)).astype(int),
           "classes": np.digitize(score, [.7, 2]), "one": score}
MODELS = {
    "squared": ("values", {"objective": "reg:squarederror"}),
    "labels": ("labels", {"objective": "binary:logistic"}),
    "softprob": ("classes", {"objective": "multi:softprob", "num_class": 3}),
    "forest": ("values", {"objective": "reg:squarederror", "num_parallel_tree": 3, "subsample": .7, "colsample_bynode": .8, "seed": 3}),
}
if new:
    MODELS |= {"based": ("labels", {"objective": "binary:logistic", "base_score": .2}),
               "stump": ("values", {"objective": "reg:squarederror", "min_child_weight": 1e6}),
               "dart": ("values", {"objective": "reg:squarederror", "rate_drop": .5, "seed": 4}),
               "quantiles": ("one", {"objective": "reg:quantileerror", "quantile_alpha": [.1, .5, .9]}),
               "absolute": ("values", {"objective": "reg:absoluteerror"}),
               "squaredlog": ("counts", {"objective": "reg:squaredlogerror"})}
expected = {"version": version, "rows": [[None if np.isnan(v) else v for v in row] for row in asked.to_numpy().tolist()], "models": {}}
for name, (target, parameters) in MODELS.items():
    made = xgboost.train({"multi_strategy": "multi_output_tree", "tree_method": "hist", "max_depth": 4, "nthread": 1,
                          "max_cat_to_onehot": 3, **parameters}, matrix(train, targets[target]), 6)
    file = "vectors-%s-%s.%s" % (version, name, "json" if name == "squared" else "ubj")
    made.save_model(out / file)
    said = {"file": file, "answers": made.predict(matrix(asked)).astype(float).tolist(),
            "sums": made.predict(matrix(asked), output_margin=True).astype(float).tolist()}
    if new:
        said["contributions"] = np.round(made.predict(matrix(asked), pred_contribs=True).astype(float), 7).tolist()
    expected["models"][name] = said
(out / ("expected-vectors-%s.json" % version)).write_text(json.dumps(expected, separators=(",", ":")) + "\n")
print("XGBoost", version, len(asked), "rows,", len(MODELS), "models")
