"""Writes what Pillow makes of drawn images by JPEG and by resizing there and back, to src/test/resources/images/artefacts.csv.

    pip install pillow==13.0.0 numpy==2.4.6
    python artefacts.py ../resources/images

A line: what was done, the image's shape, its values, and the values afterwards (numbers apart by spaces).
"""
import io
import sys

import numpy as np
from PIL import Image


def drawn(channels, side, seed):
    """Blobs and noise that fill the range from 0 to 255 and seldom touch its ends."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    planes = []
    for _ in range(channels):
        a, b, c, d = random.uniform(1, 5, 4)
        plane = 128 + 70 * np.sin(a * 3 * x + b) * np.cos(c * 3 * y + d) + random.normal(0, 12, (side, side))
        planes.append(np.clip(np.round(plane), 0, 255).astype(np.uint8))
    return np.stack(planes)


def jpeg(image, quality):
    picture = Image.fromarray(image[0] if len(image) == 1 else image.transpose(1, 2, 0))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    read = np.array(Image.open(io.BytesIO(file.getvalue())))
    return read[None] if read.ndim == 2 else read.transpose(2, 0, 1)


def enlarged(image, height, width):
    planes = []
    for plane in image:
        whole = Image.fromarray(plane.astype(np.float32), mode=None)
        small = whole.resize((width, height), Image.Resampling.BILINEAR)
        planes.append(np.array(small.resize(whole.size, Image.Resampling.BILINEAR)))
    return np.stack(planes)


def numbers(values):
    return " ".join(f"{float(v):.9g}" for v in np.ravel(values))


lines = ["what,shape,before,after"]
for channels, seed in ((1, 1), (3, 2)):
    image = drawn(channels, 24, seed)
    shape = " ".join(map(str, image.shape))
    for quality in (10, 30, 75, 95):
        lines.append(f"jpeg {quality},{shape},{numbers(image)},{numbers(jpeg(image, quality))}")
    for height, width in ((6, 12), (17, 9)):
        lines.append(f"size {height} {width},{shape},{numbers(image)},{numbers(enlarged(image, height, width))}")
open(f"{sys.argv[1]}/artefacts.csv", "w").write("\n".join(lines) + "\n")
