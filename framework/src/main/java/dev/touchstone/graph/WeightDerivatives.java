package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

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

  /** Up to so many vectors it is quicker to differentiate along each of them. */
  private static final int MOST_TANGENTS = 8;

  /** Of a piece of a matrix that gradients are multiplied with: some megabytes. */
  private static final int MATRIX_ENTRIES = 1 << 20;

  private final Parameters parameters;
  private final long memoryBytes;

  private WeightDerivatives(Parameters parameters, long memoryBytes) {
    this.parameters = parameters;
    this.memoryBytes = memoryBytes;
  }

  /**
   * Takes derivatives by all weights of a model that training learns ({@link
   * Parameters#trainable}).
   */
  public static WeightDerivatives of(WhiteBox model) {
    return by(Parameters.trainable(model));
  }

  /** Takes derivatives by some weights of their model. */
  public static WeightDerivatives by(Parameters parameters) {
    return new WeightDerivatives(parameters, parameters.model().memoryBytes());
  }

  /**
   * Returns the same with another working memory; a vector or two as long as the weights come on
   * top.
   *
   * @param bytes for the values of a portion; the model's budget by default
   */
  public WeightDerivatives withMemory(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a working memory of " + bytes + " bytes");
    }
    return new WeightDerivatives(parameters, bytes);
  }

  /** Returns the weights, in the order of every vector here. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Returns the loss of each example.
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
   * Returns the gradient of a loss, or of any quantity, summed over the examples.
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
   * Returns the product of each example's gradient with some vectors, such as the gradients of test
   * examples (TracIn's dot products). For a few vectors the gradients are never made: as Jᵀu is
   * linear in u, its derivative by u along v is J v.
   *
   * @param batch examples of the model's input shape
   * @param vectors each as long as {@link #parameters}
   * @return a row per example, a column per vector
   */
  public double[][] gradientProducts(Tensor batch, Quantity loss, double[]... vectors) {
    requireFit(vectors);
    return vectors.length > MOST_TANGENTS
        ? productsOfGradients(batch, loss, vectors)
        : productsAlong(batch, loss, vectors);
  }

  /** By the Jacobian along each vector. */
  private double[][] productsAlong(Tensor batch, Quantity loss, double[][] vectors) {
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

  /** By the gradients, weight for weight. */
  private double[][] productsOfGradients(Tensor batch, Quantity loss, double[][] vectors) {
    double[][] products = new double[batch.rows()][vectors.length];
    examples()
        .send(
            batch,
            loss,
            (block, offset, examples) -> {
              int weights = (int) block.getShape().get(1);
              int step = rowsAtOnce(vectors.length);
              for (int from = 0; from < weights; from += step) {
                int rows = Math.min(step, weights - from);
                double[] entries = new double[rows * vectors.length];
                for (int i = 0; i < entries.length; i++) {
                  entries[i] = vectors[i % vectors.length][offset + from + i / vectors.length];
                }
                addProducts(products, block, from, rows, scope -> array(scope, entries), examples);
              }
            });
    return products;
  }

  /**
   * Returns the squared length of each example's gradient.
   *
   * @param batch examples of the model's input shape
   */
  public double[] squaredGradientNorms(Tensor batch, Quantity loss) {
    double[] squared = new double[batch.rows()];
    examples()
        .send(
            batch,
            loss,
            (block, offset, examples) -> {
              // A product of each row with itself makes no second block.
              long rows = block.getShape().get(0);
              NDArray sum = block.reshape(rows, 1, -1).matMul(block.reshape(rows, -1, 1));
              double[] sums = ExampleGradients.doubles(sum.reshape(rows));
              for (int i = 0; i < sums.length; i++) {
                squared[examples[i]] += sums[i];
              }
            });
    return squared;
  }

  /**
   * Returns each example's gradient, projected to a few dimensions as it is made; neither the
   * gradients nor the projection's matrix are ever held as a whole.
   *
   * @param batch examples of the model's input shape
   * @return a row per example, as long as the projection has dimensions
   */
  public double[][] projectedGradients(Tensor batch, Quantity loss, RandomProjection projection) {
    int dimensions = projection.dimensions();
    double[][] projected = new double[batch.rows()][dimensions];
    examples()
        .send(
            batch,
            loss,
            (block, offset, examples) -> {
              int weights = (int) block.getShape().get(1);
              int step = rowsAtOnce(dimensions);
              float[] entries = new float[Math.min(step, weights) * dimensions];
              for (int from = 0; from < weights; from += step) {
                int rows = Math.min(step, weights - from);
                projection.fill(entries, (long) offset + from, rows);
                int length = rows * dimensions;
                addProducts(
                    projected,
                    block,
                    from,
                    rows,
                    scope ->
                        NativeArrays.of(
                            scope, FloatBuffer.wrap(entries, 0, length), new Shape(length)),
                    examples);
              }
            });
    return projected;
  }

  /** Makes a matrix that belongs to a scope. */
  @FunctionalInterface
  private interface Made {
    NDArray matrix(NDManager scope);
  }

  /** Adds block[, from…] · matrix to the rows of some examples. */
  private static void addProducts(
      double[][] sums, NDArray block, int from, int rows, Made made, int[] examples) {
    int columns = sums[0].length;
    try (NDManager own = block.getManager().newSubManager()) {
      NDArray matrix = made.matrix(own).toType(block.getDataType(), false).reshape(rows, columns);
      NDArray part = block.get(new NDIndex().addAllDim().addSliceDim(from, from + rows));
      part.attach(own);
      double[] values = ExampleGradients.doubles(part.matMul(matrix));
      for (int i = 0; i < examples.length; i++) {
        for (int j = 0; j < columns; j++) {
          sums[examples[i]][j] += values[i * columns + j];
        }
      }
    }
  }

  /** Rows of a matrix that are made at once. */
  private static int rowsAtOnce(int columns) {
    return Math.max(1, MATRIX_ENTRIES / columns);
  }

  /**
   * Hands each example's gradient on, one after the other. Where all that is wanted of it are
   * products, projections or norms, the other methods need less.
   *
   * @param batch examples of the model's input shape
   * @param reader takes an example's place in the batch, in order, and its gradient, as long as
   *     {@link #parameters}, which is its own
   */
  public void forEachGradient(Tensor batch, Quantity loss, ObjIntConsumer<double[]> reader) {
    for (int i = 0; i < batch.rows(); i++) {
      double[] sum = new double[parameters.size()];
      WhiteBox model = parameters.model();
      BatchAxis.requireFit(model.name(), model.inputShape(), batch.shape());
      int fixed = Math.max(1, model.inputShape()[0]);
      addPass(sum, Portion.single(Inputs.of(batch), i, fixed), pass -> pass.gradient(loss));
      reader.accept(sum, i);
    }
  }

  private ExampleGradients examples() {
    return ExampleGradients.of(parameters, memoryBytes);
  }

  /**
   * Returns the Jacobian of the scores by the weights times a vector: how fast each score changes
   * as the weights move along it.
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
   * Returns the Hessian of the summed loss times a vector.
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
   * Returns the Gauss-Newton matrix Σ Jᵀ H J times a vector, where J is the Jacobian of an
   * example's scores and H the Hessian of its loss by the scores. It is the Hessian without the
   * second derivatives of the scores; for a convex loss it has no negative eigenvalue, and for
   * cross-entropy it is the Fisher information (Martens 2010).
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

  /**
   * Returns the derivative by the input of each example's gradient times a vector, ∂(∇ℓᵀ v)/∂x: how
   * the gradient by the weights, along the vector, follows the input (Koh and Liang 2017, equation
   * 5). Exact, as the products with the Hessian are.
   *
   * @param batch examples of the model's input shape
   * @param vector as long as {@link #parameters}
   * @return a row per example, as long as the example
   */
  public double[][] inputDerivatives(Tensor batch, Loss loss, double[] vector) {
    requireFit(vector);
    double[][] rows = new double[batch.rows()][];
    for (Portion portion : portions(batch, TWICE)) {
      double[][] made =
          Torch.differentiate(
              () -> {
                try (NDManager scope = parameters.model().scope()) {
                  return WeightPass.withInput(parameters, scope, portion)
                      .inputDerivatives(loss, array(scope, vector));
                }
              });
      for (int i = 0; i < portion.present(); i++) {
        rows[portion.examples()[i]] = made[i];
      }
    }
    return rows;
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
    return Portion.of(
        Inputs.of(batch), free ? model.batchSize(memoryBytes / factor, true) : shape[0], !free);
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
            NativeArrays.addTo(sum, array);
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
      arrays.add(array(scope, vector));
    }
    return arrays;
  }

  /** Numbers in the model's precision. */
  private NDArray array(NDManager scope, double[] numbers) {
    if (parameters.model().type() != DataType.FLOAT32) {
      return NativeArrays.of(scope, numbers, new Shape(numbers.length));
    }
    float[] single = new float[numbers.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) numbers[i];
    }
    return NativeArrays.of(scope, single, new Shape(single.length));
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
