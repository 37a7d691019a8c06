package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an array of numbers as NumPy's {@code save} writes it (numpy.lib.format, versions 1 to 3).
 *
 * @param shape of the array
 * @param values row-major, whatever the order in the file
 */
record NpyReader(int[] shape, double[] values) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MOST_OF_HEADER = 1 << 16;
  private static final int MOST_VALUES = 1 << 26;
  private static final Pattern TYPE = Pattern.compile("'descr': *'([<>|=]?)([a-zA-Z])(\\d*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([\\d, ]*)\\)");

  /**
   * Reads a file to its end.
   *
   * @throws TouchstoneException if it is none of NumPy's, of another type than numbers, too large,
   *     or does not hold what its header says
   */
  static NpyReader read(Location file) {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(file.open()))) {
      String header = header(file, in);
      Matcher type = found(file, TYPE, header);
      boolean fortran = found(file, ORDER, header).group(1).equals("True");
      int[] shape = shape(file, found(file, SHAPE, header).group(1));
      int size = size(file, shape);
      Kind kind = Kind.of(file, type.group(2), type.group(3));
      byte[] bytes = in.readNBytes(Math.multiplyExact(size, kind.bytes()));
      if (bytes.length < size * kind.bytes() || in.read() >= 0) {
        throw new TouchstoneException(
            "%s promises %d numbers of the shape %s, and %s; save it again"
                .formatted(
                    file,
                    size,
                    Arrays.toString(shape),
                    bytes.length < size * kind.bytes()
                        ? "ends before them"
                        : "goes on after them"));
      }
      ByteBuffer numbers =
          ByteBuffer.wrap(bytes)
              .order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        values[i] = kind.read(numbers, (fortran ? columnMajor(i, shape) : i) * kind.bytes());
      }
      return new NpyReader(shape, values);
    } catch (EOFException e) {
      throw new TouchstoneException(file + " ends within its header: the file is truncated", e);
    } catch (IOException e) {
      throw new TouchstoneException(file + " could not be read: " + e.getMessage(), e);
    }
  }

  private static String header(Location file, DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new TouchstoneException(
          "%s is no .npy file; write one with numpy.save(\"%s\", array)"
              .formatted(file, file.fileName()));
    }
    int version = in.readUnsignedByte();
    in.readUnsignedByte();
    long length =
        version == 1
            ? Short.reverseBytes(in.readShort()) & 0xffffL
            : Integer.reverseBytes(in.readInt()) & 0xffffffffL;
    if (version > 3 || length > MOST_OF_HEADER) {
      throw new TouchstoneException(
          "%s is of NumPy's format version %d with a header of %d bytes; versions 1 to 3 and %d bytes are read"
              .formatted(file, version, length, MOST_OF_HEADER));
    }
    byte[] header = new byte[(int) length];
    in.readFully(header);
    return new String(header, StandardCharsets.UTF_8);
  }

  private static Matcher found(Location file, Pattern what, String header) {
    Matcher matcher = what.matcher(header);
    if (!matcher.find()) {
      throw new TouchstoneException(
          "%s has the header %s, and an array of numbers is read; convert it with .astype(\"float32\"), and save it again"
              .formatted(file, header.strip()));
    }
    return matcher;
  }

  private static int[] shape(Location file, String tuple) {
    try {
      return Arrays.stream(tuple.split(","))
          .map(String::strip)
          .filter(length -> !length.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new TouchstoneException(file + " promises an array of the shape (" + tuple + ")", e);
    }
  }

  private static int size(Location file, int[] shape) {
    long size = 1;
    for (int length : shape) {
      size *= length;
      if (size > MOST_VALUES) {
        throw new TouchstoneException(
            "%s promises an array of the shape %s, more than the accepted %d numbers; save fewer examples"
                .formatted(file, Arrays.toString(shape), MOST_VALUES));
      }
    }
    return (int) size;
  }

  /** Where a value lies whose row-major position is given, in an array whose first axis is fast. */
  private static int columnMajor(int position, int[] shape) {
    int rest = position;
    int[] index = new int[shape.length];
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    int at = 0;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at = at * shape[axis] + index[axis];
    }
    return at;
  }

  /** A type of numbers, as NumPy writes its kind and its bytes. */
  private record Kind(char letter, int bytes) {

    static Kind of(Location file, String letter, String bytes) {
      String type = letter + bytes;
      if (!type.matches("f2|f4|f8|[iu][1248]|b1")) {
        throw new TouchstoneException(
            "%s holds values of NumPy's type %s, and numbers are read; convert it with .astype(\"float32\"), and save it again"
                .formatted(file, type));
      }
      return new Kind(letter.charAt(0), Integer.parseInt(bytes));
    }

    double read(ByteBuffer in, int at) {
      if (letter == 'f') {
        return switch (bytes) {
          case 2 -> half(in.getShort(at));
          case 4 -> in.getFloat(at);
          default -> in.getDouble(at);
        };
      }
      long signed =
          switch (bytes) {
            case 1 -> in.get(at);
            case 2 -> in.getShort(at);
            case 4 -> in.getInt(at);
            default -> in.getLong(at);
          };
      if (letter == 'i' || signed >= 0) {
        return signed;
      }
      return bytes == Long.BYTES ? signed + 0x1p64 : signed + (1L << 8 * bytes);
    }

    private static double half(short bits) {
      int exponent = bits >> 10 & 0x1f;
      int fraction = bits & 0x3ff;
      double size =
          exponent == 0
              ? fraction * 0x1p-24
              : exponent == 0x1f
                  ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                  : (1024 + fraction) * Math.scalb(1.0, exponent - 25);
      return bits < 0 ? -size : size;
    }
  }
}
