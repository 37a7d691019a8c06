package dev.touchstone.data.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decimal numbers in the bytes of a file, each the double that {@link Double#parseDouble} makes of
 * it, without a text in between.
 *
 * <p>Up to 19 digits w and a power of ten q are read, and w is multiplied with the first 64 bits of
 * 5^q, or with 128 of them where the product's last bits could carry into those that matter
 * (Lemire, Number parsing at a gigabyte per second, 2021): the true product lies less than 2 units
 * of the last bit above that, which settles how it rounds unless the middle between two doubles is
 * as near. What that leaves open, longer numbers, and those that are no normal doubles, are left to
 * the JDK.
 */
public final class Decimals {
  private static final int EIGHT = Long.BYTES;
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** As many digits always fit 64 bits. */
  private static final int MOST_DIGITS = 19;

  private static final long LARGEST_EXACT = 1L << 53;

  private static final long HUNDRED_MILLIONS = 100_000_000;

  /** Powers of ten. */
  private static final long[] TENS = new long[EIGHT + 1];

  /** Beyond these a number of up to 19 digits is no normal double. */
  private static final int LEAST_POWER = -326;

  private static final int LARGEST_POWER = 308;

  /** 5^q is (high · 2^64 + low) · 2^shift and less than one unit of low more, high from 2^63 on. */
  private static final long[] HIGH = new long[LARGEST_POWER - LEAST_POWER + 1];

  private static final long[] LOW = new long[HIGH.length];
  private static final int[] SHIFT = new int[HIGH.length];

  /** Bits of the product that, where all are set, could carry into those that decide. */
  private static final long CARRYING = 0x1ff;

  /** An exponent that is longer than any double's is cut, which leaves it beyond them all. */
  private static final int LARGEST_EXPONENT = 1_000_000;

  static {
    long ten = 1;
    for (int q = 0; q < TENS.length; q++, ten *= 10) {
      TENS[q] = ten;
    }
    for (int q = LEAST_POWER; q <= LARGEST_POWER; q++) {
      BigInteger five = BigInteger.valueOf(5).pow(Math.abs(q));
      int bits = five.bitLength();
      int shift = q < 0 ? -127 - bits : bits - 128;
      BigInteger first =
          q < 0
              ? BigInteger.ONE.shiftLeft(-shift).divide(five)
              : five.shiftLeft(Math.max(0, -shift)).shiftRight(Math.max(0, shift));
      HIGH[q - LEAST_POWER] = first.shiftRight(64).longValue();
      LOW[q - LEAST_POWER] = first.longValue();
      SHIFT[q - LEAST_POWER] = shift;
    }
  }

  private Decimals() {}

  /**
   * Returns the number that some bytes are: digits with a point before, between or behind them, a
   * sign before and an exponent behind, and nothing else.
   *
   * @param from the first byte
   * @param to behind the last byte
   * @param point what separates the digits after the unit, such as a comma
   * @return infinite for what is larger than every double; NaN for what is no such number
   */
  public static double parse(byte[] bytes, int from, int to, byte point) {
    int at = from;
    boolean negative = at < to && bytes[at] == '-';
    if (negative || at < to && bytes[at] == '+') {
      at++;
    }
    int firstDigit = at;
    long digits = 0;
    for (; to - at >= EIGHT; at += EIGHT) {
      long eight = (long) EIGHT_BYTES.get(bytes, at);
      if (!areDigits(eight)) {
        break;
      }
      digits = HUNDRED_MILLIONS * digits + ofDigits(eight);
    }
    for (; at < to; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      digits = 10 * digits + digit;
    }
    int seen = at - firstDigit;
    int afterPoint = 0;
    if (at < to && bytes[at] == point) {
      int start = ++at;
      for (; to - at >= EIGHT; at += EIGHT) {
        long eight = (long) EIGHT_BYTES.get(bytes, at);
        if (!areDigits(eight)) {
          break;
        }
        digits = HUNDRED_MILLIONS * digits + ofDigits(eight);
      }
      for (; at < to; at++) {
        int digit = bytes[at] - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        digits = 10 * digits + digit;
      }
      afterPoint = at - start;
    }
    if (seen + afterPoint == 0) {
      return Double.NaN;
    }
    int significant = seen + afterPoint;
    if (significant > MOST_DIGITS) {
      significant -= leadingZeros(bytes, firstDigit, point);
    }
    long exponent = -afterPoint;
    if (at < to && (bytes[at] | 0x20) == 'e') {
      at++;
      boolean below = at < to && bytes[at] == '-';
      if (below || at < to && bytes[at] == '+') {
        at++;
      }
      int start = at;
      int written = 0;
      for (; at < to; at++) {
        int digit = bytes[at] - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        written = Math.min(LARGEST_EXPONENT, 10 * written + digit);
      }
      if (at == start) {
        return Double.NaN;
      }
      exponent += below ? -written : written;
    }
    if (at != to) {
      return Double.NaN;
    }
    double value =
        significant <= MOST_DIGITS && seen + afterPoint < LARGEST_EXPONENT
            ? of(digits, exponent)
            : Double.NaN;
    if (Double.isNaN(value)) {
      return asTheJdk(bytes, from, to, point);
    }
    return negative ? -value : value;
  }

  /** Whether eight bytes are digits. */
  private static boolean areDigits(long eight) {
    return ((eight + 0x4646464646464646L | eight - 0x3030303030303030L) & 0x8080808080808080L) == 0;
  }

  /** The number that eight digits are, the first of them in the lowest byte. */
  private static long ofDigits(long eight) {
    long pairs = (eight & 0x0f0f0f0f0f0f0f0fL) * (1 + (10 << 8)) >>> 8;
    long fours = (pairs & 0x00ff00ff00ff00ffL) * (1 + (100 << 16)) >>> 16;
    return (fours & 0x0000ffff0000ffffL) * (1 + (10_000L << 32)) >>> 32;
  }

  /** How many zeros stand in front of all other digits. */
  private static int leadingZeros(byte[] bytes, int from, byte point) {
    int zeros = 0;
    for (int at = from; bytes[at] == '0' || bytes[at] == point; at++) {
      zeros += bytes[at] == '0' ? 1 : 0;
      if (at + 1 == bytes.length) {
        break;
      }
    }
    return zeros;
  }

  /** Returns digits · 10^q, digits unsigned; NaN where that is left to the JDK. */
  private static double of(long digits, long q) {
    if (digits == 0) {
      return 0;
    }
    if (q == 0 && digits > 0 && digits <= LARGEST_EXACT) {
      return digits;
    }
    if (q < LEAST_POWER || q > LARGEST_POWER) {
      return Double.NaN;
    }
    int power = (int) q - LEAST_POWER;
    int zeros = Long.numberOfLeadingZeros(digits);
    long w = digits << zeros;
    // The first 128 of the product's bits, which the rest of 5^q raises by less than 2^64.
    long low = w * HIGH[power];
    long high = unsignedHigh(w, HIGH[power]);
    boolean carrying = (high & CARRYING) == CARRYING;
    if (carrying) {
      long before = low;
      low += unsignedHigh(w, LOW[power]);
      high += Long.compareUnsigned(low, before) < 0 ? 1 : 0;
    }
    int leading = (int) (~high >>> 63);
    int binary = 191 - leading + SHIFT[power] + (int) q - zeros;
    if (binary < Double.MIN_EXPONENT || binary > Double.MAX_EXPONENT) {
      return Double.NaN;
    }
    // 53 bits are the double's, and eleven or ten more and all of the lower half decide how it
    // rounds: up from the middle on.
    int rest = 11 - leading;
    long half = 1L << rest - 1;
    if (low == 0 && (high & 2 * half - 1) == half
        || carrying && (high & 2 * half - 1) == half - 1 && Long.compareUnsigned(low, -2) >= 0) {
      return Double.NaN;
    }
    long mantissa = (high >>> rest - 1) + 1 >>> 1;
    // A mantissa that became 2^53 has carried into the exponent, where it belongs.
    long bits = ((long) (binary + Double.MAX_EXPONENT) << 52) + (mantissa - (1L << 52));
    return Double.longBitsToDouble(bits);
  }

  private static long unsignedHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
  }

  /**
   * Reads numbers in the midst of other bytes, each as far as it goes, without a branch for every
   * digit: eight bytes are looked at together. What is rare in tables is left to {@link #parse}.
   */
  static final class Scanner {
    /** So many bytes behind a number's first one must be there, whatever they hold. */
    static final int AHEAD = 64;

    /** With zeros before those that count. */
    private static final int MOST_DECIMALS = 32;

    private final byte point;
    private int end;

    Scanner(byte point) {
      this.point = point;
    }

    /** Returns where the number ends that was read last. */
    int end() {
      return end;
    }

    /**
     * Returns the number that begins at a byte.
     *
     * @return NaN for what is no number, or was not settled here
     */
    double scan(byte[] bytes, int from) {
      int beyondMinus = bytes[from] - '-';
      int minus = ~(beyondMinus | -beyondMinus) >>> 31;
      int first = from + minus;
      int at = first;
      long digits = 0;
      long eight = (long) EIGHT_BYTES.get(bytes, at);
      long others = others(eight);
      for (; others == 0 && at - first < MOST_DIGITS; others = others(eight)) {
        digits = HUNDRED_MILLIONS * digits + ofDigits(eight);
        at += EIGHT;
        eight = (long) EIGHT_BYTES.get(bytes, at);
      }
      int count = Long.numberOfTrailingZeros(others) / Byte.SIZE;
      digits = TENS[count] * digits + ofFirst(eight, count);
      at += count;
      int whole = at - first;
      int decimals = 0;
      if (bytes[at] == point) {
        int start = ++at;
        eight = (long) EIGHT_BYTES.get(bytes, at);
        others = others(eight);
        for (; others == 0 && at - start < MOST_DECIMALS; others = others(eight)) {
          digits = HUNDRED_MILLIONS * digits + ofDigits(eight);
          at += EIGHT;
          eight = (long) EIGHT_BYTES.get(bytes, at);
        }
        count = Long.numberOfTrailingZeros(others) / Byte.SIZE;
        digits = TENS[count] * digits + ofFirst(eight, count);
        at += count;
        decimals = at - start;
      }
      int exponent = -decimals;
      if ((bytes[at] | 0x20) == 'e') {
        exponent += exponent(bytes, at + 1);
        at = end;
      }
      end = at;
      int significant = whole + decimals;
      if (significant > MOST_DIGITS) {
        significant -= leadingZeros(bytes, first, point);
      }
      if (significant > MOST_DIGITS || whole + decimals == 0) {
        return Double.NaN;
      }
      double value = of(digits, exponent);
      return Double.longBitsToDouble(Double.doubleToRawLongBits(value) ^ (long) minus << 63);
    }

    /** Reads an exponent, and where it ends; what is none ends before a letter. */
    private int exponent(byte[] bytes, int from) {
      boolean below = bytes[from] == '-';
      int start = below || bytes[from] == '+' ? from + 1 : from;
      long eight = (long) EIGHT_BYTES.get(bytes, start);
      int count = Long.numberOfTrailingZeros(others(eight)) / Byte.SIZE;
      boolean isOne = count > 0 && count < EIGHT;
      end = isOne ? start + count : from - 1;
      int written = (int) ofFirst(eight, count);
      return below ? -written : written;
    }

    /** Has the highest bit of each of eight bytes that is no digit. */
    private static long others(long eight) {
      long values = eight ^ 0x3030303030303030L;
      return ((values & 0x7f7f7f7f7f7f7f7fL) + 0x7676767676767676L | values) & 0x8080808080808080L;
    }

    /** The number that the first digits of eight bytes are. */
    private static long ofFirst(long eight, int count) {
      // Two shifts, as one by 64 bits would be none.
      int half = (EIGHT - count) * (Byte.SIZE / 2);
      return ofDigits(eight << half << half);
    }
  }

  private static double asTheJdk(byte[] bytes, int from, int to, byte point) {
    String text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    return Double.parseDouble(text.replace((char) point, '.'));
  }
}
