#!/usr/bin/env bash
# torchmetrics 1.9.0: a confidence of exactly 1 has a bin of its own in the expected calibration error.
#
# Input: 50 predictions with logits 20 and 0, whose softmax in single precision is exactly 1 (48 right), and 50 with
# probability .99 (all right). Expected with one bin: |accuracy - mean confidence| = |.98 - .995| = .015, and the same
# with 2, 10 or 15 bins, since all confidences lie in the last (Guo et al. 2017: bins (a, b]). Seen: .025 for any
# number of bins, the .04 of those at 1 and the .01 of the others, as of two bins where one was asked for; in double
# precision too, since confidences are cast to single. With a logit of 10 for 20 (confidence .99995) it is .015.
# (netcal 1.4.0 gives .015 for both.) Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile torch==2.15.0 numpy==2.4.6 packaging==26.4
"$folder/venv/bin/pip" -q install --no-compile --no-deps torchmetrics==1.9.0 lightning-utilities==0.15.3
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

labels = torch.tensor([0] * 48 + [1] * 2 + [0] * 50)
for kind in (torch.float32, torch.float64):
    for logit, expected in ((20.0, 0.025), (10.0, 0.015)):
        logits = torch.tensor([[logit, 0.0]] * 50 + [[float(torch.tensor(99.0).log()), 0.0]] * 50, dtype=kind)
        p = torch.softmax(logits, 1)
        by_hand = float(((p.argmax(1) == labels).to(kind).mean() - p.max(1).values.mean()).abs())
        seen = [float(multiclass_calibration_error(p, labels, num_classes=2, n_bins=bins, norm="l1")) for bins in (1, 2, 10, 15)]
        print(kind, "logit", logit, "one bin by hand", round(by_hand, 4), "with 1, 2, 10, 15 bins", [round(error, 4) for error in seen])
        assert abs(by_hand - 0.015) < 1e-4 and all(abs(error - expected) < 1e-4 for error in seen), "this has changed"
PYTHON
