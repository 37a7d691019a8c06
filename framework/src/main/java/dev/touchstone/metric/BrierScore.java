package dev.touchstone.metric;

import dev.touchstone.statistics.Estimate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Brier score (1950), the mean squared distance of the probabilities from the one-hot label,
 * between 0 and 2: {@code 1/n Σᵢ Σ_c (p_ic − 1[c = yᵢ])²}.
 *
 * <p>Two models are compared by the mean of the differences on the same examples, with the limits
 * of {@link dev.touchstone.statistics.BoundedMean}: a difference is nearly 0 at most examples and
 * up to 2 at the few where the models disagree, so that Student's t would trust what it has not
 * seen.
 */
public final class BrierScore implements Metric {
  private BrierScore() {}

  /** Of all classes. */
  public static BrierScore withDefaults() {
    return new BrierScore();
  }

  @Override
  public String quantity() {
    return "Brier score";
  }

  /** 2: from certainly right to certainly wrong. */
  @Override
  public double mostWorsening() {
    return 2;
  }

  @Override
  public double[] outcome(double[] probabilities, int label) {
    return new double[] {of(probabilities, label)};
  }

  /** One example's squared distance. */
  static double of(double[] probabilities, int label) {
    double sum = 0;
    for (int c = 0; c < probabilities.length; c++) {
      double distance = probabilities[c] - (c == label ? 1 : 0);
      sum += distance * distance;
    }
    // Rounding in a softmax may leave a little more than 2.
    return Math.min(2, sum);
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 1 && outcome[0] >= 0 && outcome[0] <= mostWorsening();
  }

  @Override
  public Optional<String> shortfallName() {
    return Optional.of("squared distance");
  }

  /** Certain and right, certain and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(new double[] {0}, new double[] {mostWorsening()}));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.mean(0, 2));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, 2);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BrierScore;
  }

  @Override
  public int hashCode() {
    return BrierScore.class.hashCode();
  }

  @Override
  public String toString() {
    return quantity();
  }
}
