package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * Values in units of their standard deviation from their mean, so that penalties mean the same
 * whatever they are measured in.
 */
record ValueUnit(double mean, double deviation) {

  /**
   * That of some values.
   *
   * @param whose they are
   * @throws TouchstoneException if they are all the same
   */
  static ValueUnit of(double[] values, String whose) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(values).map(y -> (y - mean) * (y - mean)).average().orElseThrow());
    if (!(deviation > 0)) {
      throw new TouchstoneException(
          "all values of %s are %s; nothing can be learnt from them".formatted(whose, mean));
    }
    return new ValueUnit(mean, deviation);
  }

  /** Values in this unit, n × 1. */
  Matrix standardised(double... values) {
    return Matrix.of(
        values.length, 1, Arrays.stream(values).map(y -> (y - mean) / deviation).toArray());
  }

  /** The layer that answers in the values' own unit. */
  LinearLayer restored(LinearLayer standard) {
    LinearLayer scaled = scaled(standard);
    return new LinearLayer(scaled.slopes(), new double[] {mean + scaled.intercepts()[0]});
  }

  /** The layer of a part of the values, which has no share in their mean. */
  LinearLayer scaled(LinearLayer standard) {
    Matrix slopes = standard.slopes().copy();
    Arrays.setAll(slopes.values(), at -> deviation * slopes.values()[at]);
    return new LinearLayer(slopes, new double[] {deviation * standard.intercepts()[0]});
  }
}
