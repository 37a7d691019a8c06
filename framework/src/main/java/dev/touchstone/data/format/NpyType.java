package dev.touchstone.data.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the elements of a NumPy array are.
 *
 * @param kind {@code f}, {@code i}, {@code u}, {@code b}, {@code U} or {@code S}, as NumPy's {@code
 *     dtype.kind}
 * @param width bytes an element
 */
public record NpyType(char kind, int width, ByteOrder order) {
  private static final Pattern KNOWN = Pattern.compile("([<>|=])([fiubUS])(\\d{1,6})");
  private static final int BYTES_OF_A_CHARACTER = 4;
  private static final int MOST_CHARACTERS = 1 << 16;

  /**
   * Reads a type such as {@code <f8}.
   *
   * @throws IllegalArgumentException saying what to save instead
   */
  static NpyType of(String text) {
    Matcher type = KNOWN.matcher(text);
    if (!type.matches()) {
      throw new IllegalArgumentException(unknown(text));
    }
    char kind = type.group(2).charAt(0);
    int size = Integer.parseInt(type.group(3));
    boolean known =
        switch (kind) {
          case 'f' -> size == 2 || size == 4 || size == 8;
          case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8;
          case 'b' -> size == 1;
          default -> size <= MOST_CHARACTERS;
        };
    if (!known) {
      throw new IllegalArgumentException(unknown(text));
    }
    return new NpyType(
        kind,
        kind == 'U' ? size * BYTES_OF_A_CHARACTER : size,
        type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static String unknown(String text) {
    String shown = text.length() <= 60 ? text : text.substring(0, 60) + "…";
    if (text.startsWith("|O")) {
      return "its elements are Python objects, which stand there as a pickle and are not read; save"
          + " them as numbers or texts, such as with array.astype(float) or"
          + " array.astype(str)";
    }
    if (text.startsWith("[")) {
      return "it is a structured array, %s; save each field as an array of its own"
          .formatted(shown);
    }
    if (text.matches("[<>][Mm]8.*")) {
      return "its elements are dates or durations, %s; save numbers, such as with array.astype(\"int64\")"
          .formatted(shown);
    }
    if (text.matches("\\|V2")) {
      return "its elements are raw bytes, |V2, as which bfloat16 is saved; save"
          + " array.astype(\"float32\")";
    }
    return "its elements are %s, which is none of float16, float32, float64, int8 to int64, uint8 to uint64, bool and str; save array.astype(\"float64\")"
        .formatted(shown);
  }

  /** Returns whether elements are texts. */
  public boolean isText() {
    return kind == 'U' || kind == 'S';
  }

  /** Whether elements are whole numbers or truth values. */
  boolean isWhole() {
    return kind == 'i' || kind == 'u' || kind == 'b';
  }

  /** Returns a buffer whose numbers are in this type's order. */
  ByteBuffer over(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(order);
  }

  /** Whether a double holds every element of this type. */
  public boolean fitsDouble() {
    return !isWhole() || width < Long.BYTES;
  }

  /** The number at a byte's position; of whole numbers of 64 bits perhaps a rounded one. */
  public double number(ByteBuffer from, int at) {
    if (kind == 'f') {
      return switch (width) {
        case 2 -> half(from.getShort(at));
        case 4 -> from.getFloat(at);
        default -> from.getDouble(at);
      };
    }
    long whole = whole(from, at);
    // Unsigned: what is negative here is 2^64 more.
    return kind == 'u' && width == Long.BYTES && whole < 0
        ? (whole >>> 1 | whole & 1) * 2.0
        : whole;
  }

  /**
   * The bits of a whole number or truth value; those of 64 bits without a sign may look negative.
   */
  public long whole(ByteBuffer from, int at) {
    boolean signed = kind == 'i';
    return switch (width) {
      case 1 ->
          kind == 'b' ? (from.get(at) == 0 ? 0 : 1) : signed ? from.get(at) : from.get(at) & 0xff;
      case 2 -> signed ? from.getShort(at) : from.getShort(at) & 0xffff;
      case 4 -> signed ? from.getInt(at) : from.getInt(at) & 0xffffffffL;
      default -> from.getLong(at);
    };
  }

  /** The text of an element: a number's digits, False or True, or the characters. */
  public String text(ByteBuffer from, int at) {
    return switch (kind) {
      case 'b' -> whole(from, at) == 0 ? "False" : "True";
      case 'i' -> Long.toString(whole(from, at));
      case 'u' -> Long.toUnsignedString(whole(from, at));
      case 'f' -> {
        double number = number(from, at);
        yield number == Math.rint(number) && Math.abs(number) < 1e15
            ? Long.toString((long) number)
            : Double.toString(number);
      }
      case 'S' -> bytes(from, at);
      default -> characters(from, at);
    };
  }

  private String characters(ByteBuffer from, int at) {
    StringBuilder text = new StringBuilder();
    int end = width;
    while (end > 0 && from.getInt(at + end - BYTES_OF_A_CHARACTER) == 0) {
      end -= BYTES_OF_A_CHARACTER;
    }
    for (int i = 0; i < end; i += BYTES_OF_A_CHARACTER) {
      int character = from.getInt(at + i);
      if (!Character.isValidCodePoint(character)) {
        throw new IllegalArgumentException(
            "it holds %x in the place of a character; the file is damaged".formatted(character));
      }
      text.appendCodePoint(character);
    }
    return text.toString();
  }

  private String bytes(ByteBuffer from, int at) {
    int end = width;
    while (end > 0 && from.get(at + end - 1) == 0) {
      end--;
    }
    byte[] bytes = new byte[end];
    from.get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** IEEE 754's binary16. */
  static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> Math.scalb((float) fraction, -24);
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (fraction | 0x400), exponent - 25);
        };
    return bits < 0 ? -magnitude : magnitude;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case 'b' -> "bool";
      case 'f' -> "float" + 8 * width;
      case 'i' -> "int" + 8 * width;
      case 'u' -> "uint" + 8 * width;
      default -> "str";
    };
  }
}
