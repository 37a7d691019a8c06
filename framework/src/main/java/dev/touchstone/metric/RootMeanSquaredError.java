package dev.touchstone.metric;

/**
 * The root of the mean squared error, {@code √(1/n Σᵢ min(|f(xᵢ) − yᵢ|, cap)²)}, in the unit of the
 * values.
 */
public final class RootMeanSquaredError extends CappedError {
  private RootMeanSquaredError(double cap) {
    super(2, cap);
  }

  /**
   * Makes the metric of errors that count for a cap at most: without one no limit could be shown.
   *
   * @param cap in the unit of the values, above 0, such as the largest error that could do harm
   */
  public static RootMeanSquaredError cappedAt(double cap) {
    return new RootMeanSquaredError(cap);
  }

  @Override
  String name() {
    return "root mean squared error";
  }
}
