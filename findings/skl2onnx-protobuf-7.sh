#!/usr/bin/env bash
# skl2onnx 1.20.0: histogram gradient boosting of scikit-learn is not written with protobuf 7.
#
# Input: a HistGradientBoostingClassifier of two trees, fitted on 40 rows.
# Expected: an ONNX file, or a requirement on protobuf that excludes what does not work; pip takes the
# newest protobuf for the newest onnx. Seen (scikit-learn 1.9.1, skl2onnx 1.20.0, onnx 1.23.2): with
# protobuf 7.36.2 a ValueError that prints every attribute of the node, whose cause is a TypeError:
# attribute nodes_missing_value_tracks_true is given as NumPy's booleans, and protobuf 7 takes them for
# no whole numbers. With protobuf 6.33.5 and onnx 1.22.0 the file is written.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
cat > "$folder/write.py" <<'PYTHON'
import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingClassifier

x = np.arange(40, dtype=np.float32).reshape(-1, 1)
model = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2).fit(x, [0, 1] * 20)
try:
    nodes = to_onnx(model, x[:1]).graph.node
    print("written, of", nodes[0].op_type)
except ValueError as refused:
    print(type(refused.__cause__).__name__, refused.__cause__)
PYTHON
said() {
  "$folder/venv/bin/pip" -q install numpy==2.4.6 scikit-learn==1.9.1 skl2onnx==1.20.0 "onnx==$1" "protobuf==$2"
  "$folder/venv/bin/python" -W ignore "$folder/write.py"
}
newest=$(said 1.23.2 7.36.2)
before=$(said 1.22.0 6.33.5)
echo "protobuf 7.36.2: $newest"
echo "protobuf 6.33.5: $before"
[[ $newest == "TypeError Field onnx.AttributeProto.ints: Expected an int, got a boolean." ]]
[[ $before == "written, of TreeEnsembleClassifier" ]]
