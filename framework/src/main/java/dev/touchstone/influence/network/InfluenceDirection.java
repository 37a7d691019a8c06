package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import java.util.Arrays;

/**
 * s = (C + δI)⁻¹ ∇Q of a quantity Q, the mean loss of test examples: along it every removal and
 * every edit of a training example is judged, to first order.
 */
public final class InfluenceDirection {
  private final Curvature curvature;
  private final InverseHessianProduct product;

  InfluenceDirection(Curvature curvature, InverseHessianProduct product) {
    this.curvature = curvature;
    this.product = product;
  }

  /** Returns s, p × 1, with its residual and steps. */
  public InverseHessianProduct product() {
    return product;
  }

  private double[] s() {
    return product.solution().values();
  }

  /**
   * Returns the change of Q if each training example were removed: wᵢ ∇ℓᵢᵀ s.
   *
   * @return n numbers
   */
  public double[] removal() {
    Dataset training = curvature.training();
    Matrix sums = Matrix.zeros(training.size(), 1);
    FullGradients.along(curvature.model(), curvature.run(), s())
        .addProducts(training, 1.0 / training.size(), sums);
    Networks.weigh(training, sums);
    return sums.values();
  }

  /**
   * Returns what a unit more of class c among a training example's targets would change in Q: wᵢ
   * (Jᵢ s)_c, with J the derivatives of the scores by the weights. Relabelling example i from a to
   * b changes it by the difference of columns b and a.
   *
   * @return n × k; of a model with a single score n × 2, the first column 0
   */
  public Matrix relabelling() {
    Dataset training = curvature.training();
    WeightDerivatives derivatives = curvature.derivatives();
    double[][] rows = new double[training.size()][];
    Networks.forEachChunk(
        curvature.model(),
        training,
        curvature.run(),
        (from, to, loss) -> {
          double[][] moved = derivatives.jacobianVector(training.batch(from, to), s());
          for (int i = from; i < to; i++) {
            double[] scores = moved[i - from];
            rows[i] = scores.length == 1 ? new double[] {0, scores[0]} : scores;
          }
        });
    Matrix effects = Matrix.ofRows(rows);
    for (int i = 0; i < effects.values().length; i++) {
      effects.values()[i] /= training.size();
    }
    Networks.weigh(training, effects);
    return effects;
  }

  /**
   * Returns the change of Q by a unit more of each number of a training example's input (Koh and
   * Liang 2017, equation 5; thesis, equation 3.3): −wᵢ ∂(∇ℓᵢᵀ s)/∂xᵢ. A small edit ε of the input
   * changes Q by the inner product with ε. A row is computed when it is read.
   *
   * @return n × d, with d the numbers of an example
   */
  public RowSource perturbing() {
    Dataset training = curvature.training();
    double[] weights = training.trainingWeights().orElse(null);
    int columns = Arrays.stream(training.shape()).reduce(1, Math::multiplyExact);
    return new RowSource() {
      @Override
      public int rows() {
        return training.size();
      }

      @Override
      public int columns() {
        return columns;
      }

      @Override
      public int chunk() {
        return Networks.chunk(curvature.model(), curvature.run());
      }

      @Override
      public void read(int from, int to, double[] into) {
        double[][] mixed =
            curvature
                .derivatives()
                .inputDerivatives(training.batch(from, to), Networks.loss(training, from, to), s());
        for (int i = from; i < to; i++) {
          double share = (weights == null ? 1 : weights[i]) / training.size();
          for (int j = 0; j < columns; j++) {
            into[(i - from) * columns + j] = -share * mixed[i - from][j];
          }
        }
      }
    };
  }
}
