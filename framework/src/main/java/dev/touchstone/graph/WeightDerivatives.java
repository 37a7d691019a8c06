package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Derivatives of a model by its weights: gradients of a loss, summed over examples or multiplied
 * with vectors example by example, and products of the Hessian and of the Gauss-Newton matrix with
 * a vector (Pearlmutter 1994; Schraudolph 2002; Martens 2010). Influence functions (Koh and Liang
 * 2017), TracIn (Pruthi et al. 2020) and TRAK (Park et al. 2023) are made of them.
 *
 * <p>Every loss is a function of the scores, those before a final softmax, and is summed over the
 * examples; {@link Loss#averagedOver} makes that a mean, {@link Loss#weighted} weights it.
 *
 * <p>All derivatives are exact: first ones by reverse-mode differentiation, products with vectors
 * by differentiating its result once more. There are no differences, and so no step to choose; what
 * is left is the rounding of the model's precision, about 1e-6 in single precision and 1e-14 in
 * double ({@link WhiteBox#inDoublePrecision}). At a kink, such as that of a rectifier at 0, the
 * derivative is the one that libtorch takes there, and the second derivative 0.
 *
 * <p>A batch is cut into portions that fit the working memory, so that native memory does not grow
 * with it. Immutable; safe for use by several threads.
 */
public final class WeightDerivatives {
  /** How many times the memory of a gradient going back a second time takes. */
  private static final int TWICE = 3;

  private final Parameters parameters;
  private final long memoryBytes;

  private WeightDerivatives(Parameters parameters, long memoryBytes) {
    this.parameters = parameters;
    this.memoryBytes = memoryBytes;
  }

  /** By all weights of a model that training learns ({@link Parameters#trainable}). */
  public static WeightDerivatives of(WhiteBox model) {
    return by(Parameters.trainable(model));
  }

  /** By some weights of their model. */
  public static WeightDerivatives by(Parameters parameters) {
    return new WeightDerivatives(parameters, parameters.model().memoryBytes());
  }

  /**
   * The same with another working memory; a vector or two as long as the weights come on top.
   *
   * @param bytes for the values of a portion; the model's budget by default
   */
  public WeightDerivatives withMemory(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a working memory of " + bytes + " bytes");
    }
    return new WeightDerivatives(parameters, bytes);
  }

  /** The weights, in the order of every vector here. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * The loss of each example.
   *
   * @param batch examples of the model's input shape
   */
  public double[] losses(Tensor batch, Quantity loss) {
    double[] losses = new double[batch.rows()];
    for (Portion portion : portions(batch, 1)) {
      double[][] scores = parameters.model().scores(portion.rows());
      for (int i = 0; i < portion.present(); i++) {
        losses[portion.examples()[i]] = loss.value(scores[i], portion.examples()[i]);
      }
    }
    return losses;
  }

  /**
   * The gradient of a loss, or of any quantity, summed over the examples.
   *
   * @param batch examples of the model's input shape
   * @return as long as {@link #parameters}
   */
  public double[] gradient(Tensor batch, Quantity loss) {
    double[] sum = new double[parameters.size()];
    for (Portion portion : portions(batch, 1)) {
      addPass(sum, portion, pass -> pass.gradient(loss));
    }
    return sum;
  }

  /**
   * The product of each example's gradient with some vectors, such as the gradients of test
   * examples (TracIn's dot products); the gradients themselves are never made.
   *
   * @param batch examples of the model's input shape
   * @param vectors each as long as {@link #parameters}
   * @return a row per example, a column per vector
   */
  public double[][] gradientProducts(Tensor batch, Quantity loss, double[]... vectors) {
    requireFit(vectors);
    double[][] products = new double[batch.rows()][vectors.length];
    for (Portion portion : portions(batch, TWICE)) {
      evaluate(
          portion,
          (pass, scope) -> {
            double[][] scores = pass.scores();
            double[][][] moved = pass.jacobianVectors(arrays(scope, vectors));
            for (int i = 0; i < portion.present(); i++) {
              int example = portion.examples()[i];
              double[] slopes = loss.gradient(scores[i], example);
              for (int j = 0; j < vectors.length; j++) {
                products[example][j] = product(slopes, moved[j][i]);
              }
            }
            return true;
          });
    }
    return products;
  }

  /**
   * The Jacobian of the scores by the weights times a vector: how fast each score changes as the
   * weights move along it.
   *
   * @param batch examples of the model's input shape
   * @param vector as long as {@link #parameters}
   * @return a row per example, a column per score
   */
  public double[][] jacobianVector(Tensor batch, double[] vector) {
    requireFit(vector);
    double[][] rows = new double[batch.rows()][];
    for (Portion portion : portions(batch, TWICE)) {
      double[][] moved =
          evaluate(portion, (pass, scope) -> pass.jacobianVectors(arrays(scope, vector))[0]);
      for (int i = 0; i < portion.present(); i++) {
        rows[portion.examples()[i]] = moved[i];
      }
    }
    return rows;
  }

  /**
   * The Hessian of the summed loss times a vector.
   *
   * @param batch examples of the model's input shape
   * @param vector as long as {@link #parameters}
   * @return as long as the vector
   */
  public double[] hessianVector(Tensor batch, Loss loss, double[] vector) {
    requireFit(vector);
    double[] sum = new double[vector.length];
    for (Portion portion : portions(batch, TWICE)) {
      add(sum, portion, (pass, scope) -> pass.hessianVector(loss, arrays(scope, vector).get(0)));
    }
    return sum;
  }

  /**
   * The Gauss-Newton matrix Σ Jᵀ H J times a vector, where J is the Jacobian of an example's scores
   * and H the Hessian of its loss by the scores. It is the Hessian without the second derivatives
   * of the scores; for a convex loss it has no negative eigenvalue, and for cross-entropy it is the
   * Fisher information (Martens 2010).
   *
   * @param batch examples of the model's input shape
   * @param vector as long as {@link #parameters}
   * @return as long as the vector
   */
  public double[] gaussNewtonVector(Tensor batch, Loss loss, double[] vector) {
    requireFit(vector);
    double[] sum = new double[vector.length];
    for (Portion portion : portions(batch, TWICE)) {
      add(
          sum,
          portion,
          (pass, scope) -> pass.gaussNewtonVector(loss, arrays(scope, vector).get(0)));
    }
    return sum;
  }

  private void requireFit(double[]... vectors) {
    Arrays.stream(vectors).forEach(vector -> parameters.requireFit(vector.length));
  }

  /**
   * The batch in portions.
   *
   * @param factor how many times the memory of a gradient each takes
   */
  private List<Portion> portions(Tensor batch, int factor) {
    WhiteBox model = parameters.model();
    int[] shape = model.inputShape();
    BatchAxis.requireFit(model.name(), shape, batch.shape());
    boolean free = shape[0] == -1;
    return Portion.of(batch, free ? model.batchSize(memoryBytes / factor, true) : shape[0], !free);
  }

  /** What is computed in one pass. */
  @FunctionalInterface
  private interface Computation<T> {
    T of(WeightPass pass, NDManager scope);
  }

  private <T> T evaluate(Portion portion, Computation<T> computation) {
    return Torch.differentiate(
        () -> {
          try (NDManager scope = parameters.model().scope()) {
            return computation.of(WeightPass.forward(parameters, scope, portion), scope);
          }
        });
  }

  private void addPass(double[] sum, Portion portion, Function<WeightPass, NDArray> made) {
    add(sum, portion, (pass, scope) -> made.apply(pass));
  }

  /** Adds what one pass makes; in double, whatever the model's precision. */
  private void add(double[] sum, Portion portion, Computation<NDArray> made) {
    evaluate(
        portion,
        (pass, scope) -> {
          NDArray array = made.of(pass, scope);
          if (array.getDataType() == DataType.FLOAT32) {
            float[] values = array.toFloatArray();
            for (int i = 0; i < sum.length; i++) {
              sum[i] += values[i];
            }
          } else {
            double[] values = array.toDoubleArray();
            for (int i = 0; i < sum.length; i++) {
              sum[i] += values[i];
            }
          }
          return true;
        });
  }

  private List<NDArray> arrays(NDManager scope, double[]... vectors) {
    List<NDArray> arrays = new ArrayList<>();
    for (double[] vector : vectors) {
      arrays.add(scope.create(vector).toType(parameters.model().type(), false));
    }
    return arrays;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
