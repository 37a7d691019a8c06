package dev.touchstone.influence;

/**
 * A group disparity metric (thesis, section 6.2): one number of what a model of two classes
 * predicts for the examples of a group, and of their labels; the smaller the better. Metrics that
 * are equal measure alike.
 */
public interface GroupDisparity {

  /** Returns what it is called in messages, such as {@code "expected calibration error"}. */
  String quantity();

  /**
   * Measures.
   *
   * @param probabilities of class 1, one for each example
   * @param labels 0 or 1, as many
   * @return a number from 0 to 1
   * @throws dev.touchstone.runtime.TouchstoneException if the labels cannot carry it, such as a
   *     false positive rate of positives alone
   */
  double of(double[] probabilities, int[] labels);

  /**
   * Returns the derivative by each example's logit, log p/(1 − p); of a metric with bins with the
   * bins as they are.
   *
   * @param probabilities as in {@link #of}
   * @throws dev.touchstone.runtime.TouchstoneException if the metric has no useful derivative
   */
  double[] byLogits(double[] probabilities, int[] labels);
}
