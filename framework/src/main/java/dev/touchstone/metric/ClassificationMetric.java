package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Finding;
import dev.touchstone.model.Predictions;
import java.util.List;
import java.util.Optional;

/**
 * A quality of predicted classes and their probabilities: {@link ErrorRate}, {@link Accuracy},
 * {@link Precision}, {@link Recall}, {@link F1Score}, {@link SelectionRate}, {@link NegativeFlips},
 * {@link BrierScore}, {@link LogLoss}, {@link Calibration}, {@link AreaUnderRoc}, {@link
 * AveragePrecision}, {@link FalsePositiveRate}, {@link FalseNegativeRate}, a {@link MeanLoss} or
 * another one of your own.
 */
public non-sealed interface ClassificationMetric extends Metric {

  /**
   * Returns what is kept of one prediction: finite numbers, as many for every example.
   *
   * @param probabilities the model's, one per class
   * @param label the example's class
   */
  double[] outcome(double[] probabilities, int label);

  /**
   * Returns what is kept of one of many predictions. By default it is read off the probabilities; a
   * metric that is about the predicted class overrides it, since a model may name that class itself
   * ({@link Predictions#predicted}).
   *
   * @param example which of the predictions
   * @param label the example's class
   */
  default double[] outcome(Predictions predictions, int example, int label) {
    return outcome(predictions.probabilities(example), label);
  }

  /**
   * Returns whether the metric is about probabilities and not about predicted classes alone; by
   * default it is. Then a model is refused that mostly names other classes than its probabilities
   * favour.
   */
  default boolean readsProbabilities() {
    return true;
  }

  /**
   * Returns whether an outcome can be that of a prediction of an example with this label: what was
   * recorded may have been edited, or be another metric's. By default any numbers are.
   */
  default boolean isPossible(double[] outcome, int label) {
    return true;
  }

  /**
   * Returns the best and the worst outcome of an example with a label, as many numbers as {@link
   * #outcome} has: a candidate with nothing but best ones, against a model with nothing but worst
   * ones, has the least limits of {@link #regression} that there are. With them a claim that no
   * candidate could show on so few examples is known before a model runs. By default they are not
   * known.
   *
   * @return empty, or for every label
   */
  default Optional<Extremes> extremes(int label) {
    return Optional.empty();
  }

  /**
   * Returns by how much one prediction is worse than the best one of its example, to find the worst
   * ones; 0 where nothing is amiss. By default the {@link #increase} over the best of the {@link
   * #extremes}, and 0 where these are not known.
   */
  default double shortfall(Predictions predictions, int example, int label) {
    return extremes(label)
        .map(extremes -> increase(outcome(predictions, example, label), extremes.best()))
        .orElse(0.0);
  }

  /**
   * Returns the parts of the data that are worst, for people to look at; by default the examples
   * with the largest {@link #shortfall}, the most confident first among equals.
   */
  default List<Finding> worst(Predictions predictions, Dataset data) {
    return WorstExamples.by(this, predictions, data);
  }

  /**
   * Returns what is measured beside it on the same predictions, without a claim; by default
   * nothing.
   */
  default List<ClassificationMetric> companions() {
    return List.of();
  }

  /**
   * Returns whether its value of whoever always answers the most frequent class is worth knowing
   * beside it: by default where it is about answers and not about probabilities.
   */
  default boolean comparesWithMajority() {
    return !readsProbabilities();
  }
}
