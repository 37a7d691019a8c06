#!/usr/bin/env bash
# skl2onnx 1.20.0: trees that were trained with missing values send NaN elsewhere than scikit-learn.
#
# Input: 300 rows of five columns, a tenth of the numbers missing; DecisionTreeRegressor and
# RandomForestClassifier as they come, which take NaN since scikit-learn 1.3 and 1.4. Expected: ONNX
# Runtime answers rows with NaN as scikit-learn does. Seen (scikit-learn 1.9.1, skl2onnx 1.20.0, onnx
# 1.23.2, onnxruntime 1.32.0), rows of 300 that are answered otherwise:
#   DecisionTreeRegressor       0 of 174 without NaN, 57 of 126 with NaN
#   RandomForestClassifier      0 of 174 without NaN, 98 of 126 with NaN
# nodes_missing_value_tracks_true is 0 at every node of the files.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 scikit-learn==1.9.1 onnx==1.23.2 skl2onnx==1.20.0 onnxruntime==1.32.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeRegressor

random = np.random.default_rng(4)
x = (np.round(random.normal(size=(300, 5)) * 8) / 8).astype(np.float32)
score = x[:, 0] + x[:, 1] * x[:, 2] - np.abs(x[:, 3])
x[random.random(x.shape) < .1] = np.nan
missing = np.isnan(x).any(axis=1)


def differ(estimator, target, predict):
    estimator.fit(x, target)
    model = to_onnx(estimator, x[:1], options={id(estimator): {"zipmap": False}} if predict == "predict_proba" else None)
    node = next(node for node in model.graph.node if node.op_type.startswith("TreeEnsemble"))
    tracks = [a for a in node.attribute if a.name == "nodes_missing_value_tracks_true"]
    assert not tracks or not any(tracks[0].ints), "the file says where NaN goes"
    session = onnxruntime.InferenceSession(model.SerializeToString())
    said = session.run(None, {session.get_inputs()[0].name: x})[-1].reshape(len(x), -1)
    meant = getattr(estimator, predict)(x).reshape(len(x), -1)
    other = np.abs(said - meant).max(axis=1) > 1e-4
    return int(other[~missing].sum()), int(other[missing].sum()), int(missing.sum())


seen = [differ(DecisionTreeRegressor(max_depth=5, random_state=0), score, "predict"),
        differ(RandomForestClassifier(5, max_depth=5, random_state=0), (score > 0).astype(int), "predict_proba")]
print("answered otherwise without NaN, with NaN, of so many with NaN:", seen)
assert all(without == 0 and with_nan > 0 for without, with_nan, _ in seen), "this has changed"
PYTHON
