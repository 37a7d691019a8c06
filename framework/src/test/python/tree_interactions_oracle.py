"""Writes Shapley interaction values as XGBoost and shap give them, to src/test/resources/attribution.

    pip install xgboost==3.2.0 shap==0.51.0 scikit-learn==1.9.1 onnxruntime==1.32.0 numpy==2.4.6 pandas==3.1.1
    python tree_interactions_oracle.py ../resources

tree-interactions.json: XGBoost's pred_interactions (single precision) of models that trees.py wrote, on their first
rows: several classes, missing values, categories, dart; and shap's interaction values, path-dependent, of two models
of scikit-learn that tree_shap_oracle.py wrote (fitted again here, and held to the files' answers), on its rows.
"""
import json
import pathlib
import sys

import numpy as np
import onnxruntime
import pandas as pd
import shap
import sklearn
import xgboost
from sklearn import ensemble, tree

resources = pathlib.Path(sys.argv[1])
ROWS = 6


def frame_of(rows):
    frame = pd.DataFrame({name: values[:ROWS] for name, values in rows.items()})
    frame = frame.assign(a=frame.a.astype(float), d=frame.d.astype(float), e=frame.e.astype(float))
    frame["town"] = pd.Categorical(frame.town, categories=["Bonn", "Hof", "Jena", "Kiel", "Trier", "Ulm"])
    frame["rooms"] = pd.Categorical(frame.rooms.astype(int), categories=[3, 4, 5, 6])
    return frame[["a", "town", "rooms", "d", "e"]]


def of_boosters():
    expected = json.loads((resources / "trees" / "expected-xgboost.json").read_text())
    rows = frame_of(expected["rows"])
    said = {}
    for name in ["logistic", "softprob", "dart", "squared"]:
        model = expected["models"].get(name)
        if model is None:
            print("no model", name, "of", list(expected["models"]))
            continue
        booster = xgboost.Booster(model_file=str(resources / "trees" / model["file"]))
        values = booster.predict(xgboost.DMatrix(rows, enable_categorical=True), pred_interactions=True)
        values = values if values.ndim == 4 else values[:, None]
        # n x outputs x columns x columns, without what is left when all are absent
        said[name] = {"file": model["file"], "values": np.round(values[..., :5, :5].astype(float), 9).tolist()}
    return said


def of_scikit_learn():
    data = json.loads((resources / "attribution" / "tree-shap.json").read_text())
    train, asked = np.array(data["train"]), np.array(data["rows"])[:ROWS]
    score = train[:, 0] + train[:, 1] * train[:, 2] - np.abs(train[:, 3])
    said = {}
    for name, model in {
        "tree": tree.DecisionTreeRegressor(max_depth=6, random_state=0),
        "boosted": ensemble.GradientBoostingRegressor(n_estimators=12, max_depth=3, random_state=0),
    }.items():
        model.fit(train, score)
        session = onnxruntime.InferenceSession(str(resources / "attribution" / f"tree-{name}.onnx"))
        answers = session.run(None, {session.get_inputs()[0].name: asked.astype(np.float32)})[0].ravel()
        assert np.allclose(answers, model.predict(asked), atol=1e-5), name
        explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
        said[name] = {"file": f"tree-{name}.onnx",
                      "values": np.asarray(explainer.shap_interaction_values(asked))[:, None].tolist()}
    return said


made = {"rows": ROWS, "xgboost": of_boosters(), "shap": of_scikit_learn()}
(resources / "attribution" / "tree-interactions.json").write_text(json.dumps(made, separators=(",", ":")) + "\n")
print("xgboost", xgboost.__version__, "shap", shap.__version__, "scikit-learn", sklearn.__version__,
      "onnxruntime", onnxruntime.__version__, "numpy", np.__version__, "pandas", pd.__version__)
