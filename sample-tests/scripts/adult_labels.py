"""Trains a network of three labels on UCI Adult, each yes or no for itself, and writes it as ONNX with the people it is
tested on.

    pip install -r requirements.txt
    python adult_labels.py

Reads src/test/resources/data/adult/train.csv.gz and test.csv.gz (CC BY 4.0, Becker and Kohavi 1996); writes
models/adult-labels.onnx and data/adult/labels.csv.gz: 4,000 people of the test data, whose labels are an income above
50,000 dollars, being married, and more than 40 hours of work a week. Predictions of scikit-learn's own are printed.
"""
import gzip
import pathlib

import numpy as np
import onnxruntime
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from common import write_checksums

RESOURCES = pathlib.Path(__file__).parent.parent / "src/test/resources"
FEATURES = ["age", "education_num", "capital_gain", "capital_loss"]
LABELS = ["rich", "married", "overtime"]


def read(part):
    table = pd.read_csv(RESOURCES / f"data/adult/{part}.csv.gz")
    return table[["id", "sex"] + FEATURES].assign(
        rich=(table["income"] == ">50K").astype(int),
        married=table["marital_status"].str.startswith("Married").astype(int),
        overtime=(table["hours_per_week"] > 40).astype(int))


train, test = read("train"), read("test").head(4000)
model = make_pipeline(StandardScaler(), MLPClassifier((16,), random_state=0, max_iter=60)).fit(
    train[FEATURES].to_numpy(np.float32), train[LABELS].to_numpy())
onnx = to_onnx(model, initial_types=[("people", FloatTensorType([None, len(FEATURES)]))],
               options={"zipmap": False}, target_opset=17)
path = RESOURCES / "models/adult-labels.onnx"
path.write_bytes(onnx.SerializeToString())
rows = test[FEATURES].to_numpy(np.float32)
session = onnxruntime.InferenceSession(path.read_bytes())
print([(o.name, o.type, o.shape) for o in session.get_outputs()])
said = session.run(None, {"people": rows})
own = model.predict_proba(rows)
print("largest difference to scikit-learn", np.abs(said[-1] - own).max())
for i, label in enumerate(LABELS):
    print(label, "error rate", np.mean((own[:, i] > 0.5) != test[label]))
with gzip.GzipFile(RESOURCES / "data/adult/labels.csv.gz", "wb", mtime=0) as file:
    file.write(test.to_csv(index=False).encode())
write_checksums()
