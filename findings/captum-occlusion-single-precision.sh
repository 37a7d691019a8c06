#!/usr/bin/env bash
# Captum 0.9.0: Occlusion and ShapleyValues hand back single precision of a model in double.
#
# Input: a linear function of three numbers in double precision, each number hidden alone. Expected: what each number
# adds, in the precision of inputs and model, as FeatureAblation, IntegratedGradients and the others give it. Seen: of
# Occlusion and ShapleyValues float32, so that a third is off by 1e-8, and maps that sum to the score in double do not.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install torch==2.15.0 captum==0.9.0 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from captum.attr import FeatureAblation, Occlusion, ShapleyValues

weights = torch.tensor([1 / 3, 0.1, 0.7], dtype=torch.float64)
x = torch.tensor([[1.0, 0.5, 0.25]], dtype=torch.float64)


def model(rows):
    return (rows * weights).sum(1)


ablation = FeatureAblation(model).attribute(x)
occlusion = Occlusion(model).attribute(x, sliding_window_shapes=(1,))
shapley = ShapleyValues(model).attribute(x)
for name, map in (("FeatureAblation", ablation), ("Occlusion", occlusion), ("ShapleyValues", shapley)):
    print(f"{name:16} {map.dtype}, largest difference {(map.double() - x * weights).abs().max():.1e}, "
          f"sum less the score {map.double().sum() - model(x).item():.1e}")
assert ablation.dtype == torch.float64, "FeatureAblation has changed"
assert (ablation - x * weights).abs().max() < 1e-15
for map in (occlusion, shapley):
    assert map.dtype == torch.float32, "this has changed"
    assert (map.double() - x * weights).abs().max() > 1e-9
PYTHON
