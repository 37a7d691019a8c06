package dev.touchstone.metric;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Optional;

/**
 * The mean of a loss of your own: what a prediction costs, between two bounds.
 *
 * <pre>{@code
 * MeanLoss.of("refunds in euro", 0, 30, (p, label) -> label == FRAUD && p[FRAUD] < 0.5 ? 30 : 0);
 * }</pre>
 *
 * <p>The bounds are part of the limits ({@link dev.touchstone.statistics.BoundedMean}): a loss
 * without them, such as the logarithmic one, has no honest limit, since one example that was not
 * met can cost any amount.
 *
 * <p>Functions cannot be compared: no two losses are {@linkplain Object#equals equal}, so that none
 * is taken for another within a run. A baseline knows a loss by its name and range; give another
 * name to a loss that costs something else.
 */
public final class MeanLoss implements ClassificationMetric {
  private final String quantity;
  private final double least;
  private final double most;
  private final Loss loss;

  private MeanLoss(String quantity, double least, double most, Loss loss) {
    this.quantity = quantity;
    this.least = least;
    this.most = most;
    this.loss = loss;
  }

  /** What one prediction costs. */
  @FunctionalInterface
  public interface Loss {
    /**
     * Returns the loss of one prediction.
     *
     * @param probabilities the model's, one per class
     * @param label the example's class
     */
    double of(double[] probabilities, int label);
  }

  /**
   * Returns the mean of a loss.
   *
   * @param quantity its name, such as {@code "refunds in euro"}
   * @param least the smallest loss that can occur
   * @param most the largest loss that can occur, more than {@code least}
   * @throws IllegalArgumentException unless {@code least < most}, both finite
   */
  public static MeanLoss of(String quantity, double least, double most, Loss loss) {
    if (!(least < most) || !Double.isFinite(most - least)) {
      throw new IllegalArgumentException(
          "a loss needs a finite range, was [" + least + ", " + most + "]");
    }
    return new MeanLoss(quantity, least, most, loss);
  }

  @Override
  public String quantity() {
    return quantity;
  }

  @Override
  public Range range() {
    return new Range(least, most);
  }

  /**
   * One number: the loss.
   *
   * @throws IllegalArgumentException if it lies outside the range
   */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    double value = loss.of(probabilities, label);
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          quantity + " was said to lie in [" + least + ", " + most + "], and was " + value);
    }
    return new double[] {value};
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 1 && outcome[0] >= least && outcome[0] <= most;
  }

  @Override
  public Optional<String> shortfallName() {
    return Optional.of(quantity + (least == 0 ? "" : ", above the least"));
  }

  /** The ends of the range. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(new double[] {least}, new double[] {most}));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.mean(least, most));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, least, most);
  }

  @Override
  public String toString() {
    return quantity + " (a loss from " + least + " to " + most + ")";
  }
}
