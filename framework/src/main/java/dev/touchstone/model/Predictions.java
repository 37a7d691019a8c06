package dev.touchstone.model;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Class probabilities of n examples, and what is read off them. */
public final class Predictions {
  /**
   * By how much a probability may move where an example is asked about again: more than the
   * rounding of 32-bit numbers in deep networks, and less than anything that a batch or chance
   * does.
   */
  public static final double TOLERANCE = 1e-4;

  private final double[][] probabilities;

  /** The classes that the model names itself; null where it gives probabilities alone. */
  private final int @Nullable [] named;

  private Predictions(double[][] probabilities, int @Nullable [] named) {
    this.probabilities = probabilities;
    this.named = named;
  }

  /**
   * From n × k probabilities, k ≥ 2; shared, not copied.
   *
   * @throws IllegalArgumentException for rows of different lengths or fewer than two classes
   */
  public static Predictions of(double[][] probabilities) {
    for (double[] row : probabilities) {
      if (row.length < 2 || row.length != probabilities[0].length) {
        throw new IllegalArgumentException("every example needs the same k >= 2 probabilities");
      }
    }
    return new Predictions(probabilities, null);
  }

  /**
   * The batches' predictions, one after the other.
   *
   * @throws IllegalArgumentException if only some of them name classes
   */
  public static Predictions concatenated(List<Predictions> batches) {
    Predictions all =
        of(batches.stream().flatMap(b -> Arrays.stream(b.probabilities)).toArray(double[][]::new));
    if (batches.stream().noneMatch(Predictions::namesClasses)) {
      return all;
    }
    return all.naming(
        batches.stream()
            .flatMapToInt(
                batch -> {
                  if (batch.named == null) {
                    throw new IllegalArgumentException("either all batches name classes, or none");
                  }
                  return Arrays.stream(batch.named);
                })
            .toArray());
  }

  /**
   * The same probabilities of a model that names the class that it predicts: the class it names is
   * the predicted one, whatever the probabilities are.
   *
   * @param classes one per example, by their index
   * @throws IllegalArgumentException for another number of classes than of examples, or a class
   *     without a probability
   */
  public Predictions naming(int... classes) {
    if (classes.length != size()) {
      throw new IllegalArgumentException(
          classes.length + " classes were named for " + size() + " examples");
    }
    for (int label : classes) {
      if (label < 0 || label >= classes()) {
        throw new IllegalArgumentException(
            "class " + label + " was named, and there are probabilities for " + classes());
      }
    }
    return new Predictions(probabilities, classes.clone());
  }

  /** Whether the model names the class that it predicts. */
  public boolean namesClasses() {
    return named != null;
  }

  /**
   * Whether the model names a class though another is more probable, by more than {@link
   * #TOLERANCE}.
   */
  public boolean isContradicted(int example) {
    double[] row = probabilities[example];
    return row[mostProbable(row)] - row[predicted(example)] > TOLERANCE;
  }

  /** By how much the most probable class is more probable than the next. */
  public double margin(int example) {
    double[] sorted = probabilities[example].clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }

  /** The number of examples. */
  public int size() {
    return probabilities.length;
  }

  /** The number of classes; 0 without examples. */
  public int classes() {
    return probabilities.length == 0 ? 0 : probabilities[0].length;
  }

  /** The probability of a class. */
  public double probability(int example, int label) {
    return probabilities[example][label];
  }

  /** A copy of an example's probabilities. */
  public double[] probabilities(int example) {
    return probabilities[example].clone();
  }

  /** The class that the model names; without such, the most probable one, the first of equals. */
  public int predicted(int example) {
    return named != null ? named[example] : mostProbable(probabilities[example]);
  }

  /** The class with the largest of some probabilities, the first of equals. */
  public static int mostProbable(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }

  /** The probability of the predicted class. */
  public double confidence(int example) {
    return probabilities[example][predicted(example)];
  }
}
