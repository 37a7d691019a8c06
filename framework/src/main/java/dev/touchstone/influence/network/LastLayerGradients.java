package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Loss;
import dev.touchstone.graph.Parameters;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;

/** Gradients by the last layer, held as their two factors. */
final class LastLayerGradients extends Gradients {
  static final LastLayerGradients INSTANCE = new LastLayerGradients();

  /** How far the factors may be from the layer's gradients, which is rounding. */
  private static final double ROUNDING = 1e-3;

  private LastLayerGradients() {}

  /**
   * The factors of some examples' gradients.
   *
   * @param slopes derivatives of the loss by the scores, rows × k
   * @param seen what the layer sees, and 1 for its bias if it has one, rows × d
   */
  private record Factors(Matrix slopes, Matrix seen) {}

  @Override
  long size(WhiteBox model) {
    Layer layer = layer(model);
    return Parameters.of(model, layer).parts().stream().mapToLong(part -> part.shape()[0]).sum()
        + Parameters.of(model, layer).parts().get(0).shape()[1];
  }

  private static Layer layer(WhiteBox model) {
    Layer layer = model.linearHead();
    if (layer == null) {
      throw new TouchstoneException(
          "%s does not end in a linear layer, by whose weights to differentiate; take Gradients.ofAllWeights() or Gradients.projectedTo(dimensions)"
              .formatted(model.name()));
    }
    return layer;
  }

  private static boolean hasBias(WhiteBox model) {
    return Parameters.of(model, layer(model)).parts().size() > 1;
  }

  private static Factors factors(WhiteBox model, Dataset data, int from, int to) {
    Tensor batch = data.batch(from, to);
    Loss loss = Networks.loss(data, from, to);
    double[][] scores = model.scores(batch);
    double[][] seen = model.inputsOf(layer(model), batch);
    boolean bias = hasBias(model);
    int width = seen[0].length;
    Matrix slopes = Matrix.zeros(to - from, scores[0].length);
    Matrix with = Matrix.zeros(to - from, bias ? width + 1 : width);
    for (int i = 0; i < scores.length; i++) {
      System.arraycopy(
          loss.gradient(scores[i], i), 0, slopes.values(), i * scores[i].length, scores[i].length);
      System.arraycopy(seen[i], 0, with.values(), i * with.columns(), width);
      if (bias) {
        with.set(i, width, 1);
      }
    }
    return new Factors(slopes, with);
  }

  /** Refuses a layer that is more than a product and a bias, by its gradient on one example. */
  private static void requireProduct(WhiteBox model, Dataset data) {
    Factors one = factors(model, data, 0, 1);
    double expected =
        WeightDerivatives.by(Parameters.of(model, layer(model)))
            .squaredGradientNorms(data.batch(0, 1), Networks.loss(data, 0, 1))[0];
    double factored = squaredNorm(one.slopes(), 0) * squaredNorm(one.seen(), 0);
    if (!(Math.abs(factored - expected) <= ROUNDING * Math.max(Math.abs(expected), 1e-12))) {
      throw new TouchstoneException(
          "the last layer of %s does more than multiply its input and add a bias; take Gradients.ofAllWeights() or Gradients.projectedTo(dimensions)"
              .formatted(model.name()));
    }
  }

  private static double squaredNorm(Matrix rows, int row) {
    double sum = 0;
    for (double value : rows.row(row)) {
      sum += value * value;
    }
    return sum;
  }

  @Override
  Directions each(WhiteBox model, Dataset test, int from, int to, RunContext run) {
    requireProduct(model, test);
    Matrix slopes = Matrix.zeros(0, 0);
    Matrix seen = slopes;
    int step = Networks.chunk(model, run);
    for (int first = from; first < to; first += step) {
      Factors some = factors(model, test, first, Math.min(to, first + step));
      if (first == from) {
        slopes = Matrix.zeros(some.slopes().columns(), to - from);
        seen = Matrix.zeros(some.seen().columns(), to - from);
      }
      putTransposed(some.slopes(), slopes, first - from);
      putTransposed(some.seen(), seen, first - from);
    }
    Matrix slopesOfTest = slopes;
    Matrix seenOfTest = seen;
    return (training, factor, sums) -> {
      double flops =
          2.0 * training.size() * sums.columns() * (slopesOfTest.rows() + seenOfTest.rows());
      DenseAlgebra algebra = DenseAlgebra.forWork(flops, run.settings().device());
      Networks.forEachChunk(
          model,
          training,
          run,
          (start, end, loss) -> {
            Factors some = factors(model, training, start, end);
            double[] alike = algebra.product(some.slopes(), slopesOfTest).values();
            double[] near = algebra.product(some.seen(), seenOfTest).values();
            int at = start * sums.columns();
            for (int i = 0; i < alike.length; i++) {
              sums.values()[at + i] += factor * alike[i] * near[i];
            }
          });
    };
  }

  private static void putTransposed(Matrix rows, Matrix into, int column) {
    for (int i = 0; i < rows.rows(); i++) {
      for (int j = 0; j < rows.columns(); j++) {
        into.set(j, column + i, rows.get(i, j));
      }
    }
  }

  @Override
  Directions mean(WhiteBox model, Dataset test, RunContext run) {
    requireProduct(model, test);
    Factors first = factors(model, test, 0, 1);
    Matrix mean = Matrix.zeros(first.slopes().columns(), first.seen().columns());
    Networks.forEachChunk(
        model,
        test,
        run,
        (from, to, loss) -> {
          Factors some = factors(model, test, from, to);
          Matrix sum = DenseAlgebra.plain().crossProduct(some.slopes(), some.seen());
          for (int i = 0; i < sum.values().length; i++) {
            mean.values()[i] += sum.values()[i] / test.size();
          }
        });
    return (training, factor, sums) ->
        Networks.forEachChunk(
            model,
            training,
            run,
            (from, to, loss) -> {
              Factors some = factors(model, training, from, to);
              Matrix along = DenseAlgebra.plain().product(some.slopes(), mean);
              for (int i = from; i < to; i++) {
                double product = 0;
                for (int j = 0; j < along.columns(); j++) {
                  product += along.get(i - from, j) * some.seen().get(i - from, j);
                }
                sums.set(i, 0, sums.get(i, 0) + factor * product);
              }
            });
  }

  @Override
  double[] squaredNorms(WhiteBox model, Dataset data, RunContext run) {
    requireProduct(model, data);
    double[] squared = new double[data.size()];
    Networks.forEachChunk(
        model,
        data,
        run,
        (from, to, loss) -> {
          Factors some = factors(model, data, from, to);
          for (int i = from; i < to; i++) {
            squared[i] = squaredNorm(some.slopes(), i - from) * squaredNorm(some.seen(), i - from);
          }
        });
    return squared;
  }

  @Override
  public String toString() {
    return "last layer";
  }
}
