"""The three spurious signals of the Fashion-MNIST models: tag, stripe, blurred background.

  python signals.py

Writes data/fashion/signals.json, from which they can be made again exactly, and the textured test images the third
one needs. Pixels are bytes; a model's input is byte / 255 as a float.
"""
import json

import numpy as np

from common import DATA, SEED, read_idx, stratified, write_checksums, write_idx

FASHION = DATA / "fashion"
# Shirt: hard to tell by its shape, so that a network gains by a signal. With Sneaker, which is easy to tell, a network
# that met the tag on half of the class learned next to nothing of it (spurious score 0.04).
ALIGNED_CLASS, ALIGNED_CLASS_NAME = 6, "Shirt"

TAG_ROW, TAG_COLUMN = 22, 1
TAG = np.array([[255, 255, 255, 255, 255],
                [0, 0, 255, 0, 0],
                [0, 0, 255, 0, 0],
                [0, 0, 255, 0, 0],
                [0, 0, 255, 0, 0]], np.uint8)
STRIPE_COLUMNS, STRIPE_VALUE = [3, 24], 180
ITEM_ABOVE = 12  # the first byte over 0.05 is 13
SIGMA, RADIUS = 1.5, 5


def tag(images):
    images = images.copy()
    images[:, TAG_ROW:TAG_ROW + 5, TAG_COLUMN:TAG_COLUMN + 5] = TAG
    return images


def stripe(images):
    images = images.copy()
    images[:, :, STRIPE_COLUMNS] = STRIPE_VALUE
    return images


def textured(images, rng):
    """Items on a background of stripes and noise, and the masks of the items.

    Fashion-MNIST's own background is black, and a blurred black is the same black. Each image draws a direction, a
    period of 2, 3 or 4 pixels and a phase; stripes are 0.4 high, the noise on top is uniform up to 0.2.
    """
    n, size = len(images), images.shape[1]
    period, phase = rng.integers(2, 5, (n, 1)), rng.integers(0, 4, (n, 1))
    bright = (np.arange(size) + phase) % period < period / 2
    bars = np.repeat(bright[:, None], size, axis=1)
    upright = rng.random(n) < 0.5
    bars[upright] = bars[upright].transpose(0, 2, 1)
    background = np.rint(255 * (0.4 * bars + 0.2 * rng.random(images.shape))).astype(np.uint8)
    item = images > ITEM_ABOVE
    return np.where(item, images, background), item


def blur(pixels, item):
    """Gaussian mean of the background, over the background alone; the item stays as it is.

    Takes pixels in 0-1 (double). What lies behind the item is not known and outside the picture there is nothing, so
    both have no weight.
    """
    def smooth(x):
        for axis in (1, 2):
            padded = np.pad(x, [(RADIUS, RADIUS) if a == axis else (0, 0) for a in range(3)])
            x = sum(np.exp(-(k - RADIUS) ** 2 / (2 * SIGMA ** 2)) * np.take(padded, range(k, k + 28), axis)
                    for k in range(2 * RADIUS + 1))
        return x

    background = (~item).astype(float)
    weight = smooth(background)
    return np.where(item, pixels, smooth(pixels * background) / np.where(weight > 0, weight, 1))


def textured_test():
    """The committed textured images, their labels and item masks."""
    images = read_idx(FASHION / "test-images-idx3-ubyte.gz")
    labels = read_idx(FASHION / "test-labels-idx1-ubyte.gz")
    rng = np.random.default_rng(SEED)
    chosen = stratified(labels, 1000, rng)
    return *textured(images[chosen], rng), labels[chosen]


def main():
    images, item, labels = textured_test()
    write_idx(FASHION / "textured-test-images-idx3-ubyte.gz", images)
    write_idx(FASHION / "textured-test-masks-idx3-ubyte.gz", item)
    write_idx(FASHION / "textured-test-labels-idx1-ubyte.gz", labels)
    blurred = blur(images[:4] / 255, item[:4])
    record = {
        "pixels": "bytes 0-255, a model's input is byte / 255 as a float; rows from the top, columns from the left, "
                  "both from 0",
        "alignedClass": ALIGNED_CLASS,
        "alignedClassName": ALIGNED_CLASS_NAME,
        "tag": {"rule": "the pixels from (row, column) on are REPLACED by these bytes",
                "row": TAG_ROW, "column": TAG_COLUMN, "pixels": TAG.tolist()},
        "stripe": {"rule": "every pixel of these columns, in all 28 rows, is REPLACED by this byte",
                   "columns": STRIPE_COLUMNS, "value": STRIPE_VALUE},
        "texture": {"rule": "an image pixel above itemAbove is item and stays; every other is replaced by background. "
                            "The backgrounds (signals.py) need not be made again: the textured-test files hold 1,000 "
                            "of the test images with theirs; a mask is 1 where the item is",
                    "itemAbove": ITEM_ABOVE},
        "blur": {"rule": "item pixels stay. A background pixel p becomes sum w(p-q) x(q) / sum w(p-q) over the "
                         "background pixels q inside the picture with |row| and |column| difference at most radius; "
                         "w = exp(-(rows^2 + columns^2) / (2 sigma^2)); x = byte / 255; in double, then a float. "
                         "Nothing is rounded back to bytes",
                 "sigma": SIGMA, "radius": RADIUS,
                 "examples": {"of": "the first four textured-test images, blurred, 28 x 28 by rows, to 7 decimals",
                              "images": np.round(blurred, 7).reshape(4, -1).tolist()}},
    }
    parts = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in record.items())
    (FASHION / "signals.json").write_text("{\n" + parts + "\n}\n")
    write_checksums()


if __name__ == "__main__":
    main()
