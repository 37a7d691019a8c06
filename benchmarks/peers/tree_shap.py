"""Explains trees in XGBoost, LightGBM and shap, on request of dev.touchstone.measuring.TreePeer.

A request is one line of JSON on standard input, an answer one line on standard output:

  {"make": "folder", "trees": 500, "depth": 8}   -> {"xgboost": .., "lightgbm": .., "shap": ..}, and in the folder
      xgboost.ubj, lightgbm.txt, forest.onnx, train.bin and rows.bin (float32, big-endian, row after row)
  {"run": "xgboost" | "lightgbm" | "path" | "background", "rows": n}
                                                 -> {"seconds": s, "values": [the first row's contributions]}

"path" and "background" (100 rows) are shap.TreeExplainer's on a forest of scikit-learn without bootstrap, so that its
covers are those of the training rows. Models that are in the folder already are taken from there.
"""
import json
import os
import pathlib
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "2")

import joblib
import lightgbm
import numpy as np
import shap
import skl2onnx
import xgboost
from sklearn.ensemble import RandomForestRegressor

COLUMNS, TRAIN, ROWS, BACKGROUND, THREADS = 20, 5_000, 10_000, 100, 2


def data():
    """Multiples of 1/64, whose midpoints single precision holds exactly."""
    random = np.random.default_rng(3)
    x = np.round(random.normal(size=(TRAIN + ROWS, COLUMNS)) * 64) / 64
    y = x[:, 0] + x[:, 1] * x[:, 2] + np.sin(2 * x[:, 3]) - np.abs(x[:, 4]) * (x[:, 5] > 0) + .3 * x[:, 6:].sum(1)
    return x.astype(np.float32), y + random.normal(size=len(y))


class Peer:
    def make(self, request):
        folder, trees, depth = pathlib.Path(request["make"]), request["trees"], request["depth"]
        folder.mkdir(parents=True, exist_ok=True)
        x, y = data()
        self.train, self.rows = x[:TRAIN], x[TRAIN:]
        self.train.astype(">f4").tofile(folder / "train.bin")
        self.rows.astype(">f4").tofile(folder / "rows.bin")
        if not (folder / "xgboost.ubj").exists():
            xgboost.train({"max_depth": depth, "eta": .05, "nthread": THREADS, "min_child_weight": 0},
                          xgboost.DMatrix(self.train, y[:TRAIN]), trees).save_model(folder / "xgboost.ubj")
        if not (folder / "lightgbm.txt").exists():
            lightgbm.train({"objective": "regression", "max_depth": depth, "num_leaves": 2 ** depth, "num_threads": THREADS,
                            "min_data_in_leaf": 1, "learning_rate": .05, "verbose": -1},
                           lightgbm.Dataset(self.train, y[:TRAIN]), trees).save_model(folder / "lightgbm.txt")
        if not (folder / "forest.joblib").exists():
            forest = RandomForestRegressor(trees, max_depth=depth, max_features=4, bootstrap=False, n_jobs=THREADS,
                                           random_state=0).fit(self.train, y[:TRAIN])
            joblib.dump(forest, folder / "forest.joblib")
            (folder / "forest.onnx").write_bytes(skl2onnx.to_onnx(forest, self.train[:1]).SerializeToString())
        self.booster = xgboost.Booster({"nthread": THREADS}, model_file=str(folder / "xgboost.ubj"))
        self.gbm = lightgbm.Booster(model_file=str(folder / "lightgbm.txt"))
        forest = joblib.load(folder / "forest.joblib")
        self.by_path = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
        self.by_background = shap.TreeExplainer(forest, self.train[:BACKGROUND].astype(float),
                                                feature_perturbation="interventional")
        return {"xgboost": xgboost.__version__, "lightgbm": lightgbm.__version__, "shap": shap.__version__}

    def run(self, request):
        rows = self.rows[:request["rows"]]
        start = time.perf_counter()
        values = getattr(self, request["run"])(rows)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "values": np.asarray(values[0], float).tolist()}

    def xgboost(self, rows):
        return self.booster.predict(xgboost.DMatrix(rows, nthread=THREADS), pred_contribs=True)[:, :-1]

    def lightgbm(self, rows):
        return self.gbm.predict(rows, pred_contrib=True, num_threads=THREADS)[:, :-1]

    def path(self, rows):
        return self.by_path.shap_values(rows, check_additivity=False)

    def background(self, rows):
        return self.by_background.shap_values(rows, check_additivity=False)


peer = Peer()
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(peer.make(asked) if "make" in asked else peer.run(asked)), flush=True)
