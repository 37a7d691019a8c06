#!/usr/bin/env bash
# torchmetrics 1.9.0: whether scores are logits is judged batch by batch, so that AUROC hangs on the size of the batches.
#
# Input: 2000 logits of a classifier, given to BinaryAUROC and BinaryAccuracy in batches of 2000, 100, 4 and 1. Expected:
# the AUROC of scikit-learn, .883, and the accuracy at logit 0, .794, for any size, as scores and labels are kept until
# compute(). Seen: .883 and .794 in batches of 100 and more, .874 and .787 by fours, .709 and .683 one by one: a batch whose
# logits all lie in [0, 1] is taken for probabilities and goes without the sigmoid that the others get (the documentation
# tells of the sigmoid, not of the batch), and the two are ranked together. No warning. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile torch==2.15.0 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 packaging==26.4
"$folder/venv/bin/pip" -q install --no-compile --no-deps torchmetrics==1.9.0 lightning-utilities==0.15.3
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import torch
from sklearn.metrics import roc_auc_score
from torchmetrics.classification import BinaryAccuracy, BinaryAUROC

torch.manual_seed(0)
labels = torch.randint(0, 2, (2000,))
logits = torch.randn(2000) * 0.5 + 0.4 * (2 * labels - 1)
expected = [roc_auc_score(labels, logits), float(((logits > 0) == labels.bool()).double().mean())]
print("expected", [round(value, 4) for value in expected])
off = {}
for size in (2000, 100, 4, 1):
    seen = []
    for metric in (BinaryAUROC(), BinaryAccuracy()):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for scores, classes in zip(logits.split(size), labels.split(size)):
                metric.update(scores, classes)
        seen.append(float(metric.compute()))
    off[size] = [e - s for e, s in zip(expected, seen)]
    print("batches of", size, [round(value, 4) for value in seen])
assert max(map(abs, off[2000] + off[100])) < 1e-5, "this has changed"
assert min(off[4]) > 0.003 and off[1][0] > 0.1 and off[1][1] > 0.05, "this has changed"
PYTHON
