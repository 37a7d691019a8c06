package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Groups of training examples that nobody has annotated: by label, and by whether a concept that
 * should not matter is read in the representation. Groups of one size each count as much, so that
 * what the concept and the label have to do with each other in training no longer pays.
 */
final class PseudoGroups {
  private PseudoGroups() {}

  /**
   * Weights 1 / (number of groups · the group's share) with a mean of 1; the mean over the
   * concepts' weights where there are several.
   *
   * @param labels n classes
   * @param trainingWeights by which these are multiplied; null for none
   * @param scores of the concepts, n × q: log odds, or numbers that are compared with their mean
   * @param ignored the places of the concepts that should not matter
   */
  static double[] weights(
      int[] labels,
      int classes,
      double @Nullable [] trainingWeights,
      AnnotatedConcepts concepts,
      Matrix scores,
      int... ignored) {
    int n = labels.length;
    double[] weights = new double[n];
    for (int concept : ignored) {
      double threshold = concepts.isBinary(concept) ? 0 : mean(scores, concept);
      int[] group = new int[n];
      int[] sizes = new int[2 * classes];
      for (int i = 0; i < n; i++) {
        group[i] = 2 * labels[i] + (scores.get(i, concept) > threshold ? 1 : 0);
        sizes[group[i]]++;
      }
      int groups = 0;
      for (int size : sizes) {
        groups += size > 0 ? 1 : 0;
      }
      for (int i = 0; i < n; i++) {
        weights[i] += (double) n / groups / sizes[group[i]] / ignored.length;
      }
    }
    for (int i = 0; trainingWeights != null && i < n; i++) {
      weights[i] *= trainingWeights[i];
    }
    return weights;
  }

  private static double mean(Matrix of, int column) {
    double sum = 0;
    for (int i = 0; i < of.rows(); i++) {
      sum += of.get(i, column);
    }
    return sum / of.rows();
  }
}
