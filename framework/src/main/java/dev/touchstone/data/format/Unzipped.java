package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens a file that may be gzipped; its first two bytes tell, whatever its name. Whoever reads to
 * the end learns of a damaged checksum, and of bytes after the compressed data, which Java passes
 * over.
 */
final class Unzipped {
  private static final int BUFFER = 1 << 16;

  private Unzipped() {}

  static InputStream open(Location file) throws IOException {
    InputStream in = new BufferedInputStream(file.open());
    try {
      in.mark(2);
      boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzipped ? new WholeGzip(in) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Gzipped members to the end of the file, and nothing else. */
  private static final class WholeGzip extends GZIPInputStream {
    /** The checksum and the length after a member's data. */
    private static final int TRAILER = 8;

    WholeGzip(InputStream in) throws IOException {
      super(in, BUFFER);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      if (read < 0 && (inf.getRemaining() > TRAILER || in.read() >= 0)) {
        throw new ZipException("something follows its compressed data");
      }
      return read;
    }
  }
}
