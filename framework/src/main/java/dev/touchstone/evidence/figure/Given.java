package dev.touchstone.evidence.figure;

import java.util.Locale;

/** What figures ask of what they are given. */
final class Given {
  private Given() {}

  /**
   * Returns a number.
   *
   * @param what is called in the refusal
   * @throws IllegalArgumentException if it is NaN or infinite
   */
  static double finite(double value, String what) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s is %s; a figure shows numbers: leave it out, and say in a note why it is missing"
              .formatted(what, value));
    }
    return value;
  }

  /**
   * Refuses more than a person could look at, and a file should hold.
   *
   * @param what is counted, in the plural
   * @param cure what to do about it
   * @throws IllegalArgumentException for more than so many
   */
  static void atMost(long most, long given, String what, String cure) {
    if (given > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%,d %s are more than a figure holds (%,d); %s",
              given,
              what,
              most,
              cure));
    }
  }
}
