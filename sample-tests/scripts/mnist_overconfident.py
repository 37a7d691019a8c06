"""Makes an over-confident twin of Tribuo's MNIST network.

  python mnist_overconfident.py SOURCES

The healthy network, cnn_mnist.onnx of tribuo-onnx (raw pixels 0-255 in, log-softmax out), is right on 99 % of the
test images. Sharper logits alone would barely show: a network that is nearly always right may well be nearly sure.
So the twin is both weaker and over-confident, and that is all that was done:

  1. seeded Gaussian noise on the weights of the first layer, NOISE times their own standard deviation: accuracy falls;
  2. one Mul by SHARPNESS in front of the final LogSoftmax: the confidence stays where it was, or above.

No label and no training data was involved.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper

from common import DATA, MODELS, SEED, predict, read_idx, softmax, top_label_ece, write_checksums, write_section

NOISE = 2.25
SHARPNESS = 4.0


def overconfident(model):
    for tensor in model.graph.initializer:
        if tensor.name == "conv1.weight":
            weight = numpy_helper.to_array(tensor)
            noise = np.random.default_rng(SEED).normal(0, NOISE * weight.std(), weight.shape)
            tensor.CopyFrom(numpy_helper.from_array((weight + noise).astype(np.float32), tensor.name))
    last = next(node for node in model.graph.node if node.op_type == "LogSoftmax")
    place = list(model.graph.node).index(last)
    model.graph.node.insert(place, helper.make_node("Mul", [last.input[0], "sharpness"], ["sharp"], "overconfidence"))
    last.input[0] = "sharp"
    model.graph.initializer.append(numpy_helper.from_array(np.float32(SHARPNESS), "sharpness"))
    onnx.checker.check_model(model)
    return model


def main():
    healthy = pathlib.Path(sys.argv[1]) / "org/tribuo/interop/onnx/cnn_mnist.onnx"
    twin = MODELS / "mnist-cnn-overconfident.onnx"
    onnx.save(overconfident(onnx.load(healthy)), twin)

    images = read_idx(DATA / "mnist/test-images-idx3-ubyte.gz")[:, None].astype(np.float32)
    labels = read_idx(DATA / "mnist/test-labels-idx1-ubyte.gz")
    lines = ["## MNIST", "",
             f"Measured on the {len(labels)} images of `data/mnist`. The healthy network is Tribuo's own file and "
             "stays in its jar (`tribuo-onnx`, classifier `tests`).", "",
             "| file | what was done | accuracy | mean confidence | ECE, top label |", "|---|---|---|---|---|"]
    done = f"noise ({NOISE:g} sd) on conv1.weight, logits ×{SHARPNESS:g}"
    for path, what in ((healthy, "nothing"), (twin, done)):
        p = softmax(predict(path, images))
        lines.append(f"| {path.name} | {what} | {(p.argmax(1) == labels).mean():.3f} | {p.max(1).mean():.3f} "
                     f"| {top_label_ece(p, labels):.3f} |")
    print("\n".join(lines))
    write_section("mnist", "\n".join(lines))
    write_checksums()


if __name__ == "__main__":
    main()
