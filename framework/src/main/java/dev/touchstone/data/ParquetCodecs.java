package dev.touchstone.data;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.util.Arrays;
import org.apache.parquet.format.CompressionCodec;

/** Compressions that the JDK does not know; apart, as their library may be missing. */
final class ParquetCodecs {
  private ParquetCodecs() {}

  /**
   * Returns a page's bytes.
   *
   * @param size how many are expected; fewer may come
   */
  static byte[] decompressed(CompressionCodec codec, byte[] bytes, int size) {
    Decompressor decompressor =
        switch (codec) {
          case SNAPPY -> new SnappyDecompressor();
          case ZSTD -> new ZstdDecompressor();
          case LZ4_RAW -> new Lz4Decompressor();
          default -> throw new IllegalArgumentException("no compression of these: " + codec);
        };
    byte[] out = new byte[size];
    // An empty page has no compressed bytes, either.
    int written =
        bytes.length == 0 ? 0 : decompressor.decompress(bytes, 0, bytes.length, out, 0, size);
    return written == size ? out : Arrays.copyOf(out, written);
  }
}
