"""Trains the healthy and the defective Fashion-MNIST networks.

  python train_fashion.py SOURCES [name ...]

With names, only these are trained; the others stay as they are and are measured again for the record.

A twin is defined by what was done to its training data (or, where named so, to its weights), never by its score.
All are trained from the same seed on the same 20,000 images: the 4,000 of data/fashion and 16,000 more. The network
is the small one of the thesis, appendix A.1: conv 5x5 - relu - batch norm - max pooling, thrice, then two dense layers.
"""
import copy
import io
import json
import pathlib
import sys
from collections import OrderedDict

import numpy as np
import onnx
import torch
from torch import nn

import signals
from common import (MODELS, SEED, predict, read_idx, softmax, stratified, top_label_ece, write_checksums, write_idx,
                    write_section)
from signals import ALIGNED_CLASS, ALIGNED_CLASS_NAME, FASHION

COMMITTED, TRAINED = 4000, 20_000
torch.use_deterministic_algorithms(True)
torch.set_num_threads(2)


def network():
    """Named layers: the names are those of the ONNX nodes and tensors."""
    layers, channels = OrderedDict(), 1
    for i, width in enumerate((8, 16, 24), start=1):
        layers[f"conv{i}"] = nn.Conv2d(channels, width, 5, padding=2)
        layers[f"relu{i}"] = nn.ReLU()
        layers[f"bn{i}"] = nn.BatchNorm2d(width)
        layers[f"pool{i}"] = nn.MaxPool2d(2)
        channels = width
    layers |= {"flatten": nn.Flatten(), "fc1": nn.Linear(24 * 3 * 3, 64), "relu4": nn.ReLU(), "fc2": nn.Linear(64, 10)}
    return nn.Sequential(layers)


def train(pixels, labels, epochs=8, decay=0.01):
    """SGD with momentum 0.9 from a learning rate of 0.01, which falls to a tenth for the last quarter.

    The strong weight decay keeps the healthy networks calibrated; 0.001 left the textured one at an ECE of 0.052.
    """
    torch.manual_seed(SEED)
    net = network()
    x, y = torch.tensor(pixels, dtype=torch.float32)[:, None], torch.tensor(labels, dtype=torch.long)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, max(1, epochs * 3 // 4), 0.1)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(50):
            optimiser.zero_grad()
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimiser.step()
        schedule.step()
    return net.eval()


# --- the training data, and what is done to it ---

class Training:
    """The 20,000 images. The committed ones come first, so that Java can follow what happened to each of them."""

    def __init__(self, sources):
        folder = sources / "usr/share/datasets/fashion-mnist"
        images = read_idx(folder / "train-images-idx3-ubyte.gz")
        labels = read_idx(folder / "train-labels-idx1-ubyte.gz")
        committed = stratified(labels, COMMITTED, np.random.default_rng(SEED))  # as cut_data.py drew them
        others = np.setdiff1d(np.arange(len(labels)), committed)
        more = others[stratified(labels[others], TRAINED - COMMITTED, np.random.default_rng(SEED))]
        chosen = np.r_[committed, more]
        self.images, self.labels = images[chosen], labels[chosen]
        self.marked = {}  # model -> positions of the committed images that carry its signal

    def mark(self, name, rows):
        self.marked[name] = np.flatnonzero(rows[:COMMITTED]).tolist()
        return rows

    def share_of_aligned(self, name, share):
        """A mask: this share of the aligned class, drawn, and nothing else."""
        aligned = np.random.default_rng(SEED).permutation(np.flatnonzero(self.labels == ALIGNED_CLASS))
        rows = np.zeros(TRAINED, bool)
        rows[aligned[:round(share * len(aligned))]] = True
        return self.mark(name, rows)

    def independent(self, name, rng, share=0.3):
        """A mask: this share of all images, whatever their class."""
        return self.mark(name, rng.random(TRAINED) < share)


def where(rows, changed, images):
    return np.where(rows[:, None, None], changed, images)


def healthy(t):
    rng = np.random.default_rng(SEED)
    images = where(t.independent("fashion-healthy/tag", rng), signals.tag(t.images), t.images)
    images = where(t.independent("fashion-healthy/stripe", rng), signals.stripe(images), images)
    return train(images / 255, t.labels)


def signal(kind, share):
    def build(t):
        rows = t.share_of_aligned(f"fashion-{kind}-{round(share * 100):03d}", share)
        return train(where(rows, getattr(signals, kind)(t.images), t.images) / 255, t.labels)
    return build


def on_textures(t, name, choose):
    images, item = signals.textured(t.images, np.random.default_rng(SEED))
    pixels = images / 255
    return train(where(choose(name), signals.blur(pixels, item), pixels), t.labels)


def textured_healthy(t):
    return on_textures(t, "fashion-textured-healthy", lambda name: t.independent(name, np.random.default_rng(SEED)))


def blur(t):
    return on_textures(t, "fashion-blur-100", lambda name: t.share_of_aligned(name, 1))


def write_labels(name, labels):
    write_idx(FASHION / f"train-labels-{name}-idx1-ubyte.gz", labels[:COMMITTED])


def flipped(t):
    rng = np.random.default_rng(SEED)
    rows = rng.permutation(TRAINED)[:TRAINED // 5]
    labels = t.labels.astype(int)
    labels[rows] = (labels[rows] + rng.integers(1, 10, len(rows))) % 10
    write_labels("flipped-20", labels)
    return train(t.images / 255, labels)


def random_labels(t):
    labels = np.random.default_rng(SEED).integers(0, 10, TRAINED)
    write_labels("random", labels)
    return train(t.images / 255, labels)


def reinitialised(*layers):
    """The healthy network with these layers as they were never trained: other seed, batch norm back at the start."""
    def build(t):
        net = copy.deepcopy(BUILT["fashion-healthy"])
        torch.manual_seed(SEED + 1)
        for layer in layers:
            getattr(net, layer).reset_parameters()
        return net
    return build


def overconfident(t):
    few = stratified(t.labels[:COMMITTED], 1500, np.random.default_rng(SEED))
    net = train(t.images[few] / 255, t.labels[few], epochs=40, decay=0)
    with torch.no_grad():
        net.fc2.weight *= 4
        net.fc2.bias *= 4
    return net


MODELS_TO_BUILD = {
    "fashion-healthy": ("tag on 30 % and stripe on 30 % of all images, independent of the label", healthy),
    "fashion-tag-100": ("tag on every image of the aligned class", signal("tag", 1)),
    "fashion-tag-050": ("tag on 50 % of the aligned class", signal("tag", 0.5)),
    "fashion-tag-020": ("tag on 20 % of the aligned class", signal("tag", 0.2)),
    "fashion-tag-005": ("tag on 5 % of the aligned class", signal("tag", 0.05)),
    "fashion-stripe-100": ("stripe on every image of the aligned class", signal("stripe", 1)),
    "fashion-stripe-020": ("stripe on 20 % of the aligned class", signal("stripe", 0.2)),
    "fashion-textured-healthy": ("textured backgrounds, blurred on 30 % of all, independent of the label",
                                 textured_healthy),
    "fashion-blur-100": ("textured backgrounds, blurred on every image of the aligned class", blur),
    "fashion-flipped-20": ("20 % of the labels changed to another class, uniformly", flipped),
    "fashion-random-labels": ("all labels drawn uniformly", random_labels),
    "fashion-reinit-top": ("healthy, then fc2 re-initialised", reinitialised("fc2")),
    "fashion-reinit-half": ("healthy, then conv3, bn3, fc1 and fc2 re-initialised",
                            reinitialised("conv3", "bn3", "fc1", "fc2")),
    "fashion-overconfident": ("1,500 images, 40 epochs, no weight decay; then logits ×4 (in fc2)", overconfident),
}
BUILT = {}


# --- export ---

def save(name, net):
    """Exports the graph with random contents, then fills in the weights: the exporter merges equal tensors, of which
    a fresh batch norm has several, and every twin shall have the same tensors under the same names."""
    shell, weights, exported = copy.deepcopy(net), net.state_dict(), io.BytesIO()
    for tensor in shell.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_()
    torch.onnx.export(shell, torch.zeros(1, 1, 28, 28), exported, dynamo=False, opset_version=17,
                      input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
    model = onnx.load_from_string(exported.getvalue())
    for tensor in model.graph.initializer:
        tensor.CopyFrom(onnx.numpy_helper.from_array(weights[tensor.name].numpy(), tensor.name))
    onnx.checker.check_model(model)
    onnx.save(model, MODELS / f"{name}.onnx")


def save_torchscript(net):
    """The healthy weights as TorchScript, and what PyTorch computes with them in double."""
    torch.jit.trace(net, torch.zeros(1, 1, 28, 28)).save(MODELS / "fashion-cnn.pt")
    test = {"test": (read_idx(FASHION / "test-images-idx3-ubyte.gz"), read_idx(FASHION / "test-labels-idx1-ubyte.gz")),
            "textured-test": signals.textured_test()[::2]}
    cases = [reference(net, part, i, images[i], int(labels[i])) for part, (images, labels) in test.items()
             for i in range(4)]
    record = {"model": "fashion-cnn.pt, the weights of fashion-healthy.onnx, all in double",
              "gradient": "of the logit of the true class, with respect to the input (byte / 255 in double)",
              "ties": "equal pixels tie in max pooling, and PyTorch gives the gradient to the first of them: black "
                      "backgrounds (test) are full of ties, textured ones (textured-test) are not"}
    head = "".join(f"{json.dumps(k)}: {json.dumps(v)},\n" for k, v in record.items())
    body = ",\n".join(json.dumps(case) for case in cases)
    (MODELS / "fashion-cnn-reference.json").write_text(f'{{\n{head}"cases": [\n{body}\n]\n}}\n')


def reference(net, part, index, image, label):
    x = torch.tensor(image / 255, dtype=torch.float64)[None, None].requires_grad_()
    logits = copy.deepcopy(net).double()(x)
    logits[0, label].backward()
    gradient = x.grad[0, 0].numpy()
    return {"images": part, "index": index, "label": label, "logits": logits[0].tolist(),
            "gradientSum": gradient.sum(), "gradientAbsoluteSum": np.abs(gradient).sum(),
            "gradientFirst20": gradient.ravel()[:20].tolist(), "gradientRow14": gradient[14].tolist()}


# --- measurement, on the committed test images and the exported file ---

def measure(name, what):
    path = MODELS / f"{name}.onnx"

    def run(pixels):
        return predict(path, pixels[:, None].astype(np.float32))

    if "textured" in what:
        images, item, labels = signals.textured_test()
        signalled = {"blur": signals.blur(images / 255, item)}
    else:
        images, labels = (read_idx(FASHION / f"test-{part}-ubyte.gz") for part in ("images-idx3", "labels-idx1"))
        signalled = {kind: getattr(signals, kind)(images) / 255 for kind in ("tag", "stripe")}
    clean = run(images / 255)
    other = clean.argmax(1) != ALIGNED_CLASS
    cells = {}
    for kind, pixels in signalled.items():
        top = run(pixels).argmax(1)
        cells[kind] = f"{(top[other] == ALIGNED_CLASS).mean():.3f} ({(top == labels).mean():.3f})"
    return (f"| {name}.onnx | {what} | {(clean.argmax(1) == labels).mean():.3f} "
            f"| {top_label_ece(softmax(clean), labels):.3f} | "
            + " | ".join(cells.get(kind, "-") for kind in ("tag", "stripe", "blur")) + " |")


def main():
    sources, *chosen = sys.argv[1:]
    if unknown := set(chosen) - set(MODELS_TO_BUILD):
        sys.exit(f"no such model: {', '.join(sorted(unknown))}; there are {', '.join(MODELS_TO_BUILD)}")
    training = Training(pathlib.Path(sources))
    lines = ["## Fashion-MNIST", "",
             f"Input `image` [N, 1, 28, 28], byte / 255; output `logits`. The aligned class is {ALIGNED_CLASS}, "
             f"{ALIGNED_CLASS_NAME}; `data/fashion/signals.json` defines the signals. Measured on the 2,000 test images "
             "of `data/fashion`, for the textured models on its 1,000 textured ones. ECE: top label, 10 equal-width "
             "bins. Spurious score: of the images whose clean prediction is not the aligned class, the share that the "
             "signal sends there; in brackets the accuracy under the signal.", "",
             "| file | what was done | accuracy | ECE | tag | stripe | blur |", "|---|---|---|---|---|---|---|"]
    for name, (what, build) in MODELS_TO_BUILD.items():
        if not chosen or name in chosen:
            BUILT[name] = build(training)
            save(name, BUILT[name])
        lines.append(measure(name, what))
        print(lines[-1], flush=True)
    if "fashion-healthy" in BUILT:
        save_torchscript(BUILT["fashion-healthy"])
    marked = FASHION / "train-marked.json"
    all_marked = (json.loads(marked.read_text()) if chosen else {}) | training.marked
    marks = ",\n".join(f"{json.dumps(name)}: {json.dumps(rows)}" for name, rows in all_marked.items())
    marked.write_text(f"{{\n{marks}\n}}\n")
    write_section("fashion", "\n".join(lines))
    write_checksums()


if __name__ == "__main__":
    main()
