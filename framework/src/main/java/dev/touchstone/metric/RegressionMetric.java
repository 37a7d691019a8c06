package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Finding;
import dev.touchstone.model.Values;
import java.util.List;
import java.util.Optional;

/**
 * A quality of predicted values: {@link MeanAbsoluteError}, {@link RootMeanSquaredError}, {@link
 * MeanError}, {@link ErrorNorm}, {@link IntervalCoverage}, {@link LargeErrorRate}, {@link
 * ErrorQuantile} or another one of your own.
 */
public non-sealed interface RegressionMetric extends Metric {

  /**
   * Returns what is kept of one prediction: finite numbers, as many for every example.
   *
   * @param predicted the model's value
   * @param actual the example's value
   */
  double[] outcome(double predicted, double actual);

  /**
   * Returns what is kept of one of many predictions; by default it is read off the value. A metric
   * that is about intervals overrides it.
   *
   * @param example which of the predictions
   * @param actual the example's value
   */
  default double[] outcome(Values predicted, int example, double actual) {
    return outcome(predicted.value(example), actual);
  }

  /**
   * Returns whether an outcome can be that of a prediction of an example with this value; by
   * default any numbers are.
   *
   * @see ClassificationMetric#isPossible
   */
  default boolean isPossible(double[] outcome, double actual) {
    return true;
  }

  /** Returns whether its value of whoever always answers the median is worth knowing beside it. */
  default boolean comparesWithMedian() {
    return true;
  }

  /**
   * Returns the best and the worst outcome that an example can have; by default they are not known.
   *
   * @see ClassificationMetric#extremes
   */
  default Optional<Extremes> extremes() {
    return Optional.empty();
  }

  /**
   * Returns by how much one prediction is worse than the best one, to find the worst ones: by
   * default its absolute error.
   */
  default double shortfall(Values predicted, int example, double actual) {
    return Math.abs(predicted.value(example) - actual);
  }

  /** What the {@link #shortfall} is called where examples are listed. */
  @Override
  default Optional<String> shortfallName() {
    return Optional.of("off by");
  }

  /** Returns the examples that are worst: by default those with the largest {@link #shortfall}. */
  default List<Finding> worst(Values predicted, Dataset data) {
    return WorstExamples.by(this, predicted, data);
  }

  /**
   * Returns what is measured beside it on the same predictions, without a claim; by default
   * nothing.
   */
  default List<RegressionMetric> companions() {
    return List.of();
  }
}
