#!/usr/bin/env bash
# ONNX Runtime 1.32.0: to which class a tied vote of a random forest falls depends on the number of
# threads and on how many rows are asked about at once.
#
# Input: a forest of 20 trees by scikit-learn, grown on 400 noisy rows, and 2,000 rows to predict.
# Expected: one answer to one row. Seen (scikit-learn 1.9.1, skl2onnx 1.20.0, onnxruntime 1.32.0):
# with 2 threads labels at ties differ between rows asked about alone and in one batch; with 1 thread
# every answer is the same to the bit, whatever the batch. No other row changes its label.
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

random = np.random.default_rng(5)
x = random.standard_normal((2400, 4)).astype(np.float32)
y = (x[:, 0] + 1.5 * random.standard_normal(2400) > 0).astype(int)
forest = RandomForestClassifier(20, random_state=0).fit(x[:400], y[:400])
model = to_onnx(forest, x[:1], options={id(forest): {"zipmap": False}}, target_opset={"": 17, "ai.onnx.ml": 3}).SerializeToString()


def answers(threads, batch):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options)
    parts = [session.run(None, {"X": x[i:i + batch]}) for i in range(400, 2400, batch)]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


label, scores = answers(1, 2000)
ties = abs(scores[:, 0] - scores[:, 1]) < 1e-6
for batch in (1, 7, 64):
    other = answers(1, batch)
    assert (other[0] == label).all() and (other[1] == scores).all(), "one thread: the batch matters"
two = [answers(2, batch)[0] for batch in (1, 64, 2000)]
flips = [int((one != label).sum()) for one in two]
assert all((one == label)[~ties].all() for one in two), "a row that is no tie changed its label"
print(int(ties.sum()), "ties of 2000; labels that differ from one thread's, with two threads and batches of 1, 64, 2000:", flips)
assert ties.sum() > 20 and max(flips) > 0, "this has changed"
PYTHON
