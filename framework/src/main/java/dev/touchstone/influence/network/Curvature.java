package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Loss;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;

/**
 * C + δI of a network and its training data: C = (1/n) Σ sᵢ times the Hessian of each example's
 * loss, or its Gauss-Newton matrix, by the weights. What an {@link InverseCurvature} inverts; the
 * matrix itself is never made.
 */
public final class Curvature {
  private final WhiteBox model;
  private final WeightDerivatives derivatives;
  private final Dataset training;
  private final boolean hessian;
  private final double damping;
  private final RunContext run;

  Curvature(WhiteBox model, Dataset training, boolean hessian, double damping, RunContext run) {
    this.model = model;
    this.derivatives = WeightDerivatives.of(model);
    this.training = training;
    this.hessian = hessian;
    this.damping = damping;
    this.run = run;
  }

  /** Returns the number of weights p. */
  public int size() {
    return derivatives.parameters().size();
  }

  /** Returns the number of training examples n. */
  public int examples() {
    return training.size();
  }

  /** Returns δ. */
  public double damping() {
    return damping;
  }

  /** Returns whether C is the Hessian, which may have negative eigenvalues. */
  public boolean isHessian() {
    return hessian;
  }

  /** Returns settings, random streams and progress. */
  public RunContext run() {
    return run;
  }

  WhiteBox model() {
    return model;
  }

  Dataset training() {
    return training;
  }

  WeightDerivatives derivatives() {
    return derivatives;
  }

  /**
   * Returns (C + δI) v, by one pass over the training data.
   *
   * @param vector p numbers
   */
  public double[] times(double... vector) {
    double[] product = new double[vector.length];
    Networks.forEachChunk(
        model,
        training,
        run,
        (from, to, loss) -> {
          int[] examples = new int[to - from];
          Arrays.setAll(examples, i -> from + i);
          add(product, examples, training.size(), loss, vector);
        });
    return damped(product, vector);
  }

  /**
   * Returns the same with the mean over some training examples in the place of that over all.
   *
   * @param vector p numbers
   * @param examples their places
   */
  public double[] timesOn(int[] examples, double... vector) {
    double[] product = new double[vector.length];
    int step = Networks.chunk(model, run);
    for (int from = 0; from < examples.length; from += step) {
      int[] some = Arrays.copyOfRange(examples, from, Math.min(examples.length, from + step));
      int[] labels = Arrays.stream(some).map(training::label).toArray();
      add(product, some, examples.length, Loss.crossEntropy(labels), vector);
    }
    return damped(product, vector);
  }

  private void add(double[] sum, int[] examples, int count, Loss loss, double[] vector) {
    double[] shares = new double[examples.length];
    double[] weights = training.trainingWeights().orElse(null);
    Arrays.setAll(shares, i -> (weights == null ? 1 : weights[examples[i]]) / count);
    Loss mean = loss.weighted(shares);
    double[] some =
        hessian
            ? derivatives.hessianVector(training.batch(examples), mean, vector)
            : derivatives.gaussNewtonVector(training.batch(examples), mean, vector);
    for (int j = 0; j < sum.length; j++) {
      sum[j] += some[j];
    }
  }

  private double[] damped(double[] product, double[] vector) {
    for (int j = 0; j < product.length; j++) {
      product[j] += damping * vector[j];
    }
    return product;
  }

  /**
   * Returns a solution with its true residual, by one more product.
   *
   * @param solution p numbers
   * @param right what it was solved for
   * @param steps of the solver
   * @param method how it was solved
   * @param accepted the largest residual at which it is a solution
   */
  public InverseHessianProduct measured(
      double[] solution, double[] right, int steps, String method, double accepted) {
    double[] product = times(solution);
    double gap = 0;
    for (int j = 0; j < product.length; j++) {
      gap += (right[j] - product[j]) * (right[j] - product[j]);
    }
    double norm = norm(right);
    double residual = norm == 0 ? 0 : Math.sqrt(gap) / norm;
    return new InverseHessianProduct(
        Matrix.of(solution.length, 1, solution),
        Double.isNaN(residual) ? Double.POSITIVE_INFINITY : residual,
        steps,
        method,
        accepted);
  }

  static double norm(double... vector) {
    return Math.sqrt(product(vector, vector));
  }

  static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Adds a multiple of a vector to another, in place. */
  static void add(double[] to, double factor, double[] vector) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * vector[i];
    }
  }

  @Override
  public String toString() {
    return (hessian ? "Hessian" : "Gauss-Newton matrix") + " + " + damping + " I";
  }
}
