package dev.touchstone.metric;

import dev.touchstone.evidence.Numbers;

/** Settings in words that stand for them: rounded only where nothing is lost. */
final class Exact {
  private Exact() {}

  static String text(double value) {
    String rounded = Numbers.format(value);
    return Double.parseDouble(rounded) == value ? rounded : Double.toString(value);
  }
}
