package dev.touchstone.data.format;

import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** The pages of one column in one row group, read from the file one after the other. */
final class ParquetPages implements PageReader {
  private static final int MOST_BYTES_A_PAGE = 1 << 28;
  private static final int BUFFER = 1 << 16;

  private final String where;
  private final PrimitiveType type;
  private final CompressionCodec codec;
  private final long values;
  private final InputStream in;
  private @Nullable DictionaryPage dictionary;
  private @Nullable DataPage first;
  private long valuesRead;

  /** As it stands in the file, and without compression. */
  private byte[] stored = {};

  private byte[] plain = {};
  private boolean begun;

  /**
   * Pages.
   *
   * @param where the file and the column, for messages
   * @param file holds them
   */
  ParquetPages(String where, PrimitiveType type, FileChannel file, ColumnMetaData column)
      throws IOException {
    this.where = where;
    this.type = type;
    this.codec = column.getCodec();
    this.values = column.getNum_values();
    long from = column.getData_page_offset();
    if (column.isSetDictionary_page_offset() && column.getDictionary_page_offset() > 0) {
      from = Math.min(from, column.getDictionary_page_offset());
    }
    long length = column.getTotal_compressed_size();
    if (from < 0 || length < 0 || length > file.size() - from) {
      throw damaged("its pages lie outside the file");
    }
    this.in = new BufferedInputStream(new Region(file, from, from + length), BUFFER);
  }

  private TouchstoneException damaged(String why) {
    return new TouchstoneException("%s: %s; fetch the file again".formatted(where, why));
  }

  /** Bytes of a file between two positions. */
  private static final class Region extends InputStream {
    private final FileChannel file;
    private final long to;
    private long at;

    Region(FileChannel file, long from, long to) {
      this.file = file;
      this.at = from;
      this.to = to;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (at >= to) {
        return -1;
      }
      int most = (int) Math.min(length, to - at);
      int read = file.read(ByteBuffer.wrap(into, offset, most), at);
      at += Math.max(0, read);
      return read;
    }
  }

  @Override
  public long getTotalValueCount() {
    return values;
  }

  @Override
  public @Nullable DictionaryPage readDictionaryPage() {
    begin();
    return dictionary;
  }

  private void begin() {
    if (!begun) {
      begun = true;
      first = next();
    }
  }

  @Override
  public @Nullable DataPage readPage() {
    begin();
    DataPage page = first;
    first = null;
    return page != null ? page : next();
  }

  private @Nullable DataPage next() {
    try {
      while (valuesRead < values) {
        PageHeader header = Util.readPageHeader(in);
        int compressed = size(header.getCompressed_page_size());
        int uncompressed = size(header.getUncompressed_page_size());
        Bytes bytes = read(compressed);
        check(header, bytes);
        PageType kind = header.getType();
        if (kind == PageType.DICTIONARY_PAGE) {
          if (dictionary != null || header.getDictionary_page_header() == null) {
            throw damaged("it has a dictionary where none belongs");
          }
          dictionary =
              new DictionaryPage(
                  // It is used until the last page.
                  BytesInput.from(decompressed(bytes, uncompressed).copy()),
                  uncompressed,
                  header.getDictionary_page_header().getNum_values(),
                  Encoding.valueOf(header.getDictionary_page_header().getEncoding().name()));
        } else if (kind == PageType.DATA_PAGE && header.getData_page_header() != null) {
          return counted(page(header.getData_page_header(), bytes, uncompressed));
        } else if (kind == PageType.DATA_PAGE_V2 && header.getData_page_header_v2() != null) {
          return counted(page(header.getData_page_header_v2(), bytes, uncompressed));
        } else if (kind != PageType.INDEX_PAGE) {
          throw damaged("it has a page of no known kind");
        }
      }
      return null;
    } catch (NoClassDefFoundError e) {
      throw new TouchstoneException(
          "%s is compressed with %s, which is read by a library that is missing (%s); add %s"
              .formatted(where, codec, e.getMessage(), Dependencies.parquet()),
          e);
    } catch (EOFException e) {
      throw damaged("it ends within a page");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int size(int size) {
    if (size < 0 || size > MOST_BYTES_A_PAGE) {
      throw new TouchstoneException(
          "%s has a page of %d bytes, and %d are accepted; write smaller pages"
              .formatted(where, Integer.toUnsignedLong(size), MOST_BYTES_A_PAGE));
    }
    return size;
  }

  /** The first bytes of an array, which is used again for the next page. */
  record Bytes(byte[] array, int offset, int length) {
    byte[] copy() {
      return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** Values that continue those of the page before need them to stay. */
    BytesInput of(org.apache.parquet.format.Encoding values) {
      return values == org.apache.parquet.format.Encoding.DELTA_BYTE_ARRAY
          ? BytesInput.from(copy())
          : BytesInput.from(array, offset, length);
    }

    Bytes from(int start) {
      return new Bytes(array, offset + start, length - start);
    }
  }

  private Bytes read(int length) throws IOException {
    if (stored.length < length) {
      stored = new byte[length];
    }
    if (in.readNBytes(stored, 0, length) < length) {
      throw new EOFException();
    }
    return new Bytes(stored, 0, length);
  }

  private void check(PageHeader header, Bytes bytes) {
    if (header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(bytes.array, bytes.offset, bytes.length);
      if ((int) crc.getValue() != header.getCrc()) {
        throw damaged("the checksum of a page is wrong");
      }
    }
  }

  private DataPage counted(DataPage page) {
    valuesRead += page.getValueCount();
    if (page.getValueCount() < 0 || valuesRead > values) {
      throw damaged("its pages hold more values than it promises");
    }
    return page;
  }

  private Statistics<?> none() {
    return Statistics.createStats(type);
  }

  private DataPage page(DataPageHeader header, Bytes bytes, int uncompressed) throws IOException {
    return new DataPageV1(
        decompressed(bytes, uncompressed).of(header.getEncoding()),
        header.getNum_values(),
        uncompressed,
        none(),
        Encoding.valueOf(header.getRepetition_level_encoding().name()),
        Encoding.valueOf(header.getDefinition_level_encoding().name()),
        Encoding.valueOf(header.getEncoding().name()));
  }

  /** Levels stand uncompressed in front of the values. */
  private DataPage page(DataPageHeaderV2 header, Bytes bytes, int uncompressed) throws IOException {
    int repetitions = header.getRepetition_levels_byte_length();
    int definitions = header.getDefinition_levels_byte_length();
    long levels = (long) repetitions + definitions;
    if (repetitions < 0 || definitions < 0 || levels > Math.min(bytes.length, uncompressed)) {
      throw damaged("a page's levels are longer than the page");
    }
    Bytes data = bytes.from((int) levels);
    if (!header.isSetIs_compressed() || header.isIs_compressed()) {
      data = decompressed(data, uncompressed - (int) levels);
    }
    return DataPageV2.uncompressed(
        header.getNum_rows(),
        header.getNum_nulls(),
        header.getNum_values(),
        BytesInput.from(bytes.array, 0, repetitions),
        BytesInput.from(bytes.array, repetitions, definitions),
        Encoding.valueOf(header.getEncoding().name()),
        data.of(header.getEncoding()),
        none());
  }

  /** The bytes of a page, which are those of the next one after that. */
  private Bytes decompressed(Bytes bytes, int size) throws IOException {
    if (codec != CompressionCodec.UNCOMPRESSED && plain.length < size) {
      plain = new byte[size];
    }
    int length =
        switch (codec) {
          case UNCOMPRESSED -> bytes.length;
          case GZIP -> unzipped(bytes, size);
          case SNAPPY, ZSTD, LZ4_RAW -> ParquetCodecs.decompress(codec, bytes, plain, size);
          default ->
              throw new TouchstoneException(
                  "%s is compressed with %s; write it with snappy, zstd, gzip, LZ4_RAW or uncompressed"
                      .formatted(where, codec));
        };
    if (length != size) {
      throw damaged("a page holds another number of bytes than it promises");
    }
    return codec == CompressionCodec.UNCOMPRESSED ? bytes : new Bytes(plain, 0, size);
  }

  private int unzipped(Bytes bytes, int size) throws IOException {
    try (InputStream zipped =
        new GZIPInputStream(
            new ByteArrayInputStream(bytes.array, bytes.offset, bytes.length), BUFFER)) {
      int read = zipped.readNBytes(plain, 0, size);
      return zipped.read() < 0 ? read : size + 1;
    }
  }
}
