#!/usr/bin/env bash
# The libjpeg 6b inside most Java runtimes (Temurin 25.0.3 among them) reads JPEG images of 4:4:0 otherwise
# than libjpeg-turbo does, which Pillow, torchvision, OpenCV and browsers have: it repeats each stored row of
# the chroma, where libjpeg-turbo puts the rows between in proportion, as both do with columns (4:2:2) and
# with both (4:2:0). Images become 4:4:0 when one of 4:2:2 is turned on its side without loss, as phones and
# jpegtran do. Debian's Java is built on the system's libjpeg-turbo, so that two Javas of one version differ.
#
# Input: a smooth image of 64 x 64 in each sampling, written by OpenCV. Expected: ImageIO's numbers are
# Pillow's. Seen (Temurin 25.0.3, Pillow 13.0.0): 4:4:4, 4:2:2 and 4:2:0 equal, 4:4:0 differs by 20.
# JAVA is a Java with a libjpeg of its own; on another one this fails. Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 pillow==13.0.0 opencv-python-headless==5.0.0.93
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import cv2
import numpy as np
from PIL import Image

y, x = np.mgrid[0:64, 0:64]
image = np.stack([128 + 120 * np.sin(x / 4), 128 + 120 * np.cos(y / 3), 128 + 120 * np.sin((x - y) / 5)], 2).astype(np.uint8)
for name in ("444", "422", "420", "440"):
    path = f"{sys.argv[1]}/{name}.jpg"
    cv2.imwrite(path, image, [cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, getattr(cv2, "IMWRITE_JPEG_SAMPLING_FACTOR_" + name)])
    np.asarray(Image.open(path).convert("RGB")).tofile(path + ".rgb")
PYTHON
cat > "$folder/Read.java" <<'JAVA'
import java.nio.file.*;
import javax.imageio.ImageIO;

class Read {
  public static void main(String[] folder) throws Exception {
    StringBuilder seen = new StringBuilder();
    for (String name : new String[] {"444", "422", "420", "440"}) {
      var image = ImageIO.read(Path.of(folder[0], name + ".jpg").toFile());
      byte[] pillow = Files.readAllBytes(Path.of(folder[0], name + ".jpg.rgb"));
      int largest = 0;
      for (int i = 0; i < pillow.length; i++) {
        int rgb = image.getRGB(i / 3 % 64, i / 3 / 64);
        largest = Math.max(largest, Math.abs((rgb >> 16 - 8 * (i % 3) & 255) - (pillow[i] & 255)));
      }
      System.out.println(name + " differs by at most " + largest);
      seen.append(largest > 0 ? "x" : "=");
    }
    System.out.println(System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
    System.exit(seen.toString().equals("===x") ? 0 : 1);
  }
}
JAVA
"${JAVA:-java}" "$folder/Read.java" "$folder"
