package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whether each concept can be told from the others by the examples that are annotated.
 *
 * @param data what messages call the examples
 * @param names of the concepts
 * @param values m × k
 */
record ConceptCheck(String data, List<String> names, double[][] values) {
  /**
   * What is left of a concept's deviation beside the others that makes it a concept of its own:
   * below, R² is above 1 − 10⁻⁶, as where a sum was written down rounded.
   */
  private static final double OWN_SHARE = 1e-3;

  /** Of a deviation, what of a combination is not worth a mention. */
  private static final double SMALLEST_PART = 1e-3;

  /**
   * Refuses concepts of which nothing can be learnt.
   *
   * @throws TouchstoneException naming them
   */
  void requireLearnable() {
    if (names.size() >= values.length) {
      throw new TouchstoneException(
          "the audit set %s has %d annotated examples for %d concepts, so that any of them is a combination of the others; annotate at least %d examples, or name fewer concepts"
              .formatted(data, values.length, names.size(), names.size() + 1));
    }
    double[][] standardised = new double[names.size()][];
    for (int k = 0; k < names.size(); k++) {
      requireDifferences(k);
      standardised[k] = standardised(k);
    }
    requireIndependence(standardised);
  }

  private void requireDifferences(int concept) {
    double first = values[0][concept];
    if (Arrays.stream(values).anyMatch(row -> row[concept] != first)) {
      return;
    }
    throw new TouchstoneException(
        "the concept \"%s\" is %s in all %d examples of the audit set %s; a concept is learnt from examples that have it and others that have not, or more and less of it: annotate some of the other kind, or leave the concept out"
            .formatted(names.get(concept), number(first), values.length, data));
  }

  /** A concept's values less their mean, of the Euclidean length 1. */
  private double[] standardised(int concept) {
    double[] column = Arrays.stream(values).mapToDouble(row -> row[concept]).toArray();
    double mean = Arrays.stream(column).average().orElseThrow();
    for (int i = 0; i < column.length; i++) {
      column[i] -= mean;
    }
    scale(column, 1 / length(column));
    return column;
  }

  /** Gram-Schmidt, each column made orthogonal twice, keeps what it was made of. */
  private void requireIndependence(double[][] columns) {
    List<double[]> basis = new ArrayList<>();
    double[][] parts = new double[columns.length][];
    for (int k = 0; k < columns.length; k++) {
      double[] own = columns[k].clone();
      parts[k] = new double[k + 1];
      for (int pass = 0; pass < 2; pass++) {
        for (int b = 0; b < k; b++) {
          double part = dot(own, basis.get(b));
          parts[k][b] += part;
          for (int i = 0; i < own.length; i++) {
            own[i] -= part * basis.get(b)[i];
          }
        }
      }
      double left = length(own);
      if (left < OWN_SHARE) {
        throw dependent(k, parts);
      }
      parts[k][k] = left;
      scale(own, 1 / left);
      basis.add(own);
    }
  }

  private TouchstoneException dependent(int concept, double[][] parts) {
    // Back substitution: R c = q, where the columns before are Q R and this one is Q q.
    double[] q = parts[concept];
    double[] c = new double[concept];
    for (int i = concept - 1; i >= 0; i--) {
      double rest = q[i];
      for (int j = i + 1; j < concept; j++) {
        rest -= parts[j][i] * c[j];
      }
      c[i] = rest / parts[i][i];
    }
    List<String> others = new ArrayList<>();
    for (int i = 0; i < concept; i++) {
      if (Math.abs(c[i]) > SMALLEST_PART) {
        others.add("\"%s\"".formatted(names.get(i)));
      }
    }
    return new TouchstoneException(
        "the concept \"%s\" is %s %s in all %d examples of the audit set %s, so that nothing can tell what belongs to which; leave one of them out, or annotate examples in which they differ"
            .formatted(
                names.get(concept),
                others.size() == 1 ? "a multiple of" : "a sum of multiples of",
                String.join(" and ", others),
                values.length,
                data));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double length(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static void scale(double[] a, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%d", (long) value)
        : Double.toString(value);
  }
}
