#!/usr/bin/env bash
# dattri 0.3.0: conjugate gradients take no notice of their tolerance: too few steps stop without a word, and steps after
# convergence divide zero by zero.
#
# Input: ihvp_cg of a quadratic in 40 unknowns with eigenvalues from 1 to 1,000, and its defaults max_iter=10, tol=1e-7; then a
# quadratic in 3 unknowns. Documented: "If the torch.norm of residual is less than tol, then the algorithm is truncated."
# Expected: a solution to the tolerance, or a word that there is none; the exact solution of three unknowns. Seen: a
# relative residual of 4.5, more than that of no step at all, in silence, whatever tol, and NaN for three unknowns, which are solved after three of ten steps.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install torch==2.15.0 torchvision==0.29.2 dattri==0.3.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import torch
from dattri.func.hessian import ihvp_cg

torch.set_default_dtype(torch.float64)


def solved(eigenvalues, **settings):
    right = torch.ones(len(eigenvalues))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        x = ihvp_cg(lambda w: (eigenvalues * w**2).sum() / 2, **settings)((torch.zeros(len(eigenvalues)),), right)[0]
    return float((eigenvalues * x - right).norm() / right.norm()), len(said)


wide = torch.logspace(0, 3, 40)
for settings in ({}, {"tol": 1e-12}, {"tol": 10.0}):
    residual, said = solved(wide, **settings)
    print(f"40 unknowns, {settings or 'defaults'}: relative residual {residual:.2f}, {said} warnings")
    assert residual > 0.1 and said == 0, "this has changed"
residual, said = solved(torch.tensor([1.0, 2.0, 4.0]), max_iter=1000)
print(f"3 unknowns, 1000 steps: relative residual {residual}, {said} warnings")
assert residual != residual and said == 0, "this has changed"
PYTHON
