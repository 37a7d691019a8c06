package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Groups of training examples that nobody has annotated: by label, and by whether a concept that
 * should not matter is read in the representation. Whatever their sizes, the groups of a label
 * count alike, so that what the concept and the label have to do with each other in training no
 * longer pays. Labels count alike, too, or as often as they are given.
 */
final class PseudoGroups {
  private PseudoGroups() {}

  /**
   * Weights with a mean of 1, by default 1 / (number of groups · the group's share); the mean over
   * the concepts' weights where there are several.
   *
   * @param labels n classes
   * @param trainingWeights by which these are multiplied; null for none
   * @param keepsClassShares whether a label counts as often as it is given
   * @param scores of the concepts, n × q: log odds, or numbers that are compared with their mean
   * @param ignored the places of the concepts that should not matter
   */
  static double[] weights(
      int[] labels,
      int classes,
      double @Nullable [] trainingWeights,
      boolean keepsClassShares,
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
      double[] ofGroup = weights(sizes, keepsClassShares);
      for (int i = 0; i < n; i++) {
        weights[i] += ofGroup[group[i]] / ignored.length;
      }
    }
    for (int i = 0; trainingWeights != null && i < n; i++) {
      weights[i] *= trainingWeights[i];
    }
    return weights;
  }

  /**
   * What each example of a group weighs.
   *
   * @param sizes of the two groups of every label, one after the other
   */
  private static double[] weights(int[] sizes, boolean keepsClassShares) {
    double[] weights = new double[sizes.length];
    int n = Arrays.stream(sizes).sum();
    long groups = Arrays.stream(sizes).filter(size -> size > 0).count();
    for (int g = 0; g < sizes.length; g++) {
      int other = sizes[g ^ 1];
      double share =
          keepsClassShares ? (sizes[g] + other) / (other > 0 ? 2.0 : 1.0) : (double) n / groups;
      weights[g] = sizes[g] > 0 ? share / sizes[g] : 0;
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
