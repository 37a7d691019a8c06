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
 * <p>Up to 19 digits w and a power of ten q are read. Where w and 10^|q| are doubles, so is,
 * rounded once, their product or quotient (Clinger, How to read floating point numbers accurately,
 * 1990). Else w is multiplied with the first 128 bits of 5^q (Lemire, Number parsing at a gigabyte
 * per second, 2021): the true product lies less than 2 units of the 128th bit above that, which
 * settles how it rounds unless the middle between two doubles is as near. What that leaves open,
 * longer numbers, and those that are no normal doubles, are left to the JDK.
 */
public final class Decimals {
  private static final int EIGHT = Long.BYTES;
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** As many digits always fit 64 bits. */
  private static final int MOST_DIGITS = 19;

  private static final int LARGEST_EXACT_POWER = 22;
  private static final double[] POWERS = new double[LARGEST_EXACT_POWER + 1];
  private static final long LARGEST_EXACT = 1L << 53;

  /** Beyond these a number of up to 19 digits is no normal double. */
  private static final int LEAST_POWER = -326;

  private static final int LARGEST_POWER = 308;

  /** 5^q is (high · 2^64 + low) · 2^shift and less than one unit of low more. */
  private static final long[] HIGH = new long[LARGEST_POWER - LEAST_POWER + 1];

  private static final long[] LOW = new long[HIGH.length];
  private static final int[] SHIFT = new int[HIGH.length];

  /** An exponent that is longer than any double's is cut, which leaves it beyond them all. */
  private static final int LARGEST_EXPONENT = 1_000_000;

  static {
    double power = 1;
    for (int q = 0; q <= LARGEST_EXACT_POWER; q++, power *= 10) {
      POWERS[q] = power;
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
      digits = 100_000_000 * digits + ofDigits(eight);
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
        digits = 100_000_000 * digits + ofDigits(eight);
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
    if (digits > 0 && digits <= LARGEST_EXACT && Math.abs(q) <= LARGEST_EXACT_POWER) {
      return q < 0 ? digits / POWERS[(int) -q] : digits * POWERS[(int) q];
    }
    if (q < LEAST_POWER || q > LARGEST_POWER) {
      return Double.NaN;
    }
    int power = (int) q - LEAST_POWER;
    int zeros = Long.numberOfLeadingZeros(digits);
    long w = digits << zeros;
    // The first 128 of the product's 192 bits.
    long middle = w * HIGH[power];
    long low = middle + unsignedHigh(w, LOW[power]);
    long high = unsignedHigh(w, HIGH[power]) + (Long.compareUnsigned(low, middle) < 0 ? 1 : 0);
    int leading = high < 0 ? 0 : 1;
    int binary = 191 - leading + SHIFT[power] + (int) q - zeros;
    if (binary < Double.MIN_EXPONENT || binary > Double.MAX_EXPONENT) {
      return Double.NaN;
    }
    // 53 bits are the double's, and eleven or ten more and all of the lower half decide how it
    // rounds: up from the middle on.
    int rest = 11 - leading;
    long mantissa = high >>> rest;
    long remainder = high & (1L << rest) - 1;
    long half = 1L << rest - 1;
    boolean near =
        remainder == half && low == 0
            || remainder == half - 1 && Long.compareUnsigned(low, -2) >= 0;
    if (near) {
      return Double.NaN;
    }
    mantissa += remainder >= half ? 1 : 0;
    // A mantissa that became 2^53 has carried into the exponent, where it belongs.
    long bits = ((long) (binary + Double.MAX_EXPONENT) << 52) + (mantissa - (1L << 52));
    return Double.longBitsToDouble(bits);
  }

  private static long unsignedHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
  }

  private static double asTheJdk(byte[] bytes, int from, int to, byte point) {
    String text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    return Double.parseDouble(text.replace((char) point, '.'));
  }
}
