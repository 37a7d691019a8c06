package dev.touchstone.measuring;

import java.util.Arrays;
import java.util.Locale;

/** A mean with its standard error, as the tables of docs/results print it. */
final class MeanAndError {
  private MeanAndError() {}

  /** Returns {@code "0.13 ± 0.01"}; {@code "-"} where there is no number. */
  static String of(double... values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double square = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double error = Math.sqrt(square / Math.max(1, values.length - 1) / values.length);
    return Double.isNaN(mean) ? "-" : String.format(Locale.ROOT, "%.2f ± %.2f", mean, error);
  }
}
