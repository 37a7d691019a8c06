package dev.touchstone.statistics;

import java.util.OptionalLong;

/**
 * A quantity that could not be estimated, and why, such as the false-negative rate of a group
 * without positives: nothing that is claimed of it is shown or refuted.
 */
public final class Undetermined implements Estimate {
  private final String reason;
  private final long sampleSize;

  private Undetermined(String reason, long sampleSize) {
    this.reason = reason;
    this.sampleSize = sampleSize;
  }

  /**
   * Says why there is no estimate.
   *
   * @param reason what is lacking and what to do about it: a sentence without its capital and its
   *     full stop
   * @param sampleSize how many examples there are all the same
   */
  public static Undetermined because(String reason, long sampleSize) {
    return new Undetermined(reason, sampleSize);
  }

  /** Returns whether an estimate, perhaps one that was read from a file, is none. */
  public static boolean is(Estimate estimate) {
    return Double.isNaN(estimate.value());
  }

  /** NaN. */
  @Override
  public double value() {
    return Double.NaN;
  }

  @Override
  public long sampleSize() {
    return sampleSize;
  }

  /** All numbers. */
  @Override
  public Interval interval(double level) {
    return new Interval(
        Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Interval.checkLevel(level));
  }

  /** 1: nothing speaks for more. */
  @Override
  public double pValueAbove(double bound) {
    return 1;
  }

  /** 1: nothing speaks for less. */
  @Override
  public double pValueBelow(double bound) {
    return 1;
  }

  /** Empty: more of the same examples would not decide it. */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    return OptionalLong.empty();
  }

  /** The reason. */
  @Override
  public String method() {
    return reason;
  }

  @Override
  public String toString() {
    return "undetermined: " + reason;
  }
}
