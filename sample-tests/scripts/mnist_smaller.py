"""Makes smaller copies of Tribuo's MNIST network, as they are made for a phone or a faster server.

  python mnist_smaller.py SOURCES

From the healthy network, cnn_mnist.onnx of tribuo-onnx (raw pixels 0-255 in, log-softmax out):

  mnist-cnn-quantised.onnx  ONNX Runtime's own dynamic quantisation, 8-bit weights, everything else as it comes;
  mnist-cnn-half.onnx       every weight rounded to half precision (and stored in single precision again);
  mnist-cnn-pruned.onnx     of each layer's weights, the smallest PRUNED set to zero, without training again.

No label and no training data was involved.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from common import DATA, MODELS, predict, read_idx, softmax, write_checksums, write_section

PRUNED = 0.7


def changed(path, change):
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        weight = numpy_helper.to_array(tensor)
        tensor.CopyFrom(numpy_helper.from_array(change(weight).astype(np.float32), tensor.name))
    onnx.checker.check_model(model)
    return model


def pruned(weight):
    return np.where(np.abs(weight) < np.quantile(np.abs(weight), PRUNED), 0, weight) if weight.ndim > 1 else weight


def main():
    healthy = pathlib.Path(sys.argv[1]) / "org/tribuo/interop/onnx/cnn_mnist.onnx"
    quantised, half, fewer = (MODELS / f"mnist-cnn-{name}.onnx" for name in ("quantised", "half", "pruned"))
    quantize_dynamic(healthy, quantised, weight_type=QuantType.QUInt8)
    onnx.save(changed(healthy, lambda weight: weight.astype(np.float16)), half)
    onnx.save(changed(healthy, pruned), fewer)

    images = read_idx(DATA / "mnist/test-images-idx3-ubyte.gz")[:, None].astype(np.float32)
    labels = read_idx(DATA / "mnist/test-labels-idx1-ubyte.gz")
    reference = softmax(predict(healthy, images))
    right = reference.argmax(1) == labels
    lines = ["## Smaller copies of the MNIST network", "",
             f"Measured on the {len(labels)} images of `data/mnist`, all of them in one batch: dynamic quantisation "
             "takes the range of the activations from the batch. Negative flips: right before, wrong now.", "",
             "| file | what was done | agreement | largest change of a probability | accuracy | negative flips |",
             "|---|---|---|---|---|---|"]
    for path, what in ((quantised, "dynamic quantisation by ONNX Runtime, QUInt8"), (half, "weights in half precision"),
                       (fewer, f"the smallest {PRUNED:.0%} of each layer's weights set to zero")):
        p = softmax(predict(path, images))
        same = p.argmax(1) == reference.argmax(1)
        lines.append(f"| {path.name} | {what} | {same.sum()} of {len(labels)} | {np.abs(p - reference).max():.3f} "
                     f"| {(p.argmax(1) == labels).mean():.3f} | {(right & (p.argmax(1) != labels)).sum()} |")
    print("\n".join(lines))
    write_section("mnist-smaller", "\n".join(lines))
    write_checksums()


if __name__ == "__main__":
    main()
