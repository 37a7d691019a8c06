package dev.touchstone.data.format;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.parquet.VersionParser;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A column of a Parquet file that is read from row group to row group, one value after the other.
 */
final class ParquetColumn {
  /** What a value is to whoever reads the table. */
  private enum Kind {
    WHOLE,
    UNSIGNED,
    FLOAT,
    DOUBLE,
    HALF,
    TRUTH,
    DECIMAL,
    TEXT,
    DATE,
    TIME,
    MILLIS,
    MICROS,
    NANOS,
    INT96,
    UUID,
    BYTES,
    NESTED
  }

  static final int NUMBERS_AHEAD = 1 << 10;
  private static final long EPOCH_AS_JULIAN_DAY = 2_440_588;
  private static final long NANOS_OF_A_SECOND = 1_000_000_000;

  private final String where;
  private final SchemaElement element;
  private final int index;
  private final Kind kind;
  private final boolean isNumber;
  private final FileChannel file;
  private final VersionParser.@Nullable ParsedVersion writer;
  private final List<RowGroup> groups;
  private @Nullable ColumnReader reader;

  /** Whether a number may be none, and then is missing. */
  private final boolean isFloating;

  /** Whether its numbers are read together, and what reads those of a row group. */
  private final boolean together;

  private @Nullable ParquetNumbers several;

  /** The definition level at which there is a value. */
  private final int definedFrom;

  private int group = -1;

  /** The row at which the reader stands in the row group. */
  private long row;

  /** Numbers from a row on, up to that at which the reader stands, and whether each is missing. */
  private final double[] numbers = new double[NUMBERS_AHEAD];

  private final boolean[] gone = new boolean[NUMBERS_AHEAD];
  private long aheadFrom;

  /**
   * A column.
   *
   * @param index of the leaf among all leaves of the file
   * @param above in how many records that may be missing it stands
   * @param nested whether it is a list or a record, which is not read
   */
  ParquetColumn(
      String table,
      SchemaElement element,
      int index,
      int above,
      boolean nested,
      FileChannel file,
      VersionParser.@Nullable ParsedVersion writer,
      List<RowGroup> groups) {
    this.where = "%s, column \"%s\"".formatted(table, element.getName());
    this.element = element;
    this.index = index;
    this.definedFrom =
        above + (element.getRepetition_type() == FieldRepetitionType.REQUIRED ? 0 : 1);
    this.kind = nested ? Kind.NESTED : kind(element);
    this.isNumber = otherwise().isEmpty();
    this.isFloating = kind == Kind.FLOAT || kind == Kind.DOUBLE || kind == Kind.HALF;
    this.together = kind == Kind.WHOLE || kind == Kind.FLOAT || kind == Kind.DOUBLE;
    this.file = file;
    this.writer = writer;
    this.groups = groups;
  }

  private static Kind kind(SchemaElement element) {
    LogicalType logical = element.getLogicalType();
    ConvertedType converted = element.getConverted_type();
    return switch (element.getType()) {
      case BOOLEAN -> Kind.TRUTH;
      case FLOAT -> Kind.FLOAT;
      case DOUBLE -> Kind.DOUBLE;
      case INT96 -> Kind.INT96;
      case INT32 ->
          isDecimal(element)
              ? Kind.DECIMAL
              : converted == ConvertedType.DATE || (logical != null && logical.isSetDATE())
                  ? Kind.DATE
                  : isTime(element) ? Kind.TIME : isUnsigned(element) ? Kind.UNSIGNED : Kind.WHOLE;
      case INT64 ->
          isDecimal(element)
              ? Kind.DECIMAL
              : timestamp(element) != null
                  ? Objects.requireNonNull(timestamp(element))
                  : isTime(element) ? Kind.TIME : isUnsigned(element) ? Kind.UNSIGNED : Kind.WHOLE;
      case BYTE_ARRAY ->
          isDecimal(element) ? Kind.DECIMAL : isText(element) ? Kind.TEXT : Kind.BYTES;
      case FIXED_LEN_BYTE_ARRAY ->
          isDecimal(element)
              ? Kind.DECIMAL
              : logical != null && logical.isSetFLOAT16()
                  ? Kind.HALF
                  : logical != null && logical.isSetUUID() ? Kind.UUID : Kind.BYTES;
    };
  }

  private static boolean isDecimal(SchemaElement element) {
    return element.getConverted_type() == ConvertedType.DECIMAL
        || (element.getLogicalType() != null && element.getLogicalType().isSetDECIMAL());
  }

  private static boolean isTime(SchemaElement element) {
    ConvertedType converted = element.getConverted_type();
    LogicalType logical = element.getLogicalType();
    return converted == ConvertedType.TIME_MILLIS
        || converted == ConvertedType.TIME_MICROS
        || (logical != null && logical.isSetTIME());
  }

  private static boolean isUnsigned(SchemaElement element) {
    ConvertedType converted = element.getConverted_type();
    LogicalType logical = element.getLogicalType();
    return (converted != null && converted.name().startsWith("UINT_"))
        || (logical != null && logical.isSetINTEGER() && !logical.getINTEGER().isIsSigned());
  }

  private static boolean isText(SchemaElement element) {
    ConvertedType converted = element.getConverted_type();
    LogicalType logical = element.getLogicalType();
    return converted == ConvertedType.UTF8
        || converted == ConvertedType.ENUM
        || converted == ConvertedType.JSON
        || (logical != null
            && (logical.isSetSTRING() || logical.isSetENUM() || logical.isSetJSON()));
  }

  private static @Nullable Kind timestamp(SchemaElement element) {
    ConvertedType converted = element.getConverted_type();
    LogicalType logical = element.getLogicalType();
    if (logical != null && logical.isSetTIMESTAMP()) {
      TimeUnit unit = logical.getTIMESTAMP().getUnit();
      return unit.isSetNANOS() ? Kind.NANOS : unit.isSetMICROS() ? Kind.MICROS : Kind.MILLIS;
    }
    return converted == ConvertedType.TIMESTAMP_MILLIS
        ? Kind.MILLIS
        : converted == ConvertedType.TIMESTAMP_MICROS ? Kind.MICROS : null;
  }

  /** Whether a timestamp is a moment, and no reading of a wall clock. */
  private boolean isMoment() {
    LogicalType logical = element.getLogicalType();
    return logical == null
        || !logical.isSetTIMESTAMP()
        || logical.getTIMESTAMP().isIsAdjustedToUTC();
  }

  /** Whether its values are bytes of no stated meaning. */
  boolean isBytes() {
    return kind == Kind.BYTES;
  }

  boolean isText() {
    return kind == Kind.TEXT;
  }

  /** What kind of values it has, in words; of numbers and truth values nothing. */
  String otherwise() {
    return switch (kind) {
      case WHOLE, UNSIGNED, FLOAT, DOUBLE, HALF, TRUTH, DECIMAL -> "";
      case TEXT -> "a text";
      case DATE -> "a date";
      case TIME -> "a time of day";
      case MILLIS, MICROS, NANOS, INT96 -> "a timestamp";
      case UUID -> "a UUID";
      case BYTES -> "bytes";
      case NESTED -> "a list or a record";
    };
  }

  /** Stands at a row of a row group; returns whether there is a value. */
  private @Nullable ColumnReader at(int ofGroup, long ofRow) {
    try {
      if (group != ofGroup) {
        open(ofGroup);
      }
      ColumnReader at = reader;
      if (at == null) {
        throw new IllegalStateException("no row group was opened");
      }
      for (; row < ofRow; row++) {
        // A value that nobody read is not passed over by itself.
        if (at.getCurrentDefinitionLevel() == definedFrom) {
          at.skip();
        }
        at.consume();
      }
      return at.getCurrentDefinitionLevel() < definedFrom ? null : at;
    } catch (IOException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** Says of which column the reader of Apache Parquet speaks. */
  private RuntimeException unreadable(Exception e) {
    return e instanceof TouchstoneException said
        ? said
        : new TouchstoneException(
            "%s could not be read: %s; fetch the file again, or write it anew"
                .formatted(where, e.getMessage()),
            e);
  }

  private void open(int ofGroup) throws IOException {
    if (kind == Kind.NESTED) {
      throw new TouchstoneException(
          "%1$s holds lists or records; leave it out, .without(\"%2$s\"), write what stands inside as columns of their own, or say .images(\"%2$s\") if it holds images"
              .formatted(where, element.getName()));
    }
    ColumnDescriptor descriptor = descriptor();
    reader =
        new ColumnReaderImpl(
            descriptor, pages(ofGroup, descriptor), new PrimitiveConverter() {}, writer);
    group = ofGroup;
    row = 0;
  }

  private ColumnDescriptor descriptor() {
    boolean required = element.getRepetition_type() == FieldRepetitionType.REQUIRED;
    PrimitiveType type =
        new PrimitiveType(
            required ? Type.Repetition.REQUIRED : Type.Repetition.OPTIONAL,
            PrimitiveType.PrimitiveTypeName.valueOf(
                element
                    .getType()
                    .name()
                    .replace("BYTE_ARRAY", "BINARY")
                    .replace("FIXED_LEN_BINARY", "FIXED_LEN_BYTE_ARRAY")),
            element.getType_length(),
            element.getName());
    return new ColumnDescriptor(new String[] {element.getName()}, type, 0, definedFrom);
  }

  private ParquetPages pages(int ofGroup, ColumnDescriptor descriptor) throws IOException {
    RowGroup of = groups.get(ofGroup);
    ColumnChunk chunk = of.getColumns().get(index);
    if (chunk.getMeta_data() == null || chunk.isSetCrypto_metadata()) {
      throw new TouchstoneException(where + " is encrypted; write it without encryption");
    }
    if (chunk.isSetFile_path()) {
      throw new TouchstoneException(where + " lies in another file, which is not followed");
    }
    if (chunk.getMeta_data().getNum_values() != of.getNum_rows()) {
      throw new TouchstoneException(
          "%s has %d values in a group of %d rows; the file is damaged"
              .formatted(where, chunk.getMeta_data().getNum_values(), of.getNum_rows()));
    }
    return new ParquetPages(where, descriptor.getPrimitiveType(), file, chunk.getMeta_data());
  }

  /** Whether there is no value, or a floating-point number that is none. */
  boolean isMissing(int ofGroup, long ofRow) {
    try {
      if (!isNumber) {
        return at(ofGroup, ofRow) == null;
      }
      int ahead = ahead(ofGroup, ofRow);
      return isFloating ? Double.isNaN(numbers[ahead]) : gone[ahead];
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** The number; NaN where there is none, or no double holds it. */
  double number(int ofGroup, long ofRow) {
    try {
      return isNumber ? numbers[ahead(ofGroup, ofRow)] : noNumber(ofGroup, ofRow);
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  /**
   * Writes the numbers of some rows of a row group, of which the first {@link #NUMBERS_AHEAD} are
   * read together.
   *
   * @param into receives one every so many places
   * @param plain stays true where the number is finite and below {@link TableRows#LARGEST_EXACT}
   */
  void numbers(
      int ofGroup, long ofRow, int count, double[] into, int from, int every, boolean[] plain) {
    try {
      int ahead = ahead(ofGroup, ofRow);
      if (ahead + count > numbers.length) {
        throw new IllegalArgumentException("rows that are not read together");
      }
      for (int i = 0, at = from; i < count; i++, at += every) {
        double number = numbers[ahead + i];
        into[at] = number;
        plain[i] &= Math.abs(number) < TableRows.LARGEST_EXACT;
      }
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  private double noNumber(int ofGroup, long ofRow) {
    at(ofGroup, ofRow);
    return Double.NaN;
  }

  /** Where a row stands among the numbers that were read ahead, which it is from now on. */
  private int ahead(int ofGroup, long ofRow) {
    if (group != ofGroup || ofRow >= row) {
      long first = ofRow - ofRow % NUMBERS_AHEAD;
      if (together) {
        readTogether(ofGroup, first);
      } else {
        read(at(ofGroup, first));
      }
      aheadFrom = first;
    }
    return (int) (ofRow - aheadFrom);
  }

  private void readTogether(int ofGroup, long ofRow) {
    try {
      if (group != ofGroup || several == null) {
        ColumnDescriptor descriptor = descriptor();
        several = new ParquetNumbers(pages(ofGroup, descriptor), descriptor);
        group = ofGroup;
        row = 0;
      }
      long rows = groups.get(group).getNum_rows();
      for (; row < ofRow; row += numbers.length) {
        several.read(numbers, gone, numbers.length);
      }
      int count = (int) Math.min(numbers.length, rows - row);
      several.read(numbers, gone, count);
      row += count;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Reads the next numbers of the row group, a column's at a time and so close to each other. */
  private void read(@Nullable ColumnReader defined) {
    ColumnReader at = defined != null ? defined : Objects.requireNonNull(reader);
    int count = (int) Math.min(numbers.length, groups.get(group).getNum_rows() - row);
    for (int i = 0; i < count; i++, at.consume()) {
      gone[i] = at.getCurrentDefinitionLevel() != definedFrom;
      numbers[i] = gone[i] ? Double.NaN : number(at);
    }
    row += count;
  }

  private double number(ColumnReader at) {
    return switch (kind) {
      case TRUTH -> at.getBoolean() ? 1 : 0;
      case WHOLE, UNSIGNED -> ParquetNumbers.exact(whole(at));
      case HALF -> half(at.getBinary().toByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
      case DECIMAL -> decimal(at).doubleValue();
      default -> throw new IllegalStateException("no number: " + kind);
    };
  }

  private static double half(ByteBuffer bytes) {
    return NpyType.half(bytes.getShort(bytes.position()));
  }

  /** The bits; of 64 without a sign, those that look negative are refused. */
  private long whole(ColumnReader at) {
    boolean isInt = element.getType() == org.apache.parquet.format.Type.INT32;
    if (kind == Kind.WHOLE) {
      return isInt ? at.getInteger() : at.getLong();
    }
    long bits = isInt ? Integer.toUnsignedLong(at.getInteger()) : at.getLong();
    if (bits < 0) {
      throw new TouchstoneException(
          "%s holds %s, which is larger than int64; write it as a double or a text"
              .formatted(where, Long.toUnsignedString(bits)));
    }
    return bits;
  }

  private BigDecimal decimal(ColumnReader at) {
    int scale =
        element.getLogicalType() != null && element.getLogicalType().isSetDECIMAL()
            ? element.getLogicalType().getDECIMAL().getScale()
            : element.getScale();
    return switch (element.getType()) {
      case INT32 -> BigDecimal.valueOf(at.getInteger(), scale);
      case INT64 -> BigDecimal.valueOf(at.getLong(), scale);
      default -> new BigDecimal(new BigInteger(at.getBinary().getBytes()), scale);
    };
  }

  /** The text; empty where there is no value. */
  String text(int ofGroup, long ofRow) {
    try {
      return textHere(ofGroup, ofRow);
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  private String textHere(int ofGroup, long ofRow) {
    ColumnReader at = at(ofGroup, ofRow);
    if (at == null) {
      return "";
    }
    return switch (kind) {
      case TEXT -> at.getBinary().toStringUsingUTF8();
      case TRUTH -> Boolean.toString(at.getBoolean());
      case WHOLE, UNSIGNED -> Long.toString(whole(at));
      case FLOAT -> plain(at.getFloat(), Float.toString(at.getFloat()));
      case DOUBLE -> plain(at.getDouble(), Double.toString(at.getDouble()));
      case HALF -> plain(number(at), Double.toString(number(at)));
      case DECIMAL -> decimal(at).toPlainString();
      case DATE -> LocalDate.ofEpochDay(at.getInteger()).toString();
      case TIME -> time(at).toString();
      case MILLIS -> timestamp(at.getLong(), 1_000);
      case MICROS -> timestamp(at.getLong(), 1_000_000);
      case NANOS -> timestamp(at.getLong(), NANOS_OF_A_SECOND);
      case INT96 -> int96(at.getBinary());
      case UUID -> uuid(at.getBinary());
      case BYTES -> HexFormat.of().formatHex(at.getBinary().getBytes());
      case NESTED -> throw new IllegalStateException("lists and records are refused before");
    };
  }

  /** Whole numbers without a fraction, as they are labels. */
  private static String plain(double number, String text) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : text;
  }

  private LocalTime time(ColumnReader at) {
    if (element.getType() == org.apache.parquet.format.Type.INT32) {
      return LocalTime.ofNanoOfDay(at.getInteger() * 1_000_000L);
    }
    LogicalType logical = element.getLogicalType();
    boolean nanos =
        logical != null && logical.isSetTIME() && logical.getTIME().getUnit().isSetNANOS();
    return LocalTime.ofNanoOfDay(at.getLong() * (nanos ? 1 : 1_000));
  }

  private String timestamp(long units, long ofASecond) {
    long second = Math.floorDiv(units, ofASecond);
    long nanos = Math.floorMod(units, ofASecond) * (NANOS_OF_A_SECOND / ofASecond);
    LocalDateTime time = LocalDateTime.ofEpochSecond(second, (int) nanos, ZoneOffset.UTC);
    return isMoment() ? time.toInstant(ZoneOffset.UTC).toString() : time.toString();
  }

  private static String int96(Binary bytes) {
    ByteBuffer buffer = bytes.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = buffer.getLong(buffer.position());
    long day = buffer.getInt(buffer.position() + Long.BYTES) - EPOCH_AS_JULIAN_DAY;
    return Instant.ofEpochSecond(day * 86_400).plusNanos(nanos).toString();
  }

  private static String uuid(Binary bytes) {
    ByteBuffer buffer = bytes.toByteBuffer();
    return new UUID(buffer.getLong(buffer.position()), buffer.getLong(buffer.position() + 8))
        .toString();
  }

  /** The bytes; null where there is no value. */
  byte @Nullable [] binary(int ofGroup, long ofRow) {
    try {
      ColumnReader at = at(ofGroup, ofRow);
      return at == null ? null : at.getBinary().getBytes();
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** The bytes of the text, for a look-up. */
  byte[] bytes(int ofGroup, long ofRow) {
    try {
      return bytesHere(ofGroup, ofRow);
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  private byte[] bytesHere(int ofGroup, long ofRow) {
    ColumnReader at = kind == Kind.TEXT ? at(ofGroup, ofRow) : null;
    return at != null
        ? at.getBinary().getBytesUnsafe()
        : text(ofGroup, ofRow).getBytes(StandardCharsets.UTF_8);
  }
}
