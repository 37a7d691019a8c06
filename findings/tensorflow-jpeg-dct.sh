#!/usr/bin/env bash
# TensorFlow's decode_jpeg, decode_image and with them Keras' image_dataset_from_directory decode JPEG
# images by libjpeg's fast integer DCT unless told otherwise, up to some grey levels away from what Pillow,
# torchvision, OpenCV, Java and Keras' own load_img read: one library's two loaders see two images.
#
# Input: a smooth image of 64 x 64 with noise, seed 0, as JPEG of quality 88. Expected: Pillow's numbers.
# Seen (TensorFlow 2.21.0, Keras 3.15.1, Pillow 13.0.0): decode_jpeg differs by up to 6 of 255,
# dct_method="INTEGER_ACCURATE" by 0. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install tensorflow-cpu==2.21.0 keras==3.15.1 pillow==13.0.0
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import io
import numpy as np
import tensorflow as tf
from PIL import Image

y, x = np.mgrid[0:64, 0:64]
waves = np.stack([128 + 110 * np.sin(x / 4 + y / 9), 128 + 110 * np.cos(y / 5), 128 + 110 * np.sin((x - y) / 7)], 2)
file = io.BytesIO()
Image.fromarray(np.clip(waves + np.random.default_rng(0).normal(0, 9, waves.shape), 0, 255).astype(np.uint8)).save(file, "JPEG", quality=88)
pillow = np.asarray(Image.open(file).convert("RGB")).astype(int)
seen = [int(abs(decode(file.getvalue()).numpy().astype(int) - pillow).max()) for decode in (
    tf.io.decode_jpeg, tf.io.decode_image, lambda data: tf.io.decode_jpeg(data, dct_method="INTEGER_ACCURATE"))]
print("decode_jpeg, decode_image and INTEGER_ACCURATE differ by up to", seen)
assert seen[0] > 1 and seen[1] > 1 and seen[2] == 0, "this has changed"
PYTHON
