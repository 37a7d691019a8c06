#!/usr/bin/env bash
# scikit-learn 1.9.1: SVC(probability=True) of two classes answers exactly one half for a whole band of examples.
#
# Input: two classes and their decision values f, of which Platt's sigmoid 1 / (1 + exp(A f - B)) makes the
# second class's probability (A and B as fitted). Expected: that probability, which grows with f. Seen: the iteration for several
# classes (Wu et al. 2004) is run for two as well, begins at one half and ends within .005, so that every example whose
# sigmoid is within .005 of one half has exactly .5 for both classes, and others up to .005 from the sigmoid.
# ONNX Runtime does the same with the exported file.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from sklearn.svm import SVC

random = np.random.default_rng(3)
x = random.normal(size=(400, 1))
y = (x[:, 0] + random.normal(size=400) > 0).astype(int)
model = SVC(kernel="linear", probability=True, random_state=0).fit(x, y)
at = np.linspace(-1, 1, 20001)[:, None]
sigmoid = 1 / (1 + np.exp(model._probA[0] * model.decision_function(at) - model._probB[0]))
said = model.predict_proba(at)[:, 1]
near = np.abs(sigmoid - 0.5) < 0.00499
print("largest difference from the sigmoid:", np.abs(said - sigmoid).max())
print("examples with exactly .5:", int((said == 0.5).sum()), "of", int(near.sum()), "within .005 of it")
assert 0.004 < np.abs(said - sigmoid).max() < 0.0051
assert near.sum() > 50 and np.all(said[near] == 0.5), "this has changed"
PYTHON
