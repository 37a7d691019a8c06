package dev.touchstone.influence;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * Multinomial logistic regression on a representation: the last layer of a classifier, refitted to
 * its optimum, where influence functions are exact to first order.
 *
 * <p>With X the n × (d+1) z-scored representation and a column of ones, T the n × k one-hot labels
 * and P = softmax(XW), it minimises
 *
 * <pre>L(W) = (1/n) Σᵢ CE(Tᵢ, Pᵢ) + ½ Σⱼ rⱼ ‖Wⱼ‖²</pre>
 *
 * <p>where rⱼ = λ, and 0.01 λ for the bias. λ &gt; 0 makes L strictly convex, so that the optimum
 * is unique although softmax does not change when a constant is added to all classes.
 */
public final class ConvexHead {
  private static final double DEFAULT_RIDGE = 0.01;

  private final double ridge;

  private ConvexHead(double ridge) {
    this.ridge = ridge;
  }

  /** With λ = {@value #DEFAULT_RIDGE}. */
  public static ConvexHead withDefaults() {
    return new ConvexHead(DEFAULT_RIDGE);
  }

  /**
   * With another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public ConvexHead withRidge(double lambda) {
    if (!(lambda > 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the ridge must be positive: without one the optimum is not unique, was " + lambda);
    }
    return new ConvexHead(lambda);
  }

  /** The ridge λ. */
  public double ridge() {
    return ridge;
  }

  /**
   * Fits the head.
   *
   * @param representation n × d, n ≥ 2
   * @param labels n classes from 0 to {@code classes} - 1
   * @param classes k ≥ 2
   * @throws TouchstoneException for values that are not finite, or labels outside the classes
   */
  public FittedHead fit(Matrix representation, int[] labels, int classes) {
    check(representation, labels, classes);
    Standardisation standardisation = Standardisation.of(representation);
    Matrix x = standardisation.apply(representation);
    DenseAlgebra algebra = DenseAlgebra.forWork(work(x.rows(), x.columns(), classes));
    SoftmaxObjective objective =
        new SoftmaxObjective(algebra, x, oneHot(labels, classes), ridges(x.columns()));
    return new FittedHead(objective, standardisation, labels.clone(), objective.minimise());
  }

  /** About ten Newton steps and the leverages, in floating-point operations. */
  private static double work(double n, double p, double k) {
    double assembly = n * p * p * k * (k + 1);
    double factor = Math.pow(p * k, 3) / 3;
    return p * k <= SoftmaxObjective.MOST_EXACT
        ? 11 * (assembly + factor)
        : 10 * 50 * 4 * n * p * k;
  }

  private double[] ridges(int columns) {
    double[] ridges = new double[columns];
    Arrays.fill(ridges, ridge);
    ridges[columns - 1] = 0.01 * ridge;
    return ridges;
  }

  private static Matrix oneHot(int[] labels, int classes) {
    Matrix targets = Matrix.zeros(labels.length, classes);
    for (int i = 0; i < labels.length; i++) {
      targets.set(i, labels[i], 1);
    }
    return targets;
  }

  private static void check(Matrix representation, int[] labels, int classes) {
    if (classes < 2 || labels.length < 2) {
      throw new TouchstoneException(
          "a classifier needs at least two classes and two examples, was given "
              + classes
              + " classes and "
              + labels.length
              + " examples");
    }
    if (representation.rows() != labels.length) {
      throw new IllegalArgumentException(
          representation.rows() + " representations for " + labels.length + " labels");
    }
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new TouchstoneException(
            "the label " + label + " is outside the classes 0 to " + (classes - 1));
      }
    }
    for (int i = 0; i < representation.values().length; i++) {
      if (!Double.isFinite(representation.values()[i])) {
        throw new TouchstoneException(
            "the representation of example "
                + i / representation.columns()
                + " holds "
                + representation.values()[i]
                + "; has the training diverged?");
      }
    }
  }

  @Override
  public String toString() {
    return "multinomial logistic regression, ridge " + ridge;
  }
}
