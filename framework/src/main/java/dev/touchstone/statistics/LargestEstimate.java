package dev.touchstone.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The largest of several quantities, where it is not known beforehand which one that is: the error
 * rate of whichever group is worst.
 *
 * <p>Whatever the estimates have to do with each other, limits hold. The largest quantity is at
 * least as large as each, so that a lower limit of any is one of it; as the highest of q lower
 * limits is taken, each is made at an error probability of 1/q (Bonferroni). An upper limit of the
 * one that is largest is at most the highest of all upper limits, and needs no correction.
 */
public final class LargestEstimate implements Estimate {
  private final List<Estimate> estimates;
  private final Estimate largest;

  private LargestEstimate(List<Estimate> estimates) {
    this.estimates = List.copyOf(estimates);
    this.largest =
        estimates.stream().max(Comparator.comparingDouble(Estimate::value)).orElseThrow();
  }

  /**
   * Returns the largest.
   *
   * @param estimates at least one, of one kind of quantity, all determined
   * @throws IllegalArgumentException for none, and for one that is {@link Undetermined}
   */
  public static Estimate of(List<Estimate> estimates) {
    if (estimates.isEmpty() || estimates.stream().anyMatch(Undetermined::is)) {
      throw new IllegalArgumentException(
          "the largest of %s: give one estimate at least, and no undetermined one"
              .formatted(estimates));
    }
    return estimates.size() == 1 ? estimates.get(0) : new LargestEstimate(estimates);
  }

  @Override
  public double value() {
    return largest.value();
  }

  /** Returns the number of examples behind the one whose estimate is largest. */
  @Override
  public long sampleSize() {
    return largest.sampleSize();
  }

  @Override
  public String unit() {
    return largest.unit();
  }

  @Override
  public Range range() {
    return largest.range();
  }

  @Override
  public Interval interval(double level) {
    double corrected = 1 - (1 - level) / estimates.size();
    double lower =
        estimates.stream().mapToDouble(e -> e.interval(corrected).lower()).max().orElseThrow();
    double upper =
        estimates.stream().mapToDouble(e -> e.interval(level).upper()).max().orElseThrow();
    return new Interval(Math.min(lower, value()), Math.max(upper, value()), level);
  }

  @Override
  public double pValueAbove(double bound) {
    double least = estimates.stream().mapToDouble(e -> e.pValueAbove(bound)).min().orElseThrow();
    return Math.min(1, estimates.size() * least);
  }

  @Override
  public double pValueBelow(double bound) {
    return estimates.stream().mapToDouble(e -> e.pValueBelow(bound)).max().orElseThrow();
  }

  /** Empty where more examples would decide none of them. */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    return estimates.stream().allMatch(e -> e.examplesToDecide(bound, level).isEmpty())
        ? OptionalLong.empty()
        : Estimate.super.examplesToDecide(bound, level);
  }

  @Override
  public String method() {
    return "%s, Bonferroni over the %d that may be largest"
        .formatted(largest.method(), estimates.size());
  }

  @Override
  public String toString() {
    return "the largest of " + estimates;
  }
}
