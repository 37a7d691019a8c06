package dev.touchstone.data.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one column in one row group, many at a time: what Apache Parquet's reader of
 * columns does value by value, for whole numbers with a sign and floating-point numbers.
 */
final class ParquetNumbers {
  /** Of the smaller whole numbers doubles hold each. */
  private static final long LARGEST_EXACT = 1L << 53;

  private final ParquetPages pages;
  private final ColumnDescriptor column;
  private final PrimitiveTypeName type;
  private final boolean isWhole;
  private @Nullable Dictionary dictionary;
  private double @Nullable [] numbersOfDictionary;

  /** How many values of the page are not read yet. */
  private int left;

  /** Which of them there are; null where all are. */
  private @Nullable Levels levels;

  private Values values = (into, from, count) -> {};

  /** The definition levels of a page, one after the other. */
  private interface Levels {
    int next() throws IOException;
  }

  /** The values of a page that there are. */
  private interface Values {
    void read(double[] into, int from, int count);
  }

  /** Numbers from the row group's first one on. */
  ParquetNumbers(ParquetPages pages, ColumnDescriptor column) {
    this.pages = pages;
    this.column = column;
    this.type = column.getPrimitiveType().getPrimitiveTypeName();
    this.isWhole = type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.INT64;
  }

  /**
   * Reads the next numbers.
   *
   * @param numbers receive them from their first one on; NaN where there is none, or no double
   *     holds a whole number
   * @param gone receives whether a whole number is missing
   */
  void read(double[] numbers, boolean[] gone, int count) throws IOException {
    for (int at = 0; at < count; ) {
      while (left == 0) {
        open();
      }
      int some = Math.min(left, count - at);
      if (levels == null) {
        values.read(numbers, at, some);
        if (isWhole) {
          Arrays.fill(gone, at, at + some, false);
        }
      } else {
        readDefined(levels, numbers, gone, at, some);
      }
      left -= some;
      at += some;
    }
  }

  private void readDefined(Levels of, double[] numbers, boolean[] gone, int from, int count)
      throws IOException {
    int most = column.getMaxDefinitionLevel();
    int begun = from;
    for (int i = from; i < from + count; i++) {
      gone[i] = of.next() != most;
      if (gone[i]) {
        values.read(numbers, begun, i - begun);
        numbers[i] = Double.NaN;
        begun = i + 1;
      }
    }
    values.read(numbers, begun, from + count - begun);
  }

  private void open() throws IOException {
    DataPage page = pages.readPage();
    if (page == null) {
      throw new IOException("its pages hold fewer values than it promises");
    }
    left = page.getValueCount();
    if (page instanceof DataPageV1 v1) {
      open(v1);
    } else {
      open((DataPageV2) page);
    }
  }

  private void open(DataPageV1 page) throws IOException {
    BytesInput bytes = page.getBytes();
    ByteBufferInputStream in = bytes.toInputStream();
    ValuesReader of = page.getDlEncoding().getValuesReader(column, ValuesType.DEFINITION_LEVEL);
    of.initFromPage(left, in);
    boolean all =
        column.getMaxDefinitionLevel() == 0
            || page.getDlEncoding() == Encoding.RLE
                && isOneRun(bytes.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    levels = all ? null : of::readInteger;
    open(page.getValueEncoding(), in);
  }

  /** Whether levels, behind their length in bytes, are one for all values, and these are there. */
  private boolean isOneRun(ByteBuffer bytes) {
    int end = bytes.position() + Integer.BYTES + bytes.getInt(bytes.position());
    int at = bytes.position() + Integer.BYTES;
    long header = 0;
    for (int shift = 0; at < end && shift < Integer.SIZE; shift += 7) {
      byte b = bytes.get(at++);
      header |= (b & 0x7fL) << shift;
      if (b >= 0) {
        break;
      }
    }
    return (header & 1) == 0
        && header >>> 1 >= left
        && at < end
        && bytes.get(at) == column.getMaxDefinitionLevel();
  }

  private void open(DataPageV2 page) throws IOException {
    levels = null;
    if (page.getNullCount() != 0) {
      int bits = Integer.SIZE - Integer.numberOfLeadingZeros(column.getMaxDefinitionLevel());
      levels =
          new RunLengthBitPackingHybridDecoder(bits, page.getDefinitionLevels().toInputStream())
              ::readInt;
    }
    open(page.getDataEncoding(), page.getData().toInputStream());
  }

  private void open(Encoding encoding, ByteBufferInputStream in) throws IOException {
    if (encoding.usesDictionary()) {
      Dictionary words = dictionary();
      double[] numbers = numbers(words);
      ValuesReader ids = encoding.getDictionaryBasedValuesReader(column, ValuesType.VALUES, words);
      ids.initFromPage(left, in);
      values =
          (into, from, count) -> {
            for (int i = from; i < from + count; i++) {
              into[i] = numbers[ids.readValueDictionaryId()];
            }
          };
    } else if (encoding == Encoding.PLAIN) {
      values = plain(in.slice(in.available()).order(ByteOrder.LITTLE_ENDIAN));
    } else {
      ValuesReader of = encoding.getValuesReader(column, ValuesType.VALUES);
      of.initFromPage(left, in);
      values =
          (into, from, count) -> {
            for (int i = from; i < from + count; i++) {
              into[i] = number(of);
            }
          };
    }
  }

  private Dictionary dictionary() throws IOException {
    if (dictionary == null) {
      DictionaryPage page = pages.readDictionaryPage();
      if (page == null) {
        throw new IOException("its values are numbers of a dictionary that is missing");
      }
      dictionary = page.getEncoding().initDictionary(column, page);
    }
    return dictionary;
  }

  private double[] numbers(Dictionary words) {
    if (numbersOfDictionary == null) {
      double[] numbers = new double[words.getMaxId() + 1];
      for (int id = 0; id < numbers.length; id++) {
        numbers[id] =
            switch (type) {
              case DOUBLE -> words.decodeToDouble(id);
              case FLOAT -> words.decodeToFloat(id);
              case INT32 -> words.decodeToInt(id);
              default -> exact(words.decodeToLong(id));
            };
      }
      numbersOfDictionary = numbers;
    }
    return numbersOfDictionary;
  }

  private double number(ValuesReader of) {
    return switch (type) {
      case DOUBLE -> of.readDouble();
      case FLOAT -> of.readFloat();
      case INT32 -> of.readInteger();
      default -> exact(of.readLong());
    };
  }

  private Values plain(ByteBuffer bytes) {
    return switch (type) {
      case DOUBLE -> bytes.asDoubleBuffer()::get;
      case FLOAT ->
          (into, from, count) -> {
            for (int i = from; i < from + count; i++) {
              into[i] = bytes.getFloat();
            }
          };
      case INT32 ->
          (into, from, count) -> {
            for (int i = from; i < from + count; i++) {
              into[i] = bytes.getInt();
            }
          };
      default ->
          (into, from, count) -> {
            for (int i = from; i < from + count; i++) {
              into[i] = exact(bytes.getLong());
            }
          };
    };
  }

  /** The double that a whole number is; NaN if none is. */
  static double exact(long whole) {
    // Of the larger ones, those that a double does not change are.
    return Math.abs(whole) <= LARGEST_EXACT
            || (whole != Long.MAX_VALUE && (long) (double) whole == whole)
        ? whole
        : Double.NaN;
  }
}
