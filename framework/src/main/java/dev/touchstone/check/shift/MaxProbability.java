package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;

/**
 * Takes for foreign what a model is unsure of: 1 − max p, the probability that is left for the
 * other classes (Hendrycks and Gimpel 2017). It needs nothing but answers, and misses what a model
 * is sure of without reason.
 */
public final class MaxProbability implements OutOfDistributionDetector {
  private MaxProbability() {}

  /** Returns the detector; it has no settings. */
  public static MaxProbability withDefaults() {
    return new MaxProbability();
  }

  @Override
  public String name() {
    return "max probability";
  }

  @Override
  public Foreignness fitTo(Classifier model, RunContext context) {
    return examples -> leftForOthers(model, examples, context);
  }

  private static double[] leftForOthers(Classifier model, Dataset examples, RunContext context) {
    double[] left = new double[examples.size()];
    int atOnce = model.batchSize(context.settings().memoryBytes());
    for (int from = 0; from < left.length; from += atOnce) {
      int to = Math.min(left.length, from + atOnce);
      Predictions predictions = CheckedAnswers.of(model, examples.inputs(from, to));
      for (int i = from; i < to; i++) {
        left[i] = leftForOthers(predictions, i - from);
      }
    }
    return left;
  }

  /** A sum, since one less a number close to one has few digits. */
  private static double leftForOthers(Predictions predictions, int row) {
    int predicted = predictions.predicted(row);
    double left = 0;
    for (int c = 0; c < predictions.classes(); c++) {
      left += c == predicted ? 0 : predictions.probability(row, c);
    }
    return left;
  }

  @Override
  public String toString() {
    return name();
  }
}
