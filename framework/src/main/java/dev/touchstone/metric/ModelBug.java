package dev.touchstone.metric;

import dev.touchstone.model.Predictions;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * When a prediction is a bug: where it lies too far from the truth (thesis, section 2.3).
 *
 * <p>A model bug occurs at an example x with label y where {@code ‖f(x) - y‖ₚ ≥ τ}, and on a set of
 * examples X where {@code ‖f(X) - Y‖ₚ ≥ τ}; here f(x) are the k class probabilities, y is the
 * one-hot label, and the norm of a set is taken over all of its m × k differences. The tolerance of
 * a set therefore grows with the set, like {@code m^(1/p)}; for p = 2, {@code ‖f(X) - Y‖₂² / m} is
 * the Brier score.
 *
 * <pre>{@code ModelBug.withNorm(2).tolerance(0.5)}</pre>
 *
 * <p>In two classes {@code ‖f(x) - y‖ₚ = 2^(1/p)·(1 - f_y(x))}: for p = ∞ and τ = 0.5 a bug is
 * whatever leaves the true class half of the probability or less.
 */
public final class ModelBug {
  private final double norm;
  private final double tolerance;

  private ModelBug(double norm, double tolerance) {
    this.norm = norm;
    this.tolerance = tolerance;
  }

  /** A norm that still needs its tolerance. */
  public static final class Norm {
    private final double p;

    private Norm(double p) {
      this.p = p;
    }

    /**
     * Returns from which distance on a prediction is a bug; there is no default.
     *
     * @throws IllegalArgumentException unless {@code τ > 0} and finite: at 0 even a perfect
     *     prediction would be a bug
     */
    public ModelBug tolerance(double tau) {
      if (!(tau > 0 && tau < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a tolerance must be above 0 and finite, was " + tau);
      }
      return new ModelBug(p, tau);
    }
  }

  /**
   * Measures distances in the p-norm.
   *
   * @param p at least 1; {@link Double#POSITIVE_INFINITY} for the largest difference
   */
  public static Norm withNorm(double p) {
    if (!(p >= 1)) {
      throw new IllegalArgumentException("a norm needs p >= 1, was " + p);
    }
    return new Norm(p);
  }

  /**
   * Returns the distance of one prediction from its label.
   *
   * @param probabilities one per class
   * @param label the true class
   * @return {@code ‖f(x) - y‖ₚ}
   */
  public double distance(double[] probabilities, int label) {
    return root(
        IntStream.range(0, probabilities.length)
            .mapToDouble(c -> gap(probabilities, c, label))
            .toArray());
  }

  /** The mean distance of predictions: between 0 and {@code 2^(1/p)}, from right to wrong. */
  ClassificationMetric meanDistance() {
    double most = Math.pow(2, 1 / norm);
    // Rounding in a softmax may leave a little more.
    return MeanLoss.of("mean distance", 0, most, (p, label) -> Math.min(most, distance(p, label)));
  }

  /** Returns whether one prediction is a bug. */
  public boolean occursAt(double[] probabilities, int label) {
    return distance(probabilities, label) >= tolerance;
  }

  /**
   * Returns the distance of a set of predictions from their labels.
   *
   * @param labels the label of every prediction, also of those that are not in the set
   * @param examples the set, as indices
   * @return {@code ‖f(X) - Y‖ₚ}
   * @throws IllegalArgumentException for no examples
   */
  public double distance(Predictions predictions, int[] labels, int... examples) {
    if (examples.length == 0) {
      throw new IllegalArgumentException("no examples have no distance from their labels");
    }
    double[] distances = new double[examples.length];
    for (int i = 0; i < examples.length; i++) {
      distances[i] = distance(predictions.probabilities(examples[i]), labels[examples[i]]);
    }
    // The norm of the rows' norms is that of all differences.
    return root(distances);
  }

  /** Returns whether a set of predictions is a bug. */
  public boolean occursOn(Predictions predictions, int[] labels, int... examples) {
    return distance(predictions, labels, examples) >= tolerance;
  }

  private static double gap(double[] probabilities, int c, int label) {
    return Math.abs(probabilities[c] - (c == label ? 1 : 0));
  }

  private double root(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    if (largest == 0 || Double.isInfinite(norm)) {
      return largest;
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.pow(value / largest, norm);
    }
    return largest * Math.pow(sum, 1 / norm);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelBug bug
        && Double.compare(bug.norm, norm) == 0
        && Double.compare(bug.tolerance, tolerance) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(norm, tolerance);
  }

  /** The definition with its norm and tolerance. */
  @Override
  public String toString() {
    return "‖f(x) - y‖"
        + (Double.isInfinite(norm) ? "∞" : Exact.text(norm))
        + " ≥ "
        + Exact.text(tolerance);
  }
}
