package dev.touchstone.data.image;

import dev.touchstone.runtime.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** What {@code src/test/python/images.py} wrote with Pillow, PyTorch and torchvision. */
final class Expected {
  private Expected() {}

  private static InputStream open(String file) {
    return Objects.requireNonNull(Expected.class.getResourceAsStream("/images/" + file));
  }

  /** The cells of a table without its header. */
  static List<String[]> rows(String file) {
    try (InputStream in = open(file);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    file.endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path file(String name) {
    return Path.of("src/test/resources/images/decoded", name);
  }

  /** The bytes that the script draws. */
  static byte[] drawn(int seed, int size) {
    byte[] values = new byte[size];
    int state = seed;
    for (int i = 0; i < size; i++) {
      state = state * 1103515245 + 12345 & 0x7fffffff;
      values[i] = (byte) Math.min(255, Math.max(0, (state >> 16) % 384 - 64));
    }
    return values;
  }

  /** As the script tells bytes: a few as they are, and many by their hash. */
  static String told(byte[] bytes) {
    return bytes.length <= 400
        ? HexFormat.of().formatHex(bytes)
        : "sha256:" + Digest.ofBytes(bytes);
  }
}
