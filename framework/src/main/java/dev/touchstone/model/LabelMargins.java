package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.Settings;

/**
 * How a model's answers stand to the labels of data: by how much it takes another class for more
 * probable. A small margin is an example that is worth a look.
 */
public final class LabelMargins {
  private LabelMargins() {}

  /**
   * Returns how suspicious each label is to a model: the largest probability of another class less
   * that of the label, from −1 (certain of the label) to 1 (certain of another class).
   *
   * @return one number per example
   * @throws dev.touchstone.runtime.TouchstoneException if the model does not fit the data
   */
  public static double[] suspicion(Classifier model, Dataset data) {
    Predictions predictions = CheckedAnswers.of(model, data, Settings.fromSystem().memoryBytes());
    double[] suspicion = new double[data.size()];
    for (int i = 0; i < suspicion.length; i++) {
      int label = data.label(i);
      double other = 0;
      for (int c = 0; c < predictions.classes(); c++) {
        other = c == label ? other : Math.max(other, predictions.probability(i, c));
      }
      suspicion[i] = other - predictions.probability(i, label);
    }
    return suspicion;
  }
}
