package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Estimate;
import java.util.Optional;

/**
 * The false-negative rate of one class: the share of its examples that are predicted as another
 * class; by group it is one of the two rates that equalised odds compares (Hardt, Price and Srebro
 * 2016).
 *
 * <p>Two models are compared on these examples like {@linkplain ErrorRate error rates}.
 */
public final class FalseNegativeRate implements Metric {
  private static final String NAME = "false-negative rate";

  private final int positive;

  private FalseNegativeRate(int positive) {
    this.positive = positive;
  }

  /** Of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static FalseNegativeRate ofClass(int positive) {
    return new FalseNegativeRate(positive);
  }

  @Override
  public String quantity() {
    return NAME + " (class " + positive + ")";
  }

  /** Two numbers: 1 where there is such an error, and 1 where there could be one. */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    return ErrorsAmong.outcome(
        Predictions.mostProbable(probabilities) != positive, label == positive);
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(ErrorsAmong.value(outcomes));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return ErrorsAmong.regression(candidate, approved);
  }

  /** Refuses a slice without an example at which such an error could occur. */
  @Override
  public void check(Dataset data) {
    ErrorsAmong.check(data, NAME, positive, label -> label == positive);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
