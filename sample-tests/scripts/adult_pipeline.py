"""Trains a scikit-learn pipeline over a DataFrame on UCI Adult and exports it as skl2onnx does by default: one input a
column, texts among them, and a dictionary of probabilities an example (ZipMap).

    pip install scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 onnxruntime==1.32.0 pandas==3.1.1 numpy==2.4.6
    python adult_pipeline.py

Reads and writes src/test/resources: data/adult/train.csv.gz and test.csv.gz (CC BY 4.0, Becker and Kohavi 1996),
models/adult-pipeline.onnx, and models/adult-pipeline.json with predict_proba of the first 50 rows of the test data.
"""
import json
import pathlib

import numpy as np
import onnxruntime
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from common import write_checksums

RESOURCES = pathlib.Path(__file__).parent.parent / "src/test/resources"
NUMBERS = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]
WORDS = ["workclass", "marital_status", "occupation", "relationship", "native_country"]


def read(part):
    return pd.read_csv(RESOURCES / f"data/adult/{part}.csv.gz", keep_default_na=False)


def columns(table):
    return table[NUMBERS].astype(np.float32).join(table[WORDS].astype(str))


train, test = read("train"), read("test")
pipeline = Pipeline([
    ("columns", ColumnTransformer([("numbers", "passthrough", NUMBERS),
                                   ("words", OneHotEncoder(handle_unknown="ignore", sparse_output=False), WORDS)])),
    ("trees", GradientBoostingClassifier(n_estimators=60, max_depth=4, learning_rate=0.15, random_state=0))])
pipeline.fit(columns(train), train["income"])
proto = to_onnx(pipeline, initial_types=[(name, FloatTensorType([None, 1])) for name in NUMBERS]
                + [(name, StringTensorType([None, 1])) for name in WORDS], target_opset=17)
proto.graph.ClearField("doc_string")
(RESOURCES / "models/adult-pipeline.onnx").write_bytes(proto.SerializeToString())
rows = columns(test)
expected = pipeline.predict_proba(rows)
said = onnxruntime.InferenceSession(proto.SerializeToString()).run(
    None, {name: rows[[name]].to_numpy(dtype=np.float32 if name in NUMBERS else object) for name in rows})[1]
difference = np.abs(np.array([list(row.values()) for row in said]) - expected)
(RESOURCES / "models/adult-pipeline.json").write_text(json.dumps(
    {"classes": list(pipeline.classes_), "probabilities": expected[:50].tolist()}) + "\n")
print("accuracy", np.mean(pipeline.predict(rows) == test["income"]), "ONNX Runtime differs by at most", difference.max(),
      "at", int((difference.max(axis=1) > 1e-5).sum()), "of", len(rows), "by more than 1e-5;", len(proto.SerializeToString()), "bytes")
write_checksums()
