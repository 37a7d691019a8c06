package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Opens a file that may be gzipped; its first two bytes tell, whatever its name. */
final class Unzipped {
  private Unzipped() {}

  static InputStream open(Location file) throws IOException {
    InputStream in = new BufferedInputStream(file.open());
    try {
      in.mark(2);
      boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzipped ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }
}
