package dev.touchstone.model;

import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Probabilities;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Class probabilities of n examples, and what is read off them. Whoever made them, each row is a
 * distribution: there are no predictions with a probability that is NaN, lies outside [0, 1], or
 * does not sum to 1 with the others of its row.
 */
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

  /** From which probability on class 1 of two is predicted; empty where the larger one is. */
  private final OptionalDouble threshold;

  /** What the raw outputs could have been besides what they were declared to be. */
  private final Resemblance resemblance;

  private Predictions(
      double[][] probabilities,
      int @Nullable [] named,
      OptionalDouble threshold,
      Resemblance resemblance) {
    this.probabilities = probabilities;
    this.named = named;
    this.threshold = threshold;
    this.resemblance = resemblance;
  }

  /**
   * Makes predictions from n × k probabilities, k ≥ 2, which are copied. Where rounding left them
   * outside [0, 1] by at most {@link Probabilities#TOLERANCE}, they are set to its end.
   *
   * @throws TouchstoneException for rows of different lengths or fewer than two classes, and for a
   *     row that is no distribution
   */
  public static Predictions of(double[][] probabilities) {
    double[][] copies = new double[probabilities.length][];
    for (int i = 0; i < copies.length; i++) {
      double[] row = probabilities[i];
      if (row.length < 2 || row.length != probabilities[0].length) {
        throw new TouchstoneException(
            ("predictions need the same k >= 2 probabilities for every example, and row %d of the"
                    + " batch has %d, row 0 %d; give one probability for each class")
                .formatted(i, row.length, probabilities[0].length));
      }
      String fault = fault(row);
      if (!fault.isEmpty()) {
        throw new InvalidAnswerException(
            "a classifier",
            "answers with class probabilities",
            i,
            row,
            fault + "; give probabilities that sum to 1, as a softmax over the scores makes them");
      }
      copies[i] = withoutRounding(row);
    }
    return ofChecked(copies, Resemblance.UNKNOWN);
  }

  /**
   * From rows that were checked, of which nobody else holds the arrays.
   *
   * @param resemblance what the raw outputs could be
   */
  static Predictions ofChecked(double[][] probabilities, Resemblance resemblance) {
    return new Predictions(probabilities, null, OptionalDouble.empty(), resemblance);
  }

  /** What makes a row no distribution; empty if it is one. */
  static String fault(double[] row) {
    double sum = 0;
    for (double p : row) {
      if (!Probabilities.isProbability(p)) {
        return p + " lies outside [0, 1]";
      }
      sum += p;
    }
    return row.length == 1 || Probabilities.isSum(sum) ? "" : "the sum is " + sum + ", not 1";
  }

  /** A copy of a row, each number in [0, 1]. */
  static double[] withoutRounding(double[] row) {
    return Arrays.stream(row).map(Probabilities::withoutRounding).toArray();
  }

  /**
   * Returns the batches' predictions, one after the other.
   *
   * @throws TouchstoneException if they are of different numbers of classes
   * @throws IllegalArgumentException if only some of them name classes, or they are decided at
   *     different probabilities
   */
  public static Predictions concatenated(List<Predictions> batches) {
    Resemblance resemblance = Resemblance.ANYTHING;
    int classes = batches.isEmpty() ? 0 : batches.get(0).classes();
    for (Predictions batch : batches) {
      if (batch.classes() != classes) {
        throw new TouchstoneException(
            "batches of "
                + classes
                + " and of "
                + batch.classes()
                + " classes make no predictions of one model; give each example the same classes");
      }
      resemblance = resemblance.and(batch.resemblance);
    }
    if (batches.stream().map(batch -> batch.threshold).distinct().count() > 1) {
      throw new IllegalArgumentException("all batches are decided at one probability");
    }
    Predictions all =
        new Predictions(
            batches.stream().flatMap(b -> Arrays.stream(b.probabilities)).toArray(double[][]::new),
            null,
            batches.isEmpty() ? OptionalDouble.empty() : batches.get(0).threshold,
            resemblance);
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

  /** What the raw outputs of all rows could be. */
  Resemblance resemblance() {
    return resemblance;
  }

  /**
   * Returns the same probabilities of a model that names the class that it predicts: the class it
   * names is the predicted one, whatever the probabilities are.
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
    return new Predictions(probabilities, classes.clone(), threshold, resemblance);
  }

  /**
   * Returns the same probabilities, of which class 1 is predicted where its own is as large as what
   * is given, whatever the model names.
   *
   * @param probability in (0, 1)
   * @throws TouchstoneException if there are other than two classes
   * @throws IllegalArgumentException for a probability outside (0, 1)
   */
  public Predictions decidedAt(double probability) {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(probability + " lies outside (0, 1)");
    }
    if (size() > 0 && classes() != 2) {
      throw new TouchstoneException(
          "a model of %d classes is not decided at a probability of class 1, which is for two classes: leave decidingAt(%s) out"
              .formatted(classes(), probability));
    }
    return new Predictions(probabilities, named, OptionalDouble.of(probability), resemblance);
  }

  /** Returns from which probability on class 1 is predicted, where that was declared. */
  public OptionalDouble threshold() {
    return threshold;
  }

  /** Returns whether the model names the class that it predicts. */
  public boolean namesClasses() {
    return named != null;
  }

  /**
   * Returns whether the model names a class though another is more probable, by more than {@link
   * #TOLERANCE}.
   */
  public boolean isContradicted(int example) {
    double[] row = probabilities[example];
    return named != null && row[mostProbable(row)] - row[named[example]] > TOLERANCE;
  }

  /**
   * Returns by how much the most probable class is more probable than the next; of a declared
   * threshold, twice the distance from it.
   */
  public double margin(int example) {
    if (threshold.isPresent()) {
      return 2 * Math.abs(probabilities[example][1] - threshold.getAsDouble());
    }
    double[] sorted = probabilities[example].clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }

  /** Returns the number of examples. */
  public int size() {
    return probabilities.length;
  }

  /** Returns the number of classes; 0 without examples. */
  public int classes() {
    return probabilities.length == 0 ? 0 : probabilities[0].length;
  }

  /** Returns the probability of a class. */
  public double probability(int example, int label) {
    return probabilities[example][label];
  }

  /** Returns a copy of an example's probabilities. */
  public double[] probabilities(int example) {
    return probabilities[example].clone();
  }

  /**
   * Returns the class that a declared threshold gives; without such, the one that the model names;
   * without such, the most probable one, the first of equals.
   */
  public int predicted(int example) {
    if (threshold.isPresent()) {
      return probabilities[example][1] >= threshold.getAsDouble() ? 1 : 0;
    }
    return named != null ? named[example] : mostProbable(probabilities[example]);
  }

  /** Returns for each class how many of the examples are predicted as it. */
  public int[] counts() {
    int[] counts = new int[classes()];
    IntStream.range(0, size()).forEach(i -> counts[predicted(i)]++);
    return counts;
  }

  /**
   * Returns the largest change of a class's probability between an example here and one there.
   *
   * @param example here
   * @param other predictions of the same classes
   * @param position there
   */
  public double change(int example, Predictions other, int position) {
    return IntStream.range(0, classes())
        .mapToDouble(c -> Math.abs(other.probability(position, c) - probability(example, c)))
        .max()
        .orElse(0);
  }

  /** Returns the class with the largest of some probabilities, the first of equals. */
  public static int mostProbable(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }

  /** Returns the probability of the predicted class. */
  public double confidence(int example) {
    return probabilities[example][predicted(example)];
  }
}
