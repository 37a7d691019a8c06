#!/usr/bin/env bash
# albumentations 2.0.8: glass blur copies the pixels of colour images where it swaps those of grey ones, and drifts.
#
# Input: a 64x64 colour image in which every pixel has a colour of its own, GlassBlur(max_delta=2, iterations=1) with
# a sigma so small that nothing is blurred. Expected: "locally shuffling pixels", so the same colours, elsewhere, and
# as far to one side as to the other. Seen: with mode "exact" 45 of 100 colours are gone (x[h, w] of a colour image is
# a view, and "a, b = b, a" writes one over the other before the other is read); with "fast", the default, a fifth;
# with "exact" a grey image keeps every value. The moves are drawn from -2 to 1, so that pixels come from .6 rows
# above and .6 columns to the left on average. (imagecorruptions 1.1.2 has ImageNet-C's own lines for the swap and the
# moves, the same.) Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 opencv-python-headless==5.0.0.93 pydantic==2.13.4 PyYAML==6.0.3 stringzilla==5.3.2 simsimd==6.5.16
"$folder/venv/bin/pip" -q install --no-compile --no-deps albumentations==2.0.8 albucore==0.0.24
NO_ALBUMENTATIONS_UPDATE=1 "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import albumentations as A
import numpy as np

number = np.arange(64 * 64).reshape(64, 64)
colours = np.stack([number // 256, number % 256, 0 * number], -1).astype(np.uint8)
grey = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
down, right = number // 64, number % 64
kept, drift = {"exact": [], "fast": []}, []
for mode in kept:
    for seed in range(20):
        blur = A.Compose([A.GlassBlur(sigma=0.05, max_delta=2, iterations=1, mode=mode, p=1)], seed=seed)
        shuffled = blur(image=colours)["image"].astype(int)
        from_where = shuffled[..., 0] * 256 + shuffled[..., 1]
        kept[mode].append(len(np.unique(from_where)) / number.size)
        if mode == "exact":
            drift.append([(from_where // 64 - down).mean(), (from_where % 64 - right).mean()])
            assert np.array_equal(np.sort(blur(image=grey)["image"].ravel()), np.sort(grey.ravel())), "a grey value was lost"
kept = {mode: float(np.mean(shares)) for mode, shares in kept.items()}
drift = np.mean(drift, 0)
print("colours kept", {mode: round(share, 3) for mode, share in kept.items()}, "mean move in rows and columns", drift.round(2))
assert 0.5 < kept["exact"] < 0.6 and 0.7 < kept["fast"] < 0.85, "this has changed"
assert (drift < -0.4).all() and (drift > -0.8).all(), "this has changed"
PYTHON
