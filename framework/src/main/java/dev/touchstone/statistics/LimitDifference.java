package dev.touchstone.statistics;

/**
 * The difference of two quantities from nothing but their intervals, of which it is known neither
 * that they are independent nor that their estimates are unbiased. With limits {@code [lₐ, uₐ]} and
 * {@code [l_b, u_b]} at a level, those of a − b at the same level are
 *
 * <pre>lₐ − u_b,  uₐ − l_b</pre>
 *
 * <p>A limit fails only where the two that it is made of fail together by more than they leave to
 * spare. Let A and B be by how much estimates miss, both normal with whatever correlation: the
 * standard deviation of A − B is at most the sum of both, and a bias in either is at most what its
 * own limit allows for, so that coverage is at least that of the intervals. It is exactly that of
 * one of them where the other limit cannot fail, such as the lower limit 0 of a quantity that is 0.
 * For estimates of any distribution the tails add up at worst (Bonferroni).
 *
 * <p>{@link IndependentDifference} is narrower, by up to √2, where estimates are unbiased and do
 * not move against each other. Neither holds of two calibration errors: each estimate exceeds the
 * truth by the noise of all bins where a model is calibrated and not where it is over-confident,
 * and what makes an over-confident model look worse makes a modest one look better. Simulated for
 * 200 to 10,000 examples, on the same examples and on others, 1,000 runs each: where a calibrated
 * model became over-confident, each limit here held in 97.1 % and more, and the recovered upper
 * limit in 80 to 91 %; between equally calibrated models those here hold always.
 */
public final class LimitDifference extends Difference {
  private LimitDifference(Estimate estimate, Estimate subtracted) {
    super(estimate, subtracted);
  }

  /** Returns the first quantity minus the second. */
  public static LimitDifference of(Estimate estimate, Estimate subtracted) {
    return new LimitDifference(estimate, subtracted);
  }

  @Override
  public Interval interval(double level) {
    Interval own = estimate.interval(level);
    Interval other = subtracted.interval(level);
    return new Interval(own.lower() - other.upper(), own.upper() - other.lower(), level);
  }

  @Override
  public LimitDifference repeated(double times) {
    return new LimitDifference(estimate.repeated(times), subtracted.repeated(times));
  }

  @Override
  public String method() {
    return "limits of "
        + estimate.method()
        + " and "
        + subtracted.method()
        + " subtracted, whatever their dependence";
  }

  @Override
  public String toString() {
    return estimate + " − " + subtracted;
  }
}
