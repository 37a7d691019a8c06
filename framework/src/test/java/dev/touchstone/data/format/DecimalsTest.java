package dev.touchstone.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number is the JDK's, to the last bit. */
class DecimalsTest {

  private static double parse(String text) {
    byte[] bytes = ("x" + text + "9").getBytes(StandardCharsets.UTF_8);
    return Decimals.parse(bytes, 1, bytes.length - 1, (byte) '.');
  }

  private final Decimals.Scanner scanner = new Decimals.Scanner((byte) '.');
  private int scanned;
  private int left;

  /**
   * In the midst of bytes of which some are digits, a number is read as far as it goes, or left.
   */
  private void isScannedOrLeft(String text, String behind) {
    byte[] bytes = ("3" + text + behind + "7".repeat(80)).getBytes(StandardCharsets.UTF_8);
    double value = scanner.scan(bytes, 1);
    if (Double.isNaN(value) || scanner.end() != 1 + text.length()) {
      left++;
      return;
    }
    scanned++;
    assertThat(Double.doubleToRawLongBits(value))
        .as(text)
        .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
  }

  private void isTheJdks(String text) {
    assertThat(Double.doubleToRawLongBits(parse(text)))
        .as(text)
        .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
    for (String behind : List.of(",", "\n", "\0")) {
      isScannedOrLeft(text, behind);
    }
  }

  @Test
  void everyDoubleIsReadBackFromItsShortestText() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        isTheJdks(Double.toString(value));
      }
    }
  }

  @Test
  void numbersOfOrdinarySizeAreRead() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 300_000; i++) {
      double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-8, 9));
      isTheJdks(Double.toString(value));
      isTheJdks(Float.toString((float) value));
      isTheJdks(new BigDecimal(value).round(new MathContext(17)).toPlainString());
      isTheJdks("%.18e".formatted(value));
      isTheJdks(Integer.toString(random.nextInt()));
    }
    assertThat(scanned).isGreaterThan(4_400_000);
    assertThat(left).as("few are left to the JDK").isLessThan(scanned / 1000);
  }

  @Test
  void digitsAndExponentsOfAnyLengthAreRead() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
      int digits = random.nextInt(1, 25);
      int point = random.nextInt(digits + 1);
      for (int d = 0; d < digits; d++) {
        text.append(d == point ? "." : "").append(random.nextInt(10));
      }
      if (random.nextBoolean()) {
        text.append(random.nextBoolean() ? "e" : "E").append(random.nextInt(-350, 330));
      }
      isTheJdks(text.toString());
    }
  }

  /** Where rounding is hardest: the middle between two doubles, and a digit beside it. */
  @Test
  void theMiddleBetweenTwoDoublesRoundsToTheEvenOne() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 100_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
      if (!Double.isFinite(value) || Double.isInfinite(Math.nextUp(value))) {
        continue;
      }
      BigDecimal middle =
          new BigDecimal(value)
              .add(new BigDecimal(Math.nextUp(value)))
              .divide(BigDecimal.valueOf(2));
      isTheJdks(middle.round(new MathContext(19)).toString());
      isTheJdks(middle.round(new MathContext(17)).toString());
      isTheJdks(middle.toString());
    }
    // Whole ones of up to 19 digits, exactly in the middle.
    for (int i = 0; i < 100_000; i++) {
      long odd = (random.nextLong(1L << 52) + (1L << 52)) * 2 + 1;
      BigInteger middle = BigInteger.valueOf(odd).shiftLeft(random.nextInt(10));
      isTheJdks(middle.toString());
      isTheJdks(middle.add(BigInteger.ONE).toString());
      isTheJdks(middle.subtract(BigInteger.ONE).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0.0e-999999999999",
        "1e999999999999",
        "-1e-999999999999",
        "5e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "9007199254740993",
        "9007199254740992.99999",
        "18446744073709551616",
        "18446744073709551615",
        "9999999999999999999",
        "000000000000000000000000000001.5",
        "0.000000000000000000000000000015",
        "1.",
        ".5",
        "+1",
        "1e5",
        "1E+5",
        "1.e-5",
        "9223372036854775807",
        "9223372036854775808",
        "4503599627370497.5",
      })
  void edgesAreTheJdks(String text) {
    isTheJdks(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "-",
        "+",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        "--1",
        "1f",
        "1d",
        "0x1p3",
        "NaN",
        "Infinity",
        "1,5",
        " 1",
        "1 ",
        "1_0",
        "½",
      })
  void whatIsNoDecimalNumberIsNone(String text) {
    assertThat(parse(text)).isNaN();
    isScannedOrLeft(text, ",");
    assertThat(scanned).isZero();
  }

  @Test
  void anotherPointIsTakenForThePoint() {
    byte[] bytes = "-12,5e1".getBytes(StandardCharsets.US_ASCII);
    assertThat(Decimals.parse(bytes, 0, bytes.length, (byte) ',')).isEqualTo(-125);
    byte[] point = "12.5".getBytes(StandardCharsets.US_ASCII);
    assertThat(Decimals.parse(point, 0, point.length, (byte) ',')).isNaN();
    byte[] many = "0,1234567890123456789012345".getBytes(StandardCharsets.US_ASCII);
    assertThat(Decimals.parse(many, 0, many.length, (byte) ','))
        .isEqualTo(0.1234567890123456789012345);
  }
}
