"""Prints the calibration error of src/test/resources/answers/forest.onnx on forest.csv.gz, and its largest probability.

    pip install onnxruntime==1.32.0 numpy==2.4.6
    python forest_calibration.py ../resources/answers

The forest has 20 trees (scikit-learn, skl2onnx), whose votes ONNX Runtime adds in float32: some probabilities are
1.0000001. Ten bins of the larger probability, closed on the right, in double; a few probabilities lie within 1e-7 of an
edge, and the error is the same on either side of it.
"""
import sys

import numpy as np
import onnxruntime

table = np.genfromtxt(sys.argv[1] + "/forest.csv.gz", delimiter=",", skip_header=1)
rows, labels = table[:, :4].astype(np.float32), table[:, 4]
said = onnxruntime.InferenceSession(sys.argv[1] + "/forest.onnx").run(["probabilities"], {"X": rows})[0].astype(float)
confidence, right = np.minimum(said.max(1), 1), said.argmax(1) == labels


def error(moved):
    bins = np.clip(np.ceil((confidence + moved) * 10), 1, 10).astype(int)
    return sum(abs(confidence[bins == b].sum() - right[bins == b].sum()) for b in range(1, 11)) / len(rows)


assert error(-2e-6) == error(0) == error(2e-6)
print(f"largest {said.max():.9f}, above 1 {(said > 1).sum()}, ECE {error(0):.9f}, errors {(~right).sum()} of {len(rows)}")
