package dev.touchstone.statistics;

import java.util.OptionalLong;
import org.apiguardian.api.API;

/**
 * A rate of which not every example is known to count or not: at least {@code fewest} of the trials
 * do, and at most {@code most}. Its interval reaches from the lower limit of Clopper and Pearson of
 * the former to the upper limit of the latter, so that it holds the rate at least as often as
 * theirs whatever the undecided examples are.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class BracketedProportion implements Estimate {
  /** What {@link #method} says. */
  public static final String METHOD = "Clopper-Pearson around the undecided";

  private final Proportion fewest;
  private final Proportion most;

  private BracketedProportion(Proportion fewest, Proportion most) {
    this.fewest = fewest;
    this.most = most;
  }

  /**
   * Returns a rate that lies between {@code fewest / trials} and {@code most / trials} among these
   * examples.
   *
   * @throws IllegalArgumentException unless {@code 0 <= fewest <= most <= trials} and {@code trials
   *     > 0}
   */
  public static BracketedProportion of(int fewest, int most, int trials) {
    if (fewest > most) {
      throw new IllegalArgumentException(
          "at least %d and at most %d of %d cannot be".formatted(fewest, most, trials));
    }
    return new BracketedProportion(Proportion.of(fewest, trials), Proportion.of(most, trials));
  }

  /** The share that is known to count. */
  @Override
  public double value() {
    return fewest.value();
  }

  @Override
  public long sampleSize() {
    return fewest.sampleSize();
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    return new Interval(fewest.interval(level).lower(), most.interval(level).upper(), level);
  }

  @Override
  public double pValueAbove(double bound) {
    return fewest.pValueAbove(bound);
  }

  @Override
  public double pValueBelow(double bound) {
    return most.pValueBelow(bound);
  }

  /** Empty where the undecided examples decide: more of the same would not. */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    if (bound < fewest.value()) {
      return fewest.examplesToDecide(bound, level);
    }
    return bound > most.value() ? most.examplesToDecide(bound, level) : OptionalLong.empty();
  }

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public String toString() {
    return "%s to %s".formatted(fewest, most);
  }
}
