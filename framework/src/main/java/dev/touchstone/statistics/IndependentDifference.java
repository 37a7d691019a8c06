package dev.touchstone.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The difference of two quantities that were estimated independently of each other, from nothing
 * but their intervals: the method of variance estimates recovery of Zou and Donner (2008,
 * Statistics in Medicine 27; for rates Newcombe 1998). With estimates a, b and their limits {@code
 * [lₐ, uₐ]}, {@code [l_b, u_b]} at a level, the limits of a − b are
 *
 * <pre>a − b − √((a − lₐ)² + (u_b − b)²),  a − b + √((uₐ − a)² + (b − l_b)²)</pre>
 *
 * <p>Each limit uses the variance near where that limit lies, so that skewed intervals stay skewed.
 * It is as good as the intervals it is given: conservative where they are. Where both quantities
 * were measured on the same examples and move together, it is wider than it had to be.
 */
public final class IndependentDifference extends Difference {
  private final Range range;

  private IndependentDifference(Estimate estimate, Estimate subtracted, Range range) {
    super(estimate, subtracted);
    this.range = range;
  }

  /** Returns the first quantity minus the second. */
  public static IndependentDifference of(Estimate estimate, Estimate subtracted) {
    return new IndependentDifference(
        estimate, subtracted, estimate.range().minus(subtracted.range()));
  }

  /** Returns the same difference, of which it is known that it lies in a range. */
  public IndependentDifference within(Range known) {
    return new IndependentDifference(estimate, subtracted, known);
  }

  /**
   * Returns an estimate of which one interval is known: at another level each limit moves as a
   * normal quantile does.
   */
  public static Estimate known(double value, Interval interval, long sampleSize, String unit) {
    return new Known(value, interval, sampleSize, unit);
  }

  @Override
  public Range range() {
    return range;
  }

  @Override
  public Interval interval(double level) {
    Interval own = estimate.interval(level);
    Interval other = subtracted.interval(level);
    return range()
        .cut(
            value()
                - Math.hypot(estimate.value() - own.lower(), other.upper() - subtracted.value()),
            value()
                + Math.hypot(own.upper() - estimate.value(), subtracted.value() - other.lower()),
            level);
  }

  @Override
  public IndependentDifference repeated(double times) {
    return new IndependentDifference(estimate.repeated(times), subtracted.repeated(times), range);
  }

  @Override
  public String method() {
    return "recovered from " + estimate.method() + " and " + subtracted.method() + ", unpaired";
  }

  private record Known(double value, Interval known, long sampleSize, @Override String unit)
      implements Estimate {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    @Override
    public Interval interval(double level) {
      double scale = quantile(level) / quantile(known.level());
      return new Interval(
          value - scale * (value - known.lower()), value + scale * (known.upper() - value), level);
    }

    private static double quantile(double level) {
      return NORMAL.inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2);
    }

    @Override
    public double pValueAbove(double bound) {
      return tail(value - bound, value - known.lower());
    }

    @Override
    public double pValueBelow(double bound) {
      return tail(bound - value, known.upper() - value);
    }

    private double tail(double gap, double reach) {
      if (reach == 0) {
        return gap > 0 ? 0 : 1;
      }
      return NORMAL.survivalProbability(gap / reach * quantile(known.level()));
    }

    @Override
    public String method() {
      return "a recorded interval";
    }
  }
}
