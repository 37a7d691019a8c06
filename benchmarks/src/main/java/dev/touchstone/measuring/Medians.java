package dev.touchstone.measuring;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Medians: other programs on the machine make a mean worthless. */
final class Medians {
  private Medians() {}

  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static String listed(double[] values) {
    return Arrays.stream(values)
        .sorted()
        .mapToObj(value -> String.format(Locale.ROOT, "%.2f", value))
        .collect(Collectors.joining(", "));
  }
}
