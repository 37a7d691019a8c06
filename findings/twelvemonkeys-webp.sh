#!/usr/bin/env bash
# TwelveMonkeys 3.14.0 decodes lossy WebP images (VP8) to other numbers than libwebp does, which Pillow,
# torchvision, OpenCV and browsers call: a network that was trained on WebP files sees others in Java.
# Lossless ones are equal.
#
# Input: a smooth image of 64 x 64 as WebP, lossless, and lossy of quality 95. Expected: ImageIO's numbers
# are Pillow's. Seen (Pillow 13.0.0): lossless equal, lossy up to 38 of 255 away.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 pillow==13.0.0
for jar in imageio/imageio-webp imageio/imageio-core imageio/imageio-metadata common/common-lang common/common-io common/common-image; do
  curl -fsSL -o "$folder/${jar##*/}.jar" \
    "https://repo1.maven.org/maven2/com/twelvemonkeys/$jar/3.14.0/${jar##*/}-3.14.0.jar"
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import numpy as np
from PIL import Image

y, x = np.mgrid[0:64, 0:64]
image = np.stack([128 + 120 * np.sin(x / 4), 128 + 120 * np.cos(y / 3), 128 + 120 * np.sin((x - y) / 5)], 2).astype(np.uint8)
for name, options in (("lossless", {"lossless": True}), ("lossy", {"quality": 95})):
    path = f"{sys.argv[1]}/{name}.webp"
    Image.fromarray(image).save(path, **options)
    np.asarray(Image.open(path).convert("RGB")).tofile(path + ".rgb")
PYTHON
cat > "$folder/Read.java" <<'JAVA'
import java.nio.file.*;
import javax.imageio.ImageIO;

class Read {
  public static void main(String[] folder) throws Exception {
    int[] largest = new int[2];
    String[] names = {"lossless", "lossy"};
    for (int n = 0; n < 2; n++) {
      var image = ImageIO.read(Path.of(folder[0], names[n] + ".webp").toFile());
      byte[] pillow = Files.readAllBytes(Path.of(folder[0], names[n] + ".webp.rgb"));
      for (int i = 0; i < pillow.length; i++) {
        int rgb = image.getRGB(i / 3 % 64, i / 3 / 64);
        largest[n] = Math.max(largest[n], Math.abs((rgb >> 16 - 8 * (i % 3) & 255) - (pillow[i] & 255)));
      }
      System.out.println(names[n] + " differs by at most " + largest[n]);
    }
    System.exit(largest[0] == 0 && largest[1] > 1 ? 0 : 1);
  }
}
JAVA
java -cp "$folder/*" "$folder/Read.java" "$folder"
