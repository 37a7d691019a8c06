"""Reference numbers for dev.touchstone.attribution.perturbation.

    python perturbation_oracle.py ../resources/attribution

shap==0.51.0 captum==0.9.0 scikit-image==0.26.0 onnxruntime==1.32.0 torch==2.15.0 numpy==2.4.6, CPU.

Reads cnn.onnx (of attribution_oracle.py). Writes perturbation.json:
- "table": Shapley values of a function of eight numbers against ten rows, by shap's ExactExplainer, KernelExplainer
  (all coalitions, no regularisation) and PermutationExplainer (1,000 orders)
- "patches": Shapley values of class 2 of the network over eight patches against 0.25, by shap's KernelExplainer
- "occlusion": Captum's Occlusion of class 2 of the network, by window and strides
- "masks": RISE's masks as its authors' code makes them of a grid and a shift
"""
import json
import pathlib
import sys

import numpy as np
import onnxruntime
import shap
import torch
from captum.attr import Occlusion
from skimage.transform import resize

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(5)


def tangled(x):
    return 2 * x[:, 0] - x[:, 1] * x[:, 2] + np.exp(x[:, 3] * x[:, 4] * x[:, 5]) \
        + np.where(x[:, 6] > 0.1, np.sin(3 * x[:, 7]), x[:, 0] * x[:, 1] * x[:, 7])


background = np.round(rng.uniform(-1, 1, (10, 8)), 3).astype(np.float32).astype(float)
examples = np.round(rng.uniform(-1, 1, (3, 8)), 3).astype(np.float32).astype(float)
masker = shap.maskers.Independent(background, max_samples=10)
exact = shap.explainers.Exact(tangled, masker)(examples).values
kernel = shap.KernelExplainer(tangled, background).shap_values(examples, nsamples=2 ** 8, l1_reg=0, silent=True)
permutation = shap.explainers.Permutation(tangled, masker, seed=1)(examples, max_evals=1000 * (2 * 8 + 1)).values

session = onnxruntime.InferenceSession(out / "cnn.onnx", providers=["CPUExecutionProvider"])


def class2(images):
    return session.run(None, {"image": images.astype(np.float32)})[0][:, 2].astype(float)


images = np.round(rng.uniform(0, 1, (2, 1, 16, 16)), 3).astype(np.float32)
# Patches of 8 × 4 pixels, row by row.
groups = (np.arange(16)[:, None] // 8) * 4 + np.arange(16)[None, :] // 4


def of_patches(image):
    def value(z):
        kept = z[:, groups].astype(bool)
        return class2(np.where(kept[:, None], image, np.float32(0.25)))
    return shap.KernelExplainer(value, np.zeros((1, 8))).shap_values(
        np.ones((1, 8)), nsamples=2 ** 8, l1_reg=0, silent=True)[0]


def occluded(window, strides, baseline):
    forward = lambda batch: torch.tensor(class2(batch.numpy()))
    return Occlusion(forward).attribute(torch.tensor(images), sliding_window_shapes=window, strides=strides,
                                        baselines=baseline).double().numpy().reshape(2, -1).tolist()


def mask(height, width, cells):
    grid = (rng.random((cells, cells)) < 0.5).astype("float32")
    cell = int(np.ceil(height / cells)), int(np.ceil(width / cells))
    down, right = int(rng.integers(0, cell[0])), int(rng.integers(0, cell[1]))
    enlarged = resize(grid, ((cells + 1) * cell[0], (cells + 1) * cell[1]), order=1, mode="reflect",
                      anti_aliasing=False)
    return {"height": height, "width": width, "cells": cells, "grid": grid.astype(int).ravel().tolist(),
            "down": down, "right": right,
            "mask": np.round(enlarged[down:down + height, right:right + width].astype(float), 7).ravel().tolist()}


(out / "perturbation.json").write_text(json.dumps({
    "table": {"background": background.tolist(), "examples": examples.tolist(), "exact": exact.tolist(),
              "kernel": np.asarray(kernel).tolist(), "permutation": permutation.tolist()},
    "patches": {"images": images.astype(float).round(3).reshape(2, -1).tolist(),
                "shares": [of_patches(image).tolist() for image in images]},
    "occlusion": [
        {"window": [4, 4], "strides": [1, 1], "baseline": 0.0, "maps": occluded((1, 4, 4), (1, 1, 1), 0.0)},
        {"window": [5, 3], "strides": [4, 2], "baseline": 0.5, "maps": occluded((1, 5, 3), (1, 4, 2), 0.5)},
        {"window": [7, 7], "strides": [5, 6], "baseline": 0.0, "maps": occluded((1, 7, 7), (1, 5, 6), 0.0)}],
    "masks": [mask(16, 16, 7), mask(13, 21, 4), mask(9, 9, 2), mask(28, 28, 7)],
}) + "\n")
