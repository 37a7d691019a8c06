package dev.touchstone.statistics;

/**
 * The difference {@code p − q} of two rates that were measured on independent examples.
 *
 * <p>Where at least {@value #MANY} examples count and {@value #MANY} do not in either sample, the
 * limits are the score limits of Miettinen and Nurminen (1985, Statistics in Medicine 4). With
 * fewer these fail too often, and the limits are exact instead: of all pairs of rates that differ
 * by δ the one counts under which a score statistic as large as the one seen is most likely (Chan
 * and Zhang 1999, Biometrics 55), within what each sample by itself leaves possible (Berger and
 * Boos 1994, Journal of the American Statistical Association 89).
 *
 * <p>Where both rates were measured on the same examples, and the same examples tend to count in
 * both, the limits are wider than they had to be: the difference varies less than that of
 * independent rates.
 */
public final class RateDifference implements Estimate {
  /**
   * From so many on in every cell the score limits stay: 200 against 200 examples fail in 2.6 %.
   */
  static final int MANY = 100;

  private final String counts;
  private final Estimate limits;

  private RateDifference(String counts, Estimate limits) {
    this.counts = counts;
    this.limits = limits;
  }

  /** Returns the first rate minus the second. */
  public static RateDifference of(Proportion rate, Proportion subtracted) {
    int x = rate.successes();
    int n = (int) rate.sampleSize();
    int y = subtracted.successes();
    int m = (int) subtracted.sampleSize();
    int fewest = Math.min(Math.min(x, n - x), Math.min(y, m - y));
    return new RateDifference(
        rate + " − " + subtracted,
        fewest < MANY
            ? new UnconditionalDifference(x, n, y, m)
            : new MiettinenNurminen(x, n, y, m));
  }

  @Override
  public double value() {
    return limits.value();
  }

  /** The examples of the first rate. */
  @Override
  public long sampleSize() {
    return limits.sampleSize();
  }

  @Override
  public Range range() {
    return limits.range();
  }

  @Override
  public Interval interval(double level) {
    return limits.interval(level);
  }

  @Override
  public double pValueAbove(double bound) {
    return limits.pValueAbove(bound);
  }

  @Override
  public double pValueBelow(double bound) {
    return limits.pValueBelow(bound);
  }

  @Override
  public String method() {
    return limits.method();
  }

  @Override
  public String toString() {
    return counts;
  }
}
