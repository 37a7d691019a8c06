package dev.touchstone.calibration;

import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Probabilities;
import java.util.Arrays;

/**
 * Confidences and whether each came true: what calibration is about.
 *
 * @param confidence in [0, 1], one per example
 * @param cameTrue whether the confident statement was right
 */
public record Confidences(double[] confidence, boolean[] cameTrue) {

  /**
   * Copies the confidences, and takes from them what rounding left beyond 0 and 1.
   *
   * @throws IllegalArgumentException for other numbers of confidences and outcomes, none, or a
   *     confidence that is no {@linkplain Probabilities#isProbability probability}
   */
  public Confidences {
    if (confidence.length != cameTrue.length || confidence.length == 0) {
      throw new IllegalArgumentException(
          confidence.length + " confidences and " + cameTrue.length + " outcomes");
    }
    for (int i = 0; i < confidence.length; i++) {
      if (!Probabilities.isProbability(confidence[i])) {
        throw new IllegalArgumentException("a confidence must lie in [0, 1], was " + confidence[i]);
      }
    }
    confidence = Arrays.stream(confidence).map(Probabilities::withoutRounding).toArray();
  }

  /** Returns the confidence in the predicted class, and whether it is the example's class. */
  public static Confidences topLabel(Predictions predictions, int[] labels, int[] examples) {
    double[] confidence = new double[examples.length];
    boolean[] cameTrue = new boolean[examples.length];
    for (int i = 0; i < examples.length; i++) {
      confidence[i] = predictions.confidence(examples[i]);
      cameTrue[i] = predictions.predicted(examples[i]) == labels[examples[i]];
    }
    return new Confidences(confidence, cameTrue);
  }

  /** Returns the probability of one class, and whether it is the example's class. */
  public static Confidences ofClass(
      int positive, Predictions predictions, int[] labels, int[] examples) {
    double[] confidence = new double[examples.length];
    boolean[] cameTrue = new boolean[examples.length];
    for (int i = 0; i < examples.length; i++) {
      confidence[i] = predictions.probability(examples[i], positive);
      cameTrue[i] = labels[examples[i]] == positive;
    }
    return new Confidences(confidence, cameTrue);
  }

  /** Returns the number of examples. */
  public int size() {
    return confidence.length;
  }
}
