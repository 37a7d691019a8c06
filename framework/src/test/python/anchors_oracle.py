"""Writes anchors as their authors' package finds them, to src/test/resources/attribution/anchors.json.

    pip install anchor-exp==0.0.2.0 --no-deps
    pip install lime==0.2.0.1 scikit-learn==1.9.1 numpy==2.4.6
    python anchors_oracle.py ../resources

A table of five columns of three categories each, of which some go together, and a model that is a rule: class 1 where c0
is 2 and c1 is not 0, or where c2 is 1 and c3 is 2. Each of 12 rows is explained with five seeds (threshold .95): the
columns that its anchor names, the package's own precision and coverage. Where the seeds find several rules, the file
has them all.
"""
import json
import pathlib
import sys

import numpy as np
from anchor import anchor_tabular

resources = pathlib.Path(sys.argv[1])
COLUMNS, VALUES, ROWS, EXPLAINED, SEEDS = 5, 3, 800, 12, 5


def predict(rows):
    return (((rows[:, 0] == 2) & (rows[:, 1] != 0)) | ((rows[:, 2] == 1) & (rows[:, 3] == 2))).astype(int)


random = np.random.default_rng(3)
data = random.integers(0, VALUES, (ROWS, COLUMNS))
same = random.random(ROWS) < .3
data[same, 4] = data[same, 0]
asked = random.integers(0, VALUES, (EXPLAINED, COLUMNS))
explainer = anchor_tabular.AnchorTabularExplainer(
    ["no", "yes"], [f"c{c}" for c in range(COLUMNS)], data.astype(float),
    {c: [str(v) for v in range(VALUES)] for c in range(COLUMNS)})

said = []
for row in asked:
    found = []
    for seed in range(SEEDS):
        np.random.seed(seed)
        anchor = explainer.explain_instance(row.astype(float), predict, threshold=.95)
        found.append({"columns": sorted(int(f) for f in anchor.features()),
                      "precision": float(anchor.precision()), "coverage": float(anchor.coverage())})
    said.append({"row": row.tolist(), "label": int(predict(row[None])[0]), "anchors": found})
    print(row, said[-1]["label"], [f["columns"] for f in found], found[0])
(resources / "attribution" / "anchors.json").write_text(
    json.dumps({"training": data.tolist(), "explained": said}, separators=(",", ":")) + "\n")
