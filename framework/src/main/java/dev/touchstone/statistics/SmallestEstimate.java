package dev.touchstone.statistics;

import java.util.Comparator;
import java.util.List;

/**
 * The smallest of several quantities, such as what a change gains in each of two respects that it
 * has to gain in both.
 *
 * <p>Whatever the estimates have to do with each other, limits hold: those of {@link
 * LargestEstimate}, mirrored. The smallest quantity is at most as large as each, so that an upper
 * limit of any is one of it, each made at an error probability of 1/q (Bonferroni); a lower limit
 * of the one that is smallest is at least the lowest of all lower limits.
 */
public final class SmallestEstimate implements Estimate {
  private final List<Estimate> estimates;
  private final Estimate smallest;

  private SmallestEstimate(List<Estimate> estimates) {
    this.estimates = List.copyOf(estimates);
    this.smallest =
        estimates.stream().min(Comparator.comparingDouble(Estimate::value)).orElseThrow();
  }

  /**
   * Returns the smallest.
   *
   * @param estimates at least one, in one unit, all determined
   * @throws IllegalArgumentException for none, and for one that is {@link Undetermined}
   */
  public static Estimate of(List<Estimate> estimates) {
    if (estimates.isEmpty() || estimates.stream().anyMatch(Undetermined::is)) {
      throw new IllegalArgumentException(
          "the smallest of %s: give one estimate at least, and no undetermined one"
              .formatted(estimates));
    }
    return estimates.size() == 1 ? estimates.get(0) : new SmallestEstimate(estimates);
  }

  @Override
  public double value() {
    return smallest.value();
  }

  /** Returns the number of examples behind the one whose estimate is smallest. */
  @Override
  public long sampleSize() {
    return smallest.sampleSize();
  }

  @Override
  public String unit() {
    return smallest.unit();
  }

  @Override
  public Range range() {
    return smallest.range();
  }

  @Override
  public Interval interval(double level) {
    double corrected = 1 - (1 - level) / estimates.size();
    double lower =
        estimates.stream().mapToDouble(e -> e.interval(level).lower()).min().orElseThrow();
    double upper =
        estimates.stream().mapToDouble(e -> e.interval(corrected).upper()).min().orElseThrow();
    return new Interval(Math.min(lower, value()), Math.max(upper, value()), level);
  }

  @Override
  public double pValueAbove(double bound) {
    return estimates.stream().mapToDouble(e -> e.pValueAbove(bound)).max().orElseThrow();
  }

  @Override
  public double pValueBelow(double bound) {
    double least = estimates.stream().mapToDouble(e -> e.pValueBelow(bound)).min().orElseThrow();
    return Math.min(1, estimates.size() * least);
  }

  @Override
  public String method() {
    return "%s, Bonferroni over the %d that may be smallest"
        .formatted(smallest.method(), estimates.size());
  }

  @Override
  public String toString() {
    return "the smallest of " + estimates;
  }
}
