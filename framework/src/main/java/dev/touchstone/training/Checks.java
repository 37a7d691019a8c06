package dev.touchstone.training;

import dev.touchstone.runtime.TouchstoneException;

/** Settings that cannot work are refused when they are made. */
final class Checks {
  private Checks() {}

  static void positive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new TouchstoneException(what + " " + value + " cannot train; give a positive number");
    }
  }

  /** From {@code low}, inclusive, to {@code high}, exclusive. */
  static void between(String what, double value, double low, double high) {
    if (!(value >= low && value < high)) {
      throw new TouchstoneException(
          what + " " + value + " is outside [" + low + ", " + high + "); give a number inside");
    }
  }
}
