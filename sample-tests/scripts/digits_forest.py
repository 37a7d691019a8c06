"""Forests on the digits of data/digits, for samples that verify trees.

    python digits_forest.py       # models/digits-forest.onnx, digits-forest-defended.onnx

Both have 24 trees of depth 7, trained on the first 800 digits: one on digits as they are, and one on twelve copies of each
whose every pixel was moved by up to one grey level. Written by skl2onnx.
"""
import gzip
import pathlib

import numpy as np
import onnx
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier

RESOURCES = pathlib.Path(__file__).resolve().parents[1] / "src/test/resources"
COPIES = 12

with gzip.open(RESOURCES / "data/digits/train.csv.gz", "rt") as file:
    table = np.loadtxt(file, delimiter=",", skiprows=1, dtype=np.float32)
y, x = table[:, 0].astype(int), table[:, 1:]
rng = np.random.default_rng(5)
moved = np.clip(np.tile(x[:800], (COPIES, 1)) + rng.uniform(-1, 1, (800 * COPIES, 64)), 0, 16).astype(np.float32)
for name, rows, labels in (("digits-forest", x[:800], y[:800]), ("digits-forest-defended", moved, np.tile(y[:800], COPIES))):
    model = RandomForestClassifier(24, max_depth=7, random_state=3).fit(rows, labels)
    onnx.save(to_onnx(model, x[:1], options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3}),
              RESOURCES / "models" / f"{name}.onnx")
    print(name, "right about the last 200:", np.mean(model.predict(x[800:]) == y[800:]))
