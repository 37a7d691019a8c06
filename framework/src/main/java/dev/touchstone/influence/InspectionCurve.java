package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What a group's metric becomes when a person inspects the first training examples of a ranking and
 * corrects the labels that are wrong: the model is trained again after every budget.
 *
 * <pre>{@code
 * InspectionCurve.of(trainer, training, scores.rankForRelabelling(), expert::rightLabel)
 *     .measure(GroupCalibrationError.withDefaults(), group, context, 10, 50, 100);
 * }</pre>
 */
public final class InspectionCurve {
  private final Trainer trainer;
  private final Dataset training;
  private final int[] order;
  private final IntUnaryOperator right;

  private InspectionCurve(Trainer trainer, Dataset training, int[] order, IntUnaryOperator right) {
    this.trainer = trainer;
    this.training = training;
    this.order = order;
    this.right = right;
  }

  /**
   * One point of the curve.
   *
   * @param inspected how many labels were looked at
   * @param corrected how many of them were wrong
   * @param value the metric of the model that was trained with these corrections
   */
  public record Point(int inspected, int corrected, double value) {}

  /**
   * Inspects in an order.
   *
   * @param training with labels as given
   * @param order the training examples, those to look at first in front
   * @param right the right label of an example, as the person finds it
   * @throws IllegalArgumentException if the order names an example twice, or one that is not there
   */
  public static InspectionCurve of(
      Trainer trainer, Dataset training, int[] order, IntUnaryOperator right) {
    if (Arrays.stream(order).distinct().count() != order.length
        || !Arrays.stream(order).allMatch(i -> i >= 0 && i < training.size())) {
      throw new IllegalArgumentException(
          "an order names examples of %s, each once".formatted(training.name()));
    }
    return new InspectionCurve(trainer, training, order.clone(), right);
  }

  /**
   * Trains again after every budget, and without an inspection first.
   *
   * @param group of two classes, and none of the training data
   * @param budgets how many labels are looked at, ascending, each at most the length of the order
   * @return a point for no inspection, and one for every budget
   * @throws dev.touchstone.runtime.TouchstoneException if there are not two classes, the group
   *     overlaps the training data, or the metric cannot be measured on it
   */
  public List<Point> measure(
      GroupDisparity metric, Dataset group, RunContext context, int... budgets) {
    DisparityInfluence.on(metric, group).check(training);
    List<Point> curve = new ArrayList<>();
    int[] labels = training.labels();
    int looked = 0;
    int corrected = 0;
    for (int budget : IntStream.concat(IntStream.of(0), IntStream.of(budgets)).toArray()) {
      if (budget < looked || budget > order.length) {
        throw new IllegalArgumentException(
            "budgets rise to at most %d, was %s".formatted(order.length, Arrays.toString(budgets)));
      }
      for (; looked < budget; looked++) {
        int example = order[looked];
        int label = right.applyAsInt(example);
        corrected += label == labels[example] ? 0 : 1;
        labels[example] = label;
      }
      String inspected = "%d labels inspected".formatted(budget);
      TrainedModel trained =
          trainer.train(
              TrainingTask.of(training.withLabels(labels, inspected), inspected, context));
      try {
        Predictions answers =
            CheckedAnswers.of(trained.model(), group, context.settings().memoryBytes());
        double[] probabilities =
            IntStream.range(0, group.size()).mapToDouble(i -> answers.probability(i, 1)).toArray();
        curve.add(new Point(budget, corrected, metric.of(probabilities, group.labels())));
      } finally {
        trained.release();
      }
    }
    return curve;
  }
}
