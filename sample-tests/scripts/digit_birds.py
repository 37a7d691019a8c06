"""Makes DigitBirds, and trains the network that learns its backgrounds.

  pip install numpy==2.4.6 scikit-learn==1.9.1 torch==2.15.0 onnx==1.23.2
  python digit_birds.py                              # the sample's data and network
  python digit_birds.py representations FOLDER 10 11  # what other networks see, for benchmarks/run RepairResults

Like Waterbirds (Sagawa et al. 2020), small enough to be committed: whether a digit is one of 0, 3, 6, 8, 9 ("round") or
not ("angular"), on stripes that run across ("water") or down ("land"). In training 95 % of the round digits stand on
water and 95 % of the others on land, so that a network learns to look at the stripes. The digits are scikit-learn's
(Alpaydin and Kaynak 1998, UCI Optical Recognition of Handwritten Digits, CC BY 4.0), 8 x 8, doubled to 16 x 16.

  train      650 digits, each three times: what the network was trained on, with background
  concepts   150 digits, each on both backgrounds: which strokes there are, and which background
  audit      100 digits on either background at random: labels that are trusted
  test       497 digits, each once, on either background at random

400 more digits, each five times on backgrounds at random, teach the network's body ten classes first. No digit is in two
parts. Pixels are 8-bit, p = 255 (v + 0.5) / 2 for v in [-0.5, 1.5]; the network takes v.
"""
import io
import sys

import numpy as np
import onnx
import torch
from sklearn.datasets import load_digits
from torch import nn

from common import DATA, MODELS, SEED, write_checksums, write_section

ROUND = (0, 3, 6, 8, 9)
SEGMENTS = {0: "abcdef", 1: "bc", 2: "abdeg", 3: "abcdg", 4: "bcfg", 5: "acdfg", 6: "acdefg", 7: "abc", 8: "abcdefg",
            9: "abcdfg"}
SHAPES = {"loop above": (8, 9), "loop below": (6, 8), "one big loop": (0,), "diagonal": (2, 7), "upright": (1, 4)}
CONCEPTS = [f"segment {s}" for s in "abcdefg"] + list(SHAPES) + ["background"]
CORRELATION, CONTRAST, NOISE = 0.95, 0.5, 0.1

torch.use_deterministic_algorithms(True)
torch.set_num_threads(1)


# --- images ---

def concepts(digit, background):
    return [float(s in SEGMENTS[digit]) for s in "abcdefg"] + [float(digit in of) for of in SHAPES.values()] + [background]


def stripes(across, rng):
    t = np.arange(16)
    wave = 0.5 + 0.5 * np.sin(2 * np.pi * t / rng.uniform(3, 6) + rng.uniform(0, 2 * np.pi))
    return np.tile(wave[:, None], (1, 16)) if across else np.tile(wave[None, :], (16, 1))


def rendered(digit, across, rng):
    ink = np.kron(digit / 16, np.ones((2, 2)))
    behind = CONTRAST * stripes(across, rng) + NOISE * rng.standard_normal((16, 16))
    image = np.clip(behind * (1 - ink) + ink * (0.8 + 0.1 * rng.standard_normal()), -0.5, 1.5)
    return np.round(255 * (image + 0.5) / 2).astype(np.uint8)


def build(rows, across, digits, kinds, rng):
    images = np.stack([rendered(digits[i], a, rng) for i, a in zip(rows, across)])
    return {"x": images[:, None], "digit": kinds[rows], "is_round": np.isin(kinds[rows], ROUND),
            "background": np.array(across).astype(int), "row": rows}


def parts(seed=SEED):
    digits, kinds = load_digits(return_X_y=True)
    digits, rng = digits.reshape(-1, 8, 8), np.random.default_rng(seed)
    order = rng.permutation(len(kinds))
    body, train, concept, audit, test = np.split(order, [400, 1050, 1200, 1300])
    body, train = np.repeat(body, 5), np.repeat(train, 3)
    with_label = np.isin(kinds[train], ROUND) == (rng.random(len(train)) < CORRELATION)
    made = {"body": build(body, rng.integers(0, 2, len(body)), digits, kinds, rng),
            "train": build(train, with_label, digits, kinds, rng),
            "concepts": build(np.repeat(concept, 2), np.tile([0, 1], len(concept)), digits, kinds, rng),
            "audit": build(audit, rng.integers(0, 2, len(audit)), digits, kinds, rng),
            "test": build(test, rng.integers(0, 2, len(test)), digits, kinds, rng)}
    along = np.isin(kinds[audit], ROUND) == (rng.random(len(audit)) < CORRELATION)
    return made | {"biased-audit": build(audit, along, digits, kinds, rng)}


def write(name, part):
    arrays = {"x": part["x"], "bird": np.where(part["is_round"], "round", "angular"),
              "background": np.where(part["background"] == 1, "water", "land"),
              "id": np.array([f"{name}-{row}-{i}" for i, row in enumerate(part["row"])])}
    if name == "concepts":
        values = np.array([concepts(d, b) for d, b in zip(part["digit"], part["background"])]).astype(np.uint8)
        arrays |= {concept: values[:, q] for q, concept in enumerate(CONCEPTS) if concept != "background"}
    path = DATA / "digitbirds" / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        np.savez_compressed(file, **arrays)


# --- the network ---

def network(classes):
    return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, classes))


def pixels(part):
    """v again: the network takes (p / 255 - 0.25) / 0.5."""
    return torch.tensor((part["x"] / 255 - 0.25) / 0.5, dtype=torch.float32)


def fitted(net, x, y, epochs):
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-4)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(64):
            optimiser.zero_grad()
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimiser.step()
    return net


def fitted_to_worst_group(net, x, y, groups, epochs, step=0.05):
    """Group DRO (Sagawa et al. 2020, algorithm 1), batches drawn with all groups alike."""
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-4)
    alike, q = (1 / torch.bincount(groups).float())[groups], torch.ones(4) / 4
    for _ in range(epochs):
        for batch in torch.multinomial(alike, len(x), replacement=True).split(64):
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(net(x[batch]), y[batch], reduction="none")
            of_group = torch.stack([loss[groups[batch] == g].mean() if (groups[batch] == g).any() else torch.zeros(())
                                    for g in range(4)])
            q = q * torch.exp(step * of_group.detach())
            q = q / q.sum()
            (q * of_group).sum().backward()
            optimiser.step()
    return net


def trained(made, seed=SEED, by_groups=False):
    torch.manual_seed(seed)
    net = fitted(network(10), pixels(made["body"]), torch.tensor(made["body"]["digit"]), 20)
    net[-1] = nn.Linear(64, 2)
    x, y = pixels(made["train"]), torch.tensor(made["train"]["is_round"].astype(int))
    if by_groups:
        return fitted_to_worst_group(net, x, y, 2 * y + torch.tensor(made["train"]["background"]), 10).eval()
    return fitted(net, x, y, 10).eval()


def write_representations(folder, seed):
    """What a network's last layer sees of every part, with labels, backgrounds and concepts; and what it answers."""
    made = parts(seed)
    net, robust, arrays = trained(made, seed), trained(made, seed, by_groups=True), {}
    for name in ("train", "concepts", "audit", "biased-audit", "test"):
        part = made[name]
        with torch.no_grad():
            arrays[f"{name} x"] = net[:-1](pixels(part)).numpy()
            arrays[f"{name} answers"] = net(pixels(part)).softmax(1).numpy()
            arrays[f"{name} robust answers"] = robust(pixels(part)).softmax(1).numpy()
        arrays[f"{name} bird"] = np.where(part["is_round"], "round", "angular")
        arrays[f"{name} background"] = np.where(part["background"] == 1, "water", "land")
        values = np.array([concepts(d, b) for d, b in zip(part["digit"], part["background"])])
        arrays |= {f"{name} {concept}": values[:, q].astype(np.uint8) for q, concept in enumerate(CONCEPTS)
                   if concept != "background"}
    with open(f"{folder}/digit-birds-{seed}.npz", "wb") as file:
        np.savez_compressed(file, **arrays)


def save(net):
    exported = io.BytesIO()
    torch.onnx.export(net, torch.zeros(1, 1, 16, 16), exported, dynamo=False, opset_version=17, input_names=["image"],
                      output_names=["logits"], dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
    model = onnx.load_from_string(exported.getvalue())
    onnx.checker.check_model(model)
    onnx.save(model, MODELS / "digit-birds.onnx")


def main():
    made = parts()
    for name in ("train", "concepts", "audit", "test"):
        write(name, made[name])
    net, test = trained(made), made["test"]
    save(net)
    with torch.no_grad():
        right = (net(pixels(test)).argmax(1).numpy() == test["is_round"])
    lines = ["## DigitBirds", "",
             "`digit-birds.onnx`: round digits (0, 3, 6, 8, 9) from others; in training 95 % of the round ones stand on"
             " water. Accuracy on the test digits, each on either background at random:", "",
             "| bird | background | n | accuracy |", "|---|---|---|---|"]
    for bird in (False, True):
        for background in (0, 1):
            group = (test["is_round"] == bird) & (test["background"] == background)
            lines.append(f"| {'round' if bird else 'angular'} | {'water' if background else 'land'} | {group.sum()} |"
                         f" {right[group].mean():.3f} |")
    write_section("digitbirds", "\n".join(lines))
    write_checksums()
    print("\n".join(lines))


if __name__ == "__main__":
    if sys.argv[1:2] == ["representations"]:
        for each in sys.argv[3:]:
            write_representations(sys.argv[2], int(each))
    else:
        main()
