package dev.touchstone.metric;

/** The mean absolute error, {@code 1/n Σᵢ min(|f(xᵢ) − yᵢ|, cap)}, in the unit of the values. */
public final class MeanAbsoluteError extends CappedError {
  private MeanAbsoluteError(double cap) {
    super(1, cap);
  }

  /**
   * Makes the metric of errors that count for a cap at most: without one no limit could be shown.
   *
   * @param cap in the unit of the values, above 0, such as the largest error that could do harm
   */
  public static MeanAbsoluteError cappedAt(double cap) {
    return new MeanAbsoluteError(cap);
  }

  @Override
  String name() {
    return "mean absolute error";
  }
}
