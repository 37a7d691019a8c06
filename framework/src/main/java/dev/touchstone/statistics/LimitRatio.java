package dev.touchstone.statistics;

/**
 * The ratio of two quantities that are never negative, from nothing but their intervals. With
 * limits {@code [lₐ, uₐ]} and {@code [l_b, u_b]} whose tails have half the probability each, those
 * of a/b are
 *
 * <pre>lₐ / u_b,  uₐ / l_b</pre>
 *
 * <p>A limit fails only where one of the two that it is made of does, so that coverage is at least
 * the level whatever the two have to do with each other (Bonferroni); where they are independent it
 * is more, and {@link RateRatio} is narrower. Without a limit of b above 0 there is no upper one.
 */
public final class LimitRatio implements Estimate {
  private final Estimate estimate;
  private final Estimate divisor;

  private LimitRatio(Estimate estimate, Estimate divisor) {
    this.estimate = estimate;
    this.divisor = divisor;
  }

  /**
   * Returns the first quantity divided by the second; undetermined where the second was measured as
   * 0.
   *
   * @throws IllegalArgumentException if either can be negative
   */
  public static Estimate of(Estimate estimate, Estimate divisor) {
    if (estimate.range().least() < 0 || divisor.range().least() < 0) {
      throw new IllegalArgumentException(
          "a ratio is one of quantities that are never negative, these lie in %s and %s"
              .formatted(estimate.range(), divisor.range()));
    }
    return divisor.value() == 0
        ? Undetermined.because(
            "what it is to be divided by was measured as 0; take groups together with"
                + " .withMerged(…), or claim the difference",
            divisor.sampleSize())
        : new LimitRatio(estimate, divisor);
  }

  @Override
  public double value() {
    return estimate.value() / divisor.value();
  }

  @Override
  public double valueWithoutBias() {
    return estimate.valueWithoutBias() / divisor.valueWithoutBias();
  }

  /** The smaller of both samples. */
  @Override
  public long sampleSize() {
    return Math.min(estimate.sampleSize(), divisor.sampleSize());
  }

  @Override
  public String unit() {
    return estimate.unit();
  }

  @Override
  public Range range() {
    return new Range(0, Double.POSITIVE_INFINITY);
  }

  @Override
  public Interval interval(double level) {
    double each = (1 + Interval.checkLevel(level)) / 2;
    Interval own = estimate.interval(each);
    Interval other = divisor.interval(each);
    double lower = Math.max(0, own.lower()) / other.upper();
    double upper = other.lower() > 0 ? own.upper() / other.lower() : Double.POSITIVE_INFINITY;
    return new Interval(lower, upper, level);
  }

  @Override
  public double pValueAbove(double bound) {
    return Inversion.tailWhere(tail -> interval(1 - 2 * tail).lower() - bound);
  }

  @Override
  public double pValueBelow(double bound) {
    return Inversion.tailWhere(tail -> bound - interval(1 - 2 * tail).upper());
  }

  @Override
  public Estimate repeated(double times) {
    return new LimitRatio(estimate.repeated(times), divisor.repeated(times));
  }

  @Override
  public String method() {
    return "limits of %s and %s divided, whatever their dependence"
        .formatted(estimate.method(), divisor.method());
  }

  @Override
  public String toString() {
    return estimate + " / " + divisor;
  }
}
