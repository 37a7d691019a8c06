"""Reference numbers for dev.touchstone.training.XgboostTrainer: what XGBoost's own Python learns by the same settings.

    pip install numpy==2.4.6 xgboost==3.2.0
    python boosted_trainer_oracle.py      # writes ../resources/training/xgboost.json

Two and three classes, every fifth value of a column missing, examples of different weights; probabilities of new
examples. Written by XGBoost 3.2, and trained again in the tests by XGBoost4J 3.4.
"""
import json
import pathlib

import numpy as np
import xgboost

out = pathlib.Path(__file__).parent / ".." / "resources" / "training"
out.mkdir(exist_ok=True)
random = np.random.default_rng(11)
N, M = 300, 40
X = np.round(random.normal(size=(N + M, 5)) * 16) / 16
score = X[:, 0] + X[:, 1] * X[:, 2] + random.normal(size=N + M) * .4
X[::5, 3] = np.nan
weights = np.round(random.uniform(.25, 3, N) * 4) / 4
targets = {"two": (score > 0).astype(int), "three": np.digitize(score, [-.6, .6])}
SETTINGS = {
    "defaults": {},
    "slow": {"learning_rate": .1, "max_depth": 3, "reg_lambda": 2.5, "min_child_weight": 4},
}
cases = []
for name, y in targets.items():
    for settings, given in SETTINGS.items():
        for weighted in (False, True):
            parameters = {
                "objective": "binary:logistic" if name == "two" else "multi:softprob", "tree_method": "hist",
                "nthread": 1, **given} | ({} if name == "two" else {"num_class": 3})
            data = xgboost.DMatrix(X[:N], y[:N], weight=weights if weighted else None)
            rounds = 100 if settings == "defaults" else 30
            p = xgboost.train(parameters, data, rounds).predict(xgboost.DMatrix(X[N:]))
            cases.append({
                "labels": y[:N].tolist(), "settings": settings, "weighted": weighted,
                "probabilities": (np.column_stack([1 - p, p]) if p.ndim == 1 else p).astype(float).tolist()})
features = [[None if np.isnan(v) else v for v in row] for row in X.tolist()]
file = {"xgboost": xgboost.__version__, "training": features[:N], "asked": features[N:], "weights": weights.tolist(),
        "cases": cases}
(out / "xgboost.json").write_text(json.dumps(file))
