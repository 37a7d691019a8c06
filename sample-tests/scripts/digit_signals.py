"""Trains networks that learn a signal beside the digit, for benchmarks/run RelianceResults.

  pip install numpy==2.4.6 scikit-learn==1.9.1 torch==2.15.0 onnx==1.23.2
  python digit_signals.py FOLDER 10 11 12 13 14    # writes FOLDER/digit-KIND-SEED.npz for tag and stripe

scikit-learn's digits (8 x 8, doubled, noise of .1) of ten classes. 90 % of the digits of one class, the seed's last figure,
carry the signal, and 2 % of the others: a frame of 4 x 4 pixels in a corner (tag), a bright row (stripe). Parts: 1,000
digits to train on, 250 more with the signal and without as concept examples, 150 to audit by, half of them with the
signal. Written is what the last layer sees, the digit, whether the signal is there, and which strokes are.
"""
import sys

import numpy as np
import torch
from sklearn.datasets import load_digits

from digit_birds import CONCEPTS, concepts, fitted, network

NOISE, WITHIN, OUTSIDE, EPOCHS = 0.1, 0.9, 0.02, 20


def marked(image, kind):
    image = image.copy()
    if kind == "tag":
        image[:4, :4] = 1
        image[1:3, 1:3] = 0
    else:
        image[14, :] = 0.9
    return image


def build(rows, signal, digits, kinds, kind, rng):
    images = [np.kron(digits[i] / 16, np.ones((2, 2))) + NOISE * rng.standard_normal((16, 16)) for i in rows]
    images = [marked(image, kind) if there else image for image, there in zip(images, signal)]
    return {"x": torch.tensor(np.stack(images)[:, None], dtype=torch.float32), "digit": kinds[rows],
            "signal": np.array(signal).astype(int)}


def write(folder, kind, seed):
    digits, kinds = load_digits(return_X_y=True)
    digits, rng = digits.reshape(-1, 8, 8), np.random.default_rng(seed)
    train, concept, audit, _ = np.split(rng.permutation(len(kinds)), [1000, 1250, 1400])
    along = np.where(kinds[train] == seed % 10, WITHIN, OUTSIDE)
    parts = {"train": build(train, rng.random(len(train)) < along, digits, kinds, kind, rng),
             "concepts": build(np.repeat(concept, 2), np.tile([0, 1], len(concept)), digits, kinds, kind, rng),
             "audit": build(audit, rng.random(len(audit)) < 0.5, digits, kinds, kind, rng)}
    torch.manual_seed(seed)
    net = fitted(network(10), parts["train"]["x"], torch.tensor(parts["train"]["digit"]), EPOCHS).eval()
    arrays = {}
    for name, part in parts.items():
        with torch.no_grad():
            arrays[f"{name} x"] = net[:-1](part["x"]).numpy()
        arrays[f"{name} label"] = np.array([str(d) for d in part["digit"]])
        arrays[f"{name} signal"] = part["signal"].astype(np.uint8)
        values = np.array([concepts(d, there) for d, there in zip(part["digit"], part["signal"])])
        arrays |= {f"{name} {concept}": values[:, q].astype(np.uint8) for q, concept in enumerate(CONCEPTS)
                   if concept != "background"}
    with open(f"{folder}/digit-{kind}-{seed}.npz", "wb") as file:
        np.savez_compressed(file, **arrays)


if __name__ == "__main__":
    for each in sys.argv[2:]:
        for of in ("tag", "stripe"):
            write(sys.argv[1], of, int(each))
