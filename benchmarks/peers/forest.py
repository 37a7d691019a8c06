"""Makes a forest of 500 trees and rows to ask it about, or asks ONNX Runtime; for ForestPeer.

    python forest.py make FOLDER ROWS     20 columns, trees of depth 8, two classes
    python forest.py ask FOLDER THREADS   prints the seconds, writes the probabilities of class 1
"""

import sys
import time
from pathlib import Path

import numpy as np

folder = Path(sys.argv[2])
if sys.argv[1] == "make":
    from skl2onnx import to_onnx
    from sklearn.ensemble import RandomForestClassifier

    rng = np.random.default_rng(4)
    train = rng.standard_normal((6000, 20)).astype(np.float32)
    labels = (train[:, :5].sum(1) + np.sin(3 * train[:, 5]) > 0).astype(int)
    forest = RandomForestClassifier(500, max_depth=8, random_state=0, n_jobs=-1).fit(train, labels)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "forest.onnx").write_bytes(to_onnx(forest, train[:1], options={"zipmap": False}).SerializeToString())
    rows = rng.standard_normal((int(sys.argv[3]), 20)).astype(np.float32)
    np.save(folder / "rows.npy", rows)
    np.save(folder / "labels.npy", (rows[:, 0] > 0).astype(np.int64))
else:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(sys.argv[3])
    session = onnxruntime.InferenceSession(folder / "forest.onnx", options, providers=["CPUExecutionProvider"])
    rows = np.load(folder / "rows.npy")
    name = session.get_inputs()[0].name
    session.run(None, {name: rows[:1000]})
    start = time.perf_counter()
    _, probabilities = session.run(None, {name: rows})
    print(time.perf_counter() - start)
    np.save(folder / "theirs.npy", probabilities[:, 1].astype(np.float64))
