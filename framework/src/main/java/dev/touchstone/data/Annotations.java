package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an expert says of audit examples beside their labels (thesis, section 5.2.1): the value of
 * each concept, how it ought to move the answer (−1, 0 or 1), and how sure the expert is (0 to 1).
 * Immutable.
 *
 * <p>The answer that an importance is of is a regressor's value, or the class that the expert gives
 * the example: 1 speaks for this class, and −1 against it.
 */
public final class Annotations {
  private final List<String> concepts;
  private final double[][] values;

  /** One row per example, or one row for all. */
  private final int @Nullable [][] importances;

  private final boolean global;
  private final double @Nullable [] confidence;

  private Annotations(
      List<String> concepts,
      double[][] values,
      int @Nullable [][] importances,
      boolean global,
      double @Nullable [] confidence) {
    this.concepts = concepts;
    this.values = values;
    this.importances = importances;
    this.global = global;
    this.confidence = confidence;
  }

  /**
   * Annotates examples with the values of concepts.
   *
   * @param concepts their names
   * @param values m × k, one row per example: 1 where a concept is present and 0 where it is
   *     absent, or its value
   * @throws TouchstoneException for no concept, one twice, a row of another length, or a value that
   *     is not finite
   */
  public static Annotations of(List<String> concepts, double[][] values) {
    List<String> names = List.copyOf(concepts);
    if (names.isEmpty() || new HashSet<>(names).size() < names.size()) {
      throw new TouchstoneException(
          "annotations need concepts, each with a name of its own, and were given " + names);
    }
    double[][] copy = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      requireRow("concept values", i, values[i].length, names);
      for (int k = 0; k < names.size(); k++) {
        if (!Double.isFinite(values[i][k])) {
          throw new TouchstoneException(
              "the concept \"%s\" of the annotated example %d is %s; give a finite number, or leave the example out"
                  .formatted(names.get(k), i, values[i][k]));
        }
      }
      copy[i] = values[i].clone();
    }
    return new Annotations(names, copy, null, false, null);
  }

  /**
   * Returns the same with how each concept ought to move each example's answer.
   *
   * @param perExample m × k, of −1 (lowers the answer), 0 (means nothing) and 1 (raises it)
   * @throws TouchstoneException for another number, or a row of another length
   */
  public Annotations withImportances(int[][] perExample) {
    requireExamples("rows of importances", perExample.length);
    int[][] copy = new int[perExample.length][];
    for (int i = 0; i < perExample.length; i++) {
      requireRow("importances", i, perExample[i].length, concepts);
      requireImportances("the annotated example " + i, concepts, perExample[i]);
      copy[i] = perExample[i].clone();
    }
    return new Annotations(concepts, values, copy, false, confidence);
  }

  /**
   * Returns the same with how each concept ought to move the answer, said once for all examples.
   *
   * @param ofConcepts k numbers, of −1 (lowers the answer), 0 (means nothing) and 1 (raises it)
   * @throws TouchstoneException for another number, or more or fewer than concepts
   */
  public Annotations withGlobalImportances(int... ofConcepts) {
    if (ofConcepts.length != concepts.size()) {
      throw new TouchstoneException(
          "%d importances were given for the %d concepts %s; give one for each, in their order"
              .formatted(ofConcepts.length, concepts.size(), concepts));
    }
    requireImportances("the importances for all examples", concepts, ofConcepts);
    return new Annotations(concepts, values, new int[][] {ofConcepts.clone()}, true, confidence);
  }

  /**
   * Returns the same with how sure the expert is of each example's label and annotations.
   *
   * @param perExample m numbers between 0 and 1, not all 0
   * @throws TouchstoneException for another number, or more or fewer than examples
   */
  public Annotations withConfidence(double... perExample) {
    requireExamples("confidences", perExample.length);
    double most = 0;
    for (int i = 0; i < perExample.length; i++) {
      if (!(perExample[i] >= 0 && perExample[i] <= 1)) {
        throw new TouchstoneException(
            "the confidence of the annotated example %d is %s; it is a number from 0, for a guess, to 1, for certainty"
                .formatted(i, perExample[i]));
      }
      most = Math.max(most, perExample[i]);
    }
    if (most == 0) {
      throw new TouchstoneException(
          "every confidence is 0, so that the audit says nothing; give what the expert is sure of a"
              + " confidence of 1");
    }
    return new Annotations(concepts, values, importances, global, perExample.clone());
  }

  private void requireExamples(String what, int given) {
    if (given != values.length) {
      throw new TouchstoneException(
          "%d %s were given for %d annotated examples; give one for each"
              .formatted(given, what, values.length));
    }
  }

  private static void requireRow(String what, int example, int given, List<String> concepts) {
    if (given != concepts.size()) {
      throw new TouchstoneException(
          "the annotated example %d has %d %s for the %d concepts %s; give one for each"
              .formatted(example, given, what, concepts.size(), concepts));
    }
  }

  static void requireImportances(String where, List<String> concepts, int[] values) {
    for (int k = 0; k < values.length; k++) {
      if (values[k] < -1 || values[k] > 1) {
        throw new TouchstoneException(
            "%s: the importance of \"%s\" is %d; it is -1 where the concept lowers the answer, 0 where it means nothing, and 1 where it raises it"
                .formatted(where, concepts.get(k), values[k]));
      }
    }
  }

  /** Returns the number of annotated examples. */
  int size() {
    return values.length;
  }

  List<String> concepts() {
    return concepts;
  }

  double[][] values() {
    return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
  }

  boolean hasImportances() {
    return importances != null;
  }

  boolean hasGlobalImportances() {
    return global;
  }

  /** A row for each example, m × k; no rows where there are none. */
  int[][] importances() {
    int[][] given = importances == null ? new int[0][] : importances;
    int rows = global ? values.length : given.length;
    int[][] copy = new int[rows][];
    for (int i = 0; i < rows; i++) {
      copy[i] = given[global ? 0 : i].clone();
    }
    return copy;
  }

  boolean hasConfidence() {
    return confidence != null;
  }

  /** One number per example, all 1 where none were given. */
  double[] confidence() {
    double[] given = confidence;
    if (given != null) {
      return given.clone();
    }
    double[] sure = new double[values.length];
    Arrays.fill(sure, 1);
    return sure;
  }

  /** Returns the annotations of some examples, in the given order. */
  Annotations select(int[] examples) {
    int[][] given = importances;
    double[] sure = confidence;
    return new Annotations(
        concepts,
        Arrays.stream(examples).mapToObj(i -> values[i]).toArray(double[][]::new),
        given == null || global
            ? given
            : Arrays.stream(examples).mapToObj(i -> given[i]).toArray(int[][]::new),
        global,
        sure == null ? null : Arrays.stream(examples).mapToDouble(i -> sure[i]).toArray());
  }

  void addTo(Digest digest) {
    digest.add("annotations").add(concepts).add(values.length);
    for (double[] row : values) {
      digest.add(row);
    }
    int[][] given = importances;
    digest.add(given == null ? "no importances" : global ? "global importances" : "importances");
    if (given != null) {
      for (int[] row : given) {
        digest.add(row);
      }
    }
    double[] sure = confidence;
    digest.add(sure == null ? "no confidence" : "confidence");
    if (sure != null) {
      digest.add(sure);
    }
  }
}
