package dev.touchstone.statistics;

/**
 * An estimate whose limits lie nearer to its value than those of another, by √times: what so many
 * times the examples would give if limits shrank like 1/√n.
 */
record NarrowedEstimate(Estimate of, double times) implements Estimate {

  @Override
  public double value() {
    return of.valueWithoutBias();
  }

  @Override
  public long sampleSize() {
    return Math.round(of.sampleSize() * times);
  }

  @Override
  public String unit() {
    return of.unit();
  }

  @Override
  public Range range() {
    return of.range();
  }

  @Override
  public Interval interval(double level) {
    Interval wide = of.interval(level);
    double scale = 1 / Math.sqrt(times);
    return new Interval(
        value() - scale * (value() - wide.lower()),
        value() + scale * (wide.upper() - value()),
        level);
  }

  @Override
  public double pValueAbove(double bound) {
    return of.pValueAbove(asFar(bound));
  }

  @Override
  public double pValueBelow(double bound) {
    return of.pValueBelow(asFar(bound));
  }

  /** Where a bound would lie in the wider interval. */
  private double asFar(double bound) {
    return value() + Math.sqrt(times) * (bound - value());
  }

  @Override
  public String method() {
    return of.method();
  }
}
