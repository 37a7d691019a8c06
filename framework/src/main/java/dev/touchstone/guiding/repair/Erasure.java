package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;

/**
 * A fitted {@link ConceptErasure}: the affine map x' = x − L Rᵀ (x − μ). Immutable.
 *
 * <p>L = Σ^½ U and R = Σ^−½ U, both d × r.
 */
public final class Erasure {
  private final double[] means;
  private final Matrix left;
  private final Matrix right;

  Erasure(double[] means, Matrix left, Matrix right) {
    this.means = means;
    this.left = left;
    this.right = right;
  }

  /** Returns how many dimensions are erased, r: the concepts' number, or fewer if some follow. */
  public int rank() {
    return left.columns();
  }

  /** Returns the number of features d. */
  public int features() {
    return means.length;
  }

  /**
   * Returns a representation without the concepts, made as it is read.
   *
   * @param representation n × d
   * @return n × d
   */
  public RowSource apply(RowSource representation) {
    if (representation.columns() != features()) {
      throw new IllegalArgumentException(
          "an erasure of %d features cannot be applied to %d"
              .formatted(features(), representation.columns()));
    }
    return new RowSource() {
      @Override
      public int rows() {
        return representation.rows();
      }

      @Override
      public int columns() {
        return representation.columns();
      }

      @Override
      public int chunk() {
        return representation.chunk();
      }

      @Override
      public void read(int from, int to, double[] into) {
        representation.read(from, to, into);
        for (int row = 0; row < to - from; row++) {
          eraseFrom(into, row * means.length);
        }
      }
    };
  }

  private void eraseFrom(double[] rows, int at) {
    int d = means.length;
    double[] inside = new double[rank()];
    for (int j = 0; j < d; j++) {
      double centred = rows[at + j] - means[j];
      for (int c = 0; c < inside.length; c++) {
        inside[c] += centred * right.get(j, c);
      }
    }
    for (int j = 0; j < d; j++) {
      for (int c = 0; c < inside.length; c++) {
        rows[at + j] -= left.get(j, c) * inside[c];
      }
    }
  }

  /**
   * Returns a linear layer on the representation as it is that answers as another one does on the
   * erased representation: x'W + b = x (W − R LᵀW) + b + μᵀ R LᵀW.
   */
  LinearLayer before(LinearLayer onErased) {
    int d = features();
    int k = onErased.outputs();
    Matrix slopes = onErased.slopes().copy();
    double[] intercepts = onErased.intercepts().clone();
    for (int output = 0; output < k; output++) {
      for (int c = 0; c < rank(); c++) {
        double inside = 0;
        for (int j = 0; j < d; j++) {
          inside += left.get(j, c) * onErased.slopes().get(j, output);
        }
        for (int j = 0; j < d; j++) {
          double taken = right.get(j, c) * inside;
          slopes.set(j, output, slopes.get(j, output) - taken);
          intercepts[output] += means[j] * taken;
        }
      }
    }
    return new LinearLayer(slopes, intercepts);
  }

  @Override
  public String toString() {
    return "erasure of %d of %d dimensions".formatted(rank(), features());
  }
}
