package dev.touchstone.data.format;

import dev.touchstone.runtime.TouchstoneException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A NumPy array that stands open to be read once, in the format of {@code numpy.save}, versions 1
 * to 3: elements of either byte order, in C or in Fortran order. Nothing is unpickled.
 */
public final class NpyArray implements AutoCloseable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MOST_HEADER_BYTES = 1 << 16;
  private static final int MOST_AXES = 32;
  private static final int MOST_BYTES_AT_ONCE = Integer.MAX_VALUE - 16;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*('([^']*)'|\\[.*?\\]\\s*,)");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*((\\d+L?\\s*,\\s*)*(\\d+L?)?)\\s*\\)");

  private final String where;
  private final InputStream in;
  private final NpyType type;
  private final int[] shape;
  private final boolean fortran;

  private NpyArray(String where, InputStream in, NpyType type, int[] shape, boolean fortran) {
    this.where = where;
    this.in = in;
    this.type = type;
    this.shape = shape;
    this.fortran = fortran;
  }

  /**
   * Reads the header.
   *
   * @param where the file, and the array in it, for messages
   * @param in closed with the array, or here if it is none
   * @throws TouchstoneException if it is no array that can be read
   */
  static NpyArray open(String where, InputStream in) throws IOException {
    try {
      return read(where, new DataInputStream(in));
    } catch (EOFException e) {
      in.close();
      throw new TouchstoneException(where + " ends within its header: the file is truncated", e);
    } catch (IllegalArgumentException e) {
      in.close();
      throw new TouchstoneException("%s: %s".formatted(where, e.getMessage()), e);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static NpyArray read(String where, DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new TouchstoneException(
          where + " is no NumPy array: it does not begin as numpy.save(…) begins one");
    }
    int version = in.readUnsignedByte();
    in.readUnsignedByte();
    if (version < 1 || version > 3) {
      throw new TouchstoneException(
          "%s is in version %d of NumPy's format; 1 to 3 are known".formatted(where, version));
    }
    long length =
        version == 1
            ? Short.reverseBytes(in.readShort()) & 0xffff
            : Integer.reverseBytes(in.readInt()) & 0xffffffffL;
    if (length > MOST_HEADER_BYTES) {
      throw new TouchstoneException(
          "%s has a header of %d bytes, and %d are accepted"
              .formatted(where, length, MOST_HEADER_BYTES));
    }
    byte[] bytes = new byte[(int) length];
    in.readFully(bytes);
    String header = new String(bytes, StandardCharsets.UTF_8).strip();
    NpyType type = type(header);
    int[] shape = shape(header);
    return new NpyArray(where, in, type, shape, group(ORDER, header).equals("True"));
  }

  private static String group(Pattern pattern, String header) {
    Matcher found = pattern.matcher(header);
    boolean once = found.find();
    String value = once ? found.group(1) : "";
    if (!once || found.find() || !header.startsWith("{") || !header.endsWith("}")) {
      String shown = header.length() <= 100 ? header : header.substring(0, 100) + "…";
      throw new IllegalArgumentException("its header is not NumPy's: " + shown);
    }
    return value;
  }

  private static NpyType type(String header) {
    String quoted = group(TYPE, header);
    return NpyType.of(quoted.startsWith("'") ? quoted.substring(1, quoted.length() - 1) : quoted);
  }

  private static int[] shape(String header) {
    List<String> axes =
        Arrays.stream(group(SHAPE, header).split(","))
            .map(String::strip)
            .filter(a -> !a.isEmpty())
            .toList();
    if (axes.isEmpty() || axes.size() > MOST_AXES) {
      throw new IllegalArgumentException(
          "it has %d axes; expected the examples along the first of one axis or more"
              .formatted(axes.size()));
    }
    int[] shape = new int[axes.size()];
    for (int a = 0; a < shape.length; a++) {
      String digits = axes.get(a).replace("L", "");
      if (digits.length() > 9) {
        throw new IllegalArgumentException("its axis %d is %s long".formatted(a, digits));
      }
      shape[a] = Integer.parseInt(digits);
    }
    return shape;
  }

  /** Returns what the elements are. */
  public NpyType type() {
    return type;
  }

  /** Number of examples first. */
  public int[] shape() {
    return shape.clone();
  }

  /** Returns the length of the first axis. */
  public int rows() {
    return shape[0];
  }

  /** How many elements an example has. */
  public int rowSize() {
    long size = 1;
    for (int a = 1; a < shape.length; a++) {
      size *= shape[a];
      if (size > Integer.MAX_VALUE / 8) {
        throw new TouchstoneException(
            "%s has examples of the shape %s, which are too large"
                .formatted(where, Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length))));
      }
    }
    return (int) size;
  }

  /** Takes one example. */
  public interface Row {
    /**
     * Called for each example in turn.
     *
     * @param elements holds the example
     * @param at where each element, in C order, begins
     */
    void take(ByteBuffer elements, int[] at);
  }

  /**
   * Reads all examples, in C order one by one, and in Fortran order all at once.
   *
   * @throws TouchstoneException if there are fewer or more bytes than the header promises
   */
  public void forEach(Row row) throws IOException {
    int size = rowSize();
    if (fortran && shape.length > 1) {
      byColumns(row, size);
    } else {
      byRows(row, size);
    }
    if (in.read() >= 0) {
      throw new TouchstoneException(
          where
              + " goes on after the elements that its header promises; was another array"
              + " appended?");
    }
  }

  private void byRows(Row row, int size) throws IOException {
    int[] at = new int[size];
    for (int i = 0; i < size; i++) {
      at[i] = Math.multiplyExact(i, type.width());
    }
    byte[] bytes = new byte[Math.multiplyExact(size, type.width())];
    ByteBuffer elements = type.over(bytes);
    for (int i = 0; i < rows(); i++) {
      int read = in.readNBytes(bytes, 0, bytes.length);
      if (read < bytes.length) {
        throw truncated((long) i * bytes.length + read);
      }
      row.take(elements, at);
    }
  }

  /** The first index moves fastest: element k is of example k mod n. */
  private void byColumns(Row row, int size) throws IOException {
    long length = (long) size * rows() * type.width();
    if (length > MOST_BYTES_AT_ONCE) {
      throw new TouchstoneException(
          "%s is in Fortran order, of which %d bytes are read at once; save it in C order, numpy.save(file, numpy.ascontiguousarray(array))"
              .formatted(where, MOST_BYTES_AT_ONCE));
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw truncated(bytes.length);
    }
    int[] columns = columnsInCOrder(size);
    int[] at = new int[size];
    ByteBuffer elements = type.over(bytes);
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < size; j++) {
        at[j] = (columns[j] * rows() + i) * type.width();
      }
      row.take(elements, at);
    }
  }

  /** For each element of an example in C order, which it is in Fortran order. */
  private int[] columnsInCOrder(int size) {
    int[] columns = new int[size];
    for (int j = 0; j < size; j++) {
      int rest = j;
      int column = 0;
      for (int a = shape.length - 1; a > 0; a--) {
        int index = rest % shape[a];
        rest /= shape[a];
        int before = 1;
        for (int b = 1; b < a; b++) {
          before *= shape[b];
        }
        column += index * before;
      }
      columns[j] = column;
    }
    return columns;
  }

  private TouchstoneException truncated(long read) {
    return new TouchstoneException(
        "%s promises %s elements of %d bytes and ends after %d bytes: the file is truncated"
            .formatted(where, describeShape(), type.width(), read));
  }

  private String describeShape() {
    return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" × "));
  }

  /** Such as {@code float32 [100, 28, 28]}. */
  @Override
  public String toString() {
    return type + " " + Arrays.toString(shape);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
