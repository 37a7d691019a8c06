"""Computes in double what the networks of resources/cases answer that come without their library's own answers.

expected.json holds rows of numbers, by the name of the file: "x" and the other inputs, "scores" (what the file's
operators make of them), for the rectifiers written as Clip(0, 6) "guided" (the guided gradient of the first score, R =
1[0 < y < 6] * max(0, g) at each of them, Springenberg et al. 2015) and "plain" (the ordinary one), and for the residual
join "plain".

    pip install onnx==1.23.2 numpy
    python cases.py ../resources/cases
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

folder = Path(sys.argv[1])
random = np.random.default_rng(5)


def weights(name):
    stored = onnx.load(folder / f"{name}.onnx").graph.initializer
    return {w.name: numpy_helper.to_array(w).astype(np.float64) for w in stored}


def rows(*shape):
    return np.round(random.standard_normal(shape), 3)


def flat(values):
    return values.reshape(len(values), -1).tolist()


def clipped():
    w = weights("clip-as-rectifier")
    x = 6 * rows(5, 6)
    before = [x @ w["w1"].T + w["b1"]]
    first = np.clip(before[0], 0, 6)
    before.append(first @ w["w2"].T + w["b2"])
    second = np.clip(before[1], 0, 6)
    gradients = {}
    for guided in (True, False):
        g = np.tile(w["w3"][0], (len(x), 1))
        for z, weight in ((before[1], w["w2"]), (before[0], w["w1"])):
            g = np.where((z > 0) & (z < 6), np.maximum(g, 0) if guided else g, 0) @ weight
        gradients["guided" if guided else "plain"] = g.tolist()
    assert max((z >= 6).any() for z in before), "some rectifier is at its cap"
    return {"x": x.tolist(), "scores": (second @ w["w3"].T + w["b3"]).tolist(), **gradients}


def residual():
    w = weights("residual")
    x = rows(5, 6)
    first = x @ w["w1"].T + w["b1"]
    joined = np.maximum(first, 0) @ w["w2"].T + w["b2"] + np.maximum(first, 0)
    g = (joined > 0) * w["w3"][0]
    g = (first > 0) * (g @ w["w2"] + g)
    scores = np.maximum(joined, 0) @ w["w3"].T + w["b3"]
    return {"x": x.tolist(), "scores": scores.tolist(), "plain": (g @ w["w1"]).tolist()}


def two_inputs():
    w = weights("two-inputs")
    x, m = rows(5, 4, 5), rows(5, 5, 5)
    return {"x": flat(x), "m": flat(m), "scores": ((x @ m).mean(axis=1) @ w["w"].T + w["b"]).tolist()}


def integer_ids():
    w = weights("integer-ids")
    ids = random.integers(0, 10, (5, 4))
    return {"ids": ids.tolist(), "scores": (w["e"][ids].mean(axis=1) @ w["w"].T + w["b"]).tolist()}


made = {
    "clip-as-rectifier": clipped(),
    "residual": residual(),
    "two-inputs": two_inputs(),
    "integer-ids": integer_ids(),
}
(folder / "expected.json").write_text(json.dumps(made, indent=1) + "\n")
