package dev.touchstone.metric;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The logarithmic loss (cross-entropy, in nats) of probabilities that are taken for no smaller than
 * a floor: {@code 1/n Σᵢ −ln max(p_i,yᵢ, floor)}.
 *
 * <p>Without a floor one answer that was certain and wrong costs any amount, so that no number of
 * examples without one shows an upper limit. The floor is therefore part of the claim, and of its
 * name.
 */
public final class LogLoss implements ClassificationMetric {
  private final double floor;

  private LogLoss(double floor) {
    this.floor = floor;
  }

  /**
   * Makes the metric of probabilities cut off at a floor.
   *
   * @param floor in (0, 1), such as 0.001: the loss then lies between 0 and 6.9
   */
  public static LogLoss clippedAt(double floor) {
    if (!(floor > 0 && floor < 1)) {
      throw new IllegalArgumentException(
          "a floor lies between 0 and 1, such as 0.001, was " + floor);
    }
    return new LogLoss(floor);
  }

  @Override
  public String quantity() {
    return "log loss (clipped at " + Exact.text(floor) + ")";
  }

  @Override
  public Range range() {
    return new Range(0, -Math.log(floor));
  }

  /** One number: the loss. */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    // Rounding in a softmax may leave a little more than 1.
    return new double[] {-Math.log(Math.min(1, Math.max(floor, probabilities[label]))) + 0.0};
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 1 && range().contains(outcome[0]);
  }

  /** Certain and right, certain and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(new double[] {0}, new double[] {range().most()}));
  }

  @Override
  public Optional<String> shortfallName() {
    return Optional.of("loss");
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
    return other instanceof LogLoss loss && Double.compare(loss.floor, floor) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(LogLoss.class, floor);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
