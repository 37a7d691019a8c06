package dev.touchstone.robustness;

import java.util.List;

/**
 * Examples as a perturbation made them, and how it came there.
 *
 * @param rows one for each example, as long as it
 * @param course the mean loss of the true classes at the examples as they are and after each step;
 *     empty for what takes no steps
 * @param flat of how many examples the gradient was zero in every feature where the search began
 */
public record Perturbed(float[][] rows, List<Double> course, int flat) {

  /** Copies the course. */
  public Perturbed {
    course = List.copyOf(course);
  }

  /** Returns examples that were changed without steps. */
  public static Perturbed of(float[][] rows) {
    return new Perturbed(rows, List.of(), 0);
  }
}
