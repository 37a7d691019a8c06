package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.RandomProjection;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;

/** Gradients by all weights, projected as they are made. */
final class ProjectedGradients extends Gradients {
  private final int dimensions;

  ProjectedGradients(int dimensions) {
    if (dimensions < 1) {
      throw new IllegalArgumentException("a projection to " + dimensions + " dimensions");
    }
    this.dimensions = dimensions;
  }

  @Override
  long size(WhiteBox model) {
    return dimensions;
  }

  @Override
  Directions each(WhiteBox model, Dataset test, int from, int to, RunContext run) {
    Matrix columns = Matrix.zeros(dimensions, to - from);
    int step = Networks.chunk(model, run);
    for (int first = from; first < to; first += step) {
      double[][] rows = projected(model, test, first, Math.min(to, first + step), run);
      for (int i = 0; i < rows.length; i++) {
        for (int c = 0; c < dimensions; c++) {
          columns.set(c, first - from + i, rows[i][c]);
        }
      }
    }
    return along(model, columns, run);
  }

  @Override
  Directions mean(WhiteBox model, Dataset test, RunContext run) {
    Matrix column = Matrix.zeros(dimensions, 1);
    Networks.forEachChunk(
        model,
        test,
        run,
        (from, to, loss) -> {
          for (double[] row : projected(model, test, from, to, run)) {
            for (int c = 0; c < dimensions; c++) {
              column.set(c, 0, column.get(c, 0) + row[c] / test.size());
            }
          }
        });
    return along(model, column, run);
  }

  private Directions along(WhiteBox model, Matrix columns, RunContext run) {
    return (training, factor, sums) -> {
      double flops = 2.0 * training.size() * dimensions * columns.columns();
      DenseAlgebra algebra = DenseAlgebra.forWork(flops, run.settings().device());
      Networks.forEachChunk(
          model,
          training,
          run,
          (from, to, loss) -> {
            Matrix rows = Matrix.ofRows(projected(model, training, from, to, run));
            double[] products = algebra.product(rows, columns).values();
            int at = from * columns.columns();
            for (int i = 0; i < products.length; i++) {
              sums.values()[at + i] += factor * products[i];
            }
          });
    };
  }

  @Override
  double[] squaredNorms(WhiteBox model, Dataset data, RunContext run) {
    double[] squared = new double[data.size()];
    Networks.forEachChunk(
        model,
        data,
        run,
        (from, to, loss) -> {
          double[][] rows = projected(model, data, from, to, run);
          for (int i = from; i < to; i++) {
            for (double value : rows[i - from]) {
              squared[i] += value * value;
            }
          }
        });
    return squared;
  }

  private double[][] projected(WhiteBox model, Dataset data, int from, int to, RunContext run) {
    RandomProjection projection = projection(dimensions, run);
    return WeightDerivatives.of(model)
        .projectedGradients(data.batch(from, to), Networks.loss(data, from, to), projection);
  }

  @Override
  public String toString() {
    return "all weights, projected to " + dimensions + " dimensions";
  }
}
