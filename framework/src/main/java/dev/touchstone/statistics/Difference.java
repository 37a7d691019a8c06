package dev.touchstone.statistics;

/** The difference of two quantities, of which a subclass says what its limits are. */
abstract class Difference implements Estimate {
  final Estimate estimate;
  final Estimate subtracted;

  Difference(Estimate estimate, Estimate subtracted) {
    this.estimate = estimate;
    this.subtracted = subtracted;
  }

  @Override
  public final double value() {
    return estimate.value() - subtracted.value();
  }

  @Override
  public final double valueWithoutBias() {
    return estimate.valueWithoutBias() - subtracted.valueWithoutBias();
  }

  /** The examples of the first quantity. */
  @Override
  public final long sampleSize() {
    return estimate.sampleSize();
  }

  @Override
  public final String unit() {
    return estimate.unit();
  }

  @Override
  public Range range() {
    return estimate.range().minus(subtracted.range());
  }

  @Override
  public final double pValueAbove(double bound) {
    return Inversion.tailWhere(tail -> interval(1 - 2 * tail).lower() - bound);
  }

  @Override
  public final double pValueBelow(double bound) {
    return Inversion.tailWhere(tail -> bound - interval(1 - 2 * tail).upper());
  }
}
