package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The Brier score, the mean squared distance of probabilities from what came true. {@linkplain
 * #withDefaults Of all classes} it is Brier's own (1950), {@code 1/n Σᵢ Σ_c (p_ic − 1[c = yᵢ])²},
 * between 0 and 2; {@linkplain #ofClass of one class} {@code 1/n Σᵢ (p_i − 1[yᵢ = class])²},
 * between 0 and 1, which of two classes is half as much. Which of the two it is stands in its name.
 *
 * <p>Two models are compared by the mean of the differences on the same examples, with the limits
 * of {@link dev.touchstone.statistics.BoundedMean}: a difference is nearly 0 at most examples and
 * up to 2 at the few where the models disagree, so that Student's t would trust what it has not
 * seen.
 */
public final class BrierScore implements ClassificationMetric {
  private final OptionalInt positive;

  private BrierScore(OptionalInt positive) {
    this.positive = positive;
  }

  /** Returns the sum over all classes, between 0 and 2. */
  public static BrierScore withDefaults() {
    return new BrierScore(OptionalInt.empty());
  }

  /**
   * Makes the metric of one class's probability, between 0 and 1.
   *
   * @param positive the class, by its index
   */
  public static BrierScore ofClass(int positive) {
    return new BrierScore(OptionalInt.of(positive));
  }

  @Override
  public String quantity() {
    return "Brier score (%s)"
        .formatted(positive.isPresent() ? "class " + positive.getAsInt() : "sum over classes");
  }

  @Override
  public String quantityFor(Dataset data) {
    return positive.isPresent()
        ? "Brier score of " + Words.classNamed(data, positive.getAsInt())
        : quantity();
  }

  @Override
  public Reading valueInWords(String examples, Dataset data) {
    return Words.is(this, examples, quantityFor(data));
  }

  @Override
  public Reading worseningInWords(String examples, Dataset data) {
    return Words.worse(this, examples, quantityFor(data));
  }

  @Override
  public Range range() {
    return positive.isPresent() ? Range.SHARE : new Range(0, 2);
  }

  @Override
  public double[] outcome(double[] probabilities, int label) {
    return new double[] {distance(probabilities, label)};
  }

  /** One example's squared distance. */
  private double distance(double[] probabilities, int label) {
    if (positive.isPresent()) {
      int c = positive.getAsInt();
      return Math.min(1, Math.pow(probabilities[c] - (c == label ? 1 : 0), 2));
    }
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
    return outcome.length == 1 && range().contains(outcome[0]);
  }

  @Override
  public Optional<String> shortfallName() {
    return Optional.of("squared distance");
  }

  /** Certain and right, certain and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(new double[] {0}, new double[] {range().most()}));
  }

  /** Refuses a class that is none. */
  @Override
  public void check(Dataset data) {
    positive.ifPresent(c -> MetricOfClass.refuseUnknownClass(data, "Brier score", c));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.mean(0, range().most()));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, range().most());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BrierScore score && score.positive.equals(positive);
  }

  @Override
  public int hashCode() {
    return Objects.hash(BrierScore.class, positive);
  }

  /** As baselines know it; of all classes by the name that it had before there was another one. */
  @Override
  public String toString() {
    return positive.isPresent() ? quantity() : "Brier score";
  }
}
