"""Writes Shapley values of trees as the libraries themselves and shap give them, to src/test/resources/attribution.

    pip install xgboost==3.2.0 lightgbm==4.7.0 shap==0.51.0 scikit-learn==1.9.1 skl2onnx==1.20.0 catboost==1.2.10 \\
        numpy==2.4.6 pandas==3.1.1
    python tree_shap_oracle.py ../resources

tree-contributions.json: pred_contribs (XGBoost, single precision) and pred_contrib (LightGBM, double) of the models that
trees.py wrote, on its first rows: missing values, categories, dart, forests.
tree-shap.json: shap.TreeExplainer on models of scikit-learn, XGBoost and CatBoost, whose files are written beside it:
interventional values of the sums and of probabilities against a background of 15 rows, and path-dependent ones where
the covers of the model are the counts of its training rows (no bootstrap, no subsampling), which are in the file, too.
Numbers are rounded to multiples of 1/8, so that no threshold is changed by rounding to single precision.
"""
import json
import pathlib
import sys

import catboost
import lightgbm
import numpy as np
import pandas as pd
import shap
import skl2onnx
import xgboost
from sklearn import ensemble, tree

resources = pathlib.Path(sys.argv[1])
out = resources / "attribution"
ROWS = 40


def frame_of(rows):
    frame = pd.DataFrame({name: values[:ROWS] for name, values in rows.items()})
    frame = frame.assign(a=frame.a.astype(float), d=frame.d.astype(float), e=frame.e.astype(float))
    frame["town"] = pd.Categorical(frame.town, categories=["Bonn", "Hof", "Jena", "Kiel", "Trier", "Ulm"])
    frame["rooms"] = pd.Categorical(frame.rooms.astype(int), categories=[3, 4, 5, 6])
    return frame[["a", "town", "rooms", "d", "e"]]



def own_contributions():
    said = {}
    for library in ["xgboost", "lightgbm"]:
        expected = json.loads((resources / "trees" / f"expected-{library}.json").read_text())
        named = frame_of(expected["rows"])
        codes = pd.DataFrame({name: values[:ROWS] for name, values in expected["codes"].items()}).astype(float)
        said[library] = {}
        for name, model in expected["models"].items():
            file = str(resources / "trees" / model["file"])
            rows = codes[["a", "town", "rooms", "d", "e"]].to_numpy() if name == "unnamed" else named
            if library == "xgboost":
                booster = xgboost.Booster(model_file=file)
                values = booster.predict(xgboost.DMatrix(rows, enable_categorical=True), pred_contribs=True)
                values = values if values.ndim == 3 else values[:, None, :]
            else:
                booster = lightgbm.Booster(model_file=file)
                values = np.asarray(booster.predict(rows, pred_contrib=True))
                # Of a forest they add up to the sum of its trees, as raw_score does; the link is applied to their mean.
                values = values.reshape(len(rows), -1, 6) / (booster.num_trees() if name == "forest" else 1)
            # n x outputs x (five columns and what is left when all are absent)
            said[library][name] = {"file": model["file"], "values": np.round(values.astype(float), 9).tolist()}
    (out / "tree-contributions.json").write_text(json.dumps({"rows": ROWS, **said}, separators=(",", ":")) + "\n")


def shap_values():
    random = np.random.default_rng(5)
    X = np.round(random.normal(size=(300, 5)) * 8) / 8
    score = X[:, 0] + X[:, 1] * X[:, 2] - np.abs(X[:, 3])
    binary, classes = (score > 0).astype(int), np.digitize(score, [-1, .6])
    two = np.stack([score, X[:, 4] * X[:, 0]], 1)
    asked, background = X[:20] + .0625, X[200:215]
    models = {
        "tree": (tree.DecisionTreeRegressor(max_depth=6, random_state=0), score),
        "stump": (tree.DecisionTreeRegressor(max_depth=1, random_state=0), score),
        "forest": (ensemble.RandomForestClassifier(6, max_depth=5, bootstrap=False, max_features=2, random_state=0), classes),
        "extra": (ensemble.ExtraTreesRegressor(5, max_depth=9, random_state=0), score),
        "two": (ensemble.RandomForestRegressor(4, max_depth=4, bootstrap=False, max_features=2, random_state=0), two),
        "boosted": (ensemble.GradientBoostingRegressor(n_estimators=12, max_depth=3, random_state=0), score),
    }
    said = {"train": X.tolist(), "rows": asked.tolist(), "background": background.tolist(), "models": {}}

    def values(explainer):
        values = np.asarray(explainer.shap_values(asked, check_additivity=False), float)
        # n x outputs x columns
        return (values[:, None, :] if values.ndim == 2 else values.transpose(0, 2, 1)).tolist()

    for name, (model, target) in models.items():
        model.fit(X, target)
        options = {"zipmap": False} if name == "forest" else {}
        made = skl2onnx.to_onnx(model, X[:1].astype(np.float32), options={id(model): options} if options else None)
        (out / f"tree-{name}.onnx").write_bytes(made.SerializeToString())
        said["models"][name] = {"file": f"tree-{name}.onnx",
                                "interventional": values(shap.TreeExplainer(model, background)),
                                "path": values(shap.TreeExplainer(model, feature_perturbation="tree_path_dependent"))}

    train = xgboost.DMatrix(X, binary)
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 4, "nthread": 1}, train, 8)
    booster.save_model(out / "tree-logistic.ubj")
    said["models"]["logistic"] = {
        "file": "tree-logistic.ubj",
        "interventional": values(shap.TreeExplainer(booster, background)),
        "probabilities": values(shap.TreeExplainer(booster, background, model_output="probability"))}

    cat = catboost.CatBoostRegressor(iterations=6, depth=4, random_seed=0, thread_count=1, verbose=False,
                                     allow_writing_files=False, border_count=16)
    cat.fit(X, score)
    cat.save_model(str(out / "tree-catboost.onnx"), format="onnx")
    said["models"]["catboost"] = {"file": "tree-catboost.onnx",
                                  "interventional": values(shap.TreeExplainer(cat, background))}
    (out / "tree-shap.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")


own_contributions()
shap_values()
print("xgboost", xgboost.__version__, "lightgbm", lightgbm.__version__, "shap", shap.__version__)
