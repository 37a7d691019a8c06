"""Writes linear models of XGBoost (gblinear) and trees of LightGBM with linear leaves (linear_tree), with what the library
that wrote them answers, to src/test/resources/trees, for LinearBoostersTest.

    pip install xgboost==3.2.0 lightgbm==4.7.0 numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1
    python linear_boosters.py ../resources/trees

expected-linear.json holds the rows that are asked about, with missing values (null), and of each file the answers.
"""
import json
import pathlib
import sys

import lightgbm
import numpy as np
import pandas as pd
import xgboost

assert (xgboost.__version__, lightgbm.__version__) == ("3.2.0", "4.7.0")
out = pathlib.Path(sys.argv[1])
random = np.random.default_rng(31)


def draw(n):
    frame = pd.DataFrame({"a": random.normal(size=n), "b": random.normal(size=n) * 1e3, "c": random.integers(0, 4, n) / 3,
                          "d": random.normal(size=n) + 5})
    return frame.mask(random.random(frame.shape) < .1)


train, asked = draw(600), pd.concat([draw(60), pd.DataFrame({"a": [0.0, np.nan, 1e30], "b": [0.0, np.nan, 1], "c": [0.0, np.nan, 2],
                                                              "d": [0.0, np.nan, 3]})])
filled = train.fillna(0)
score = (filled.a + filled.b / 1000 * (filled.c > .5) + filled.d * filled.a / 5).to_numpy()
targets = {"binary": (score > 0).astype(int), "classes": np.digitize(score, [-1, 1]), "values": score * 10 + 50,
           "counts": np.floor(np.exp(score / 3)), "two": np.stack([score * 10 + 100, score - 50], 1)}


def numbers(values):
    values = np.asarray(values, np.float64)
    return (values[:, None] if values.ndim == 1 else values).tolist()


models = {}
for name, (target, objective) in {
        "logistic": ("binary", {"objective": "binary:logistic"}), "logitraw": ("binary", {"objective": "binary:logitraw"}),
        "softprob": ("classes", {"objective": "multi:softprob", "num_class": 3}), "squared": ("values", {"objective": "reg:squarederror"}),
        "poisson": ("counts", {"objective": "count:poisson"}), "two": ("two", {"objective": "reg:squarederror"}),
        "based": ("binary", {"objective": "binary:logistic", "base_score": .2})}.items():
    made = xgboost.train({"booster": "gblinear", "nthread": 1, "updater": "coord_descent", **objective},
                         xgboost.DMatrix(train, targets[target]), 12)
    file = f"gblinear-{name}.{'json' if name == 'softprob' else 'ubj'}"
    made.save_model(out / file)
    models[file] = numbers(made.predict(xgboost.DMatrix(asked)))
stopped = xgboost.XGBClassifier(booster="gblinear", n_estimators=40, early_stopping_rounds=3, n_jobs=1, updater="coord_descent")
stopped.fit(train, targets["binary"], eval_set=[(train[:200], 1 - targets["binary"][:200])], verbose=False)
assert stopped.best_iteration + 1 < stopped.get_booster().num_boosted_rounds()
stopped.save_model(out / "gblinear-stopped.ubj")
models["gblinear-stopped.ubj"] = numbers(stopped.predict_proba(asked)[:, 1])
assert numbers(stopped.get_booster().predict(xgboost.DMatrix(asked))) == models["gblinear-stopped.ubj"]

for name, (target, parameters) in {
        "regression": ("values", {"objective": "regression"}), "binary": ("binary", {"objective": "binary"}),
        "multiclass": ("classes", {"objective": "multiclass", "num_class": 3}), "poisson": ("counts", {"objective": "poisson"}),
        "ridge": ("values", {"objective": "regression", "linear_lambda": 1.0, "boosting": "dart", "drop_rate": .5}),
        "never": ("values", {"objective": "regression", "use_missing": False})}.items():
    made = lightgbm.train({"linear_tree": True, "num_leaves": 5, "num_threads": 1, "verbose": -1, "deterministic": True, **parameters},
                          lightgbm.Dataset(train, targets[target]), 5)
    file = f"linear-tree-{name}.txt"
    made.save_model(out / file)
    models[file] = numbers(made.predict(asked))

rows = [[None if np.isnan(v) else float(v) for v in row] for row in asked.to_numpy()]
(out / "expected-linear.json").write_text(json.dumps({"rows": rows, "models": models}) + "\n")
print(len(rows), "rows", list(models))
