package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Undetermined;
import java.util.Optional;

/**
 * The true positives of one class among examples of which the predictions say which they are, so
 * that it is not known before whether there are any. Given how many there are, the number of true
 * positives is binomial, and the limits of the share are exact (Clopper-Pearson).
 *
 * <p>Two models are compared by their limits ({@link LimitDifference}), since what one of them is
 * measured on is not what the other one is.
 */
abstract class HitsAmongPredicted extends RateOfClass {
  HitsAmongPredicted(String name, int positive) {
    super(name, positive);
  }

  /** Whether an example that is no true positive is one of those that are counted. */
  abstract boolean counts(boolean predictedPositive, boolean isPositive);

  /** The quantity, of the share of true positives among those that are counted. */
  abstract Estimate of(Estimate share);

  @Override
  public final String worsening() {
    return quantity() + " loss";
  }

  @Override
  public final boolean moreIsBetter() {
    return true;
  }

  /** Two numbers: 1 for a true positive, and 1 where the example is counted. */
  @Override
  final double[] outcome(int predicted, int label) {
    boolean said = predicted == positive;
    boolean is = label == positive;
    boolean hit = said && is;
    return new double[] {hit ? 1 : 0, hit || counts(said, is) ? 1 : 0};
  }

  /** No: of a class that is never predicted there is none. */
  @Override
  public final boolean comparesWithMajority() {
    return false;
  }

  @Override
  public final boolean isPossible(double[] outcome, int label) {
    return outcome.length == 2
        && (outcome[0] == 0 || outcome[0] == 1 && outcome[1] == 1 && label == positive)
        && (outcome[1] == 0 || outcome[1] == 1);
  }

  /** True positives and true negatives; else whatever counts against it. */
  @Override
  public final Optional<Extremes> extremes(int label) {
    boolean is = label == positive;
    return Optional.of(
        new Extremes(
            is ? new double[] {1, 1} : new double[] {0, 0},
            new double[] {0, counts(!is, is) ? 1 : 0}));
  }

  /** 1 where an example is counted that is no true positive. */
  @Override
  public final double increase(double[] candidate, double[] approved) {
    return candidate[1] - candidate[0] - (approved[1] - approved[0]);
  }

  @Override
  public final Optional<Estimate> value(Outcomes outcomes) {
    Outcomes counted = outcomes.where(i -> outcomes.get(i, 1) > 0);
    return Optional.of(
        counted.size() == 0
            ? Undetermined.because(
                "no example is predicted as class %d, and of no predictions there is no %s"
                    .formatted(positive, name()),
                outcomes.size())
            : of(counted.rate(i -> counted.get(i, 0) > 0)));
  }

  @Override
  public final Estimate regression(Outcomes candidate, Outcomes approved) {
    Estimate now = value(candidate).orElseThrow();
    Estimate before = value(approved).orElseThrow();
    if (Undetermined.is(now)) {
      return now;
    }
    return Undetermined.is(before) ? before : LimitDifference.of(before, now);
  }

  /** There is no example of the class. */
  @Override
  public final Optional<String> lack(Dataset data, Slice slice) {
    return FalseNegativeRate.ofClass(positive).lack(data, slice);
  }
}
