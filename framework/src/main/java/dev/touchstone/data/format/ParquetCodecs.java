package dev.touchstone.data.format;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import org.apache.parquet.format.CompressionCodec;

/** Compressions that the JDK does not know; apart, as their library may be missing. */
final class ParquetCodecs {
  private ParquetCodecs() {}

  /**
   * Writes a page's bytes.
   *
   * @param into receives them from its beginning on
   * @param most as many at most
   * @return how many they are
   */
  static int decompress(CompressionCodec codec, ParquetPages.Bytes bytes, byte[] into, int most) {
    Decompressor decompressor =
        switch (codec) {
          case SNAPPY -> new SnappyDecompressor();
          case ZSTD -> new ZstdDecompressor();
          case LZ4_RAW -> new Lz4Decompressor();
          default -> throw new IllegalArgumentException("no compression of these: " + codec);
        };
    // An empty page has no compressed bytes, either.
    return bytes.length() == 0
        ? 0
        : decompressor.decompress(bytes.array(), bytes.offset(), bytes.length(), into, 0, most);
  }
}
