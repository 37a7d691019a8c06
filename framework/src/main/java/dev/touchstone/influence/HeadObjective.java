package dev.touchstone.influence;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a head minimises, and its derivatives:
 *
 * <pre>L(W) = Σᵢ wᵢ ℓ(xᵢ W, tᵢ) + ½ Σⱼ rⱼ ‖Wⱼ‖²</pre>
 *
 * <p>W is p × k; as a vector it is class-major: entry (j, c) is at c·p + j. Examples to learn from
 * come first among the rows of X, audit examples after them.
 */
final class HeadObjective {
  final DenseAlgebra algebra;
  final DesignMatrix x;
  final Matrix targets;
  final double[] weights;
  final double[] ridges;
  final Loss loss;

  /** The number of examples to learn from, the first rows of X. */
  final int size;

  private Supplier<SpectralGram> spectra = () -> SpectralGram.of(this);
  private @Nullable SpectralGram spectrum;

  HeadObjective(
      DenseAlgebra algebra,
      DesignMatrix x,
      Matrix targets,
      double[] weights,
      double[] ridges,
      Loss loss,
      int size) {
    this.algebra = algebra;
    this.x = x;
    this.targets = targets;
    this.weights = weights;
    this.ridges = ridges;
    this.loss = loss;
    this.size = size;
  }

  int outputs() {
    return targets.columns();
  }

  /** The number of features with the bias. */
  int features() {
    return x.columns();
  }

  int unknowns() {
    return features() * outputs();
  }

  /**
   * L and what was computed on the way.
   *
   * @param predictions softmax(XW), or XW, of all rows
   * @param losses of all rows
   */
  record Point(double value, Matrix gradient, Matrix predictions, double[] losses) {}

  /** L, ∇L = Xᵀ diag(w)(P − T) + r ∘ W, and the predictions P, reading X once. */
  Point at(Matrix w) {
    int k = outputs();
    Matrix predictions = Matrix.zeros(x.rows(), k);
    double[] losses = new double[x.rows()];
    double[] p = predictions.values();
    double[] t = targets.values();
    Matrix gradient =
        x.sandwich(
            w,
            (from, to, rows) -> {
              for (int i = from; i < to; i++) {
                int at = (i - from) * k;
                losses[i] = loss.predict(rows, at, t, i * k, k);
                for (int c = 0; c < k; c++) {
                  double prediction = rows[at + c];
                  p[i * k + c] = prediction;
                  rows[at + c] = weights[i] * (prediction - t[i * k + c]);
                }
              }
            });
    double value = 0;
    for (int i = 0; i < losses.length; i++) {
      value += weights[i] * losses[i];
    }
    return new Point(value + addRidge(w, gradient), gradient, predictions, losses);
  }

  /** The same where the predictions at W are known, and only targets have moved. */
  Point at(Matrix w, Matrix predictions) {
    int k = outputs();
    double[] losses = new double[x.rows()];
    Matrix gaps = Matrix.zeros(x.rows(), k);
    double value = 0;
    for (int i = 0; i < losses.length; i++) {
      losses[i] = loss.of(predictions.values(), i * k, targets.values(), i * k, k);
      value += weights[i] * losses[i];
      for (int at = i * k; at < (i + 1) * k; at++) {
        gaps.values()[at] = weights[i] * (predictions.values()[at] - targets.values()[at]);
      }
    }
    Matrix gradient = x.crossProduct(gaps);
    return new Point(value + addRidge(w, gradient), gradient, predictions, losses);
  }

  /** Adds r ∘ V to a p × (k · any) sum; returns ½ Σ r V². */
  private double addRidge(Matrix v, Matrix sum) {
    double penalty = 0;
    int columns = v.columns();
    for (int j = 0; j < v.rows(); j++) {
      double squares = 0;
      for (int at = j * columns; at < (j + 1) * columns; at++) {
        double value = v.values()[at];
        squares += value * value;
        sum.values()[at] += ridges[j] * value;
      }
      penalty += ridges[j] * squares;
    }
    return penalty / 2;
  }

  /** P − T of the examples to learn from, n × k. */
  Matrix residuals(Matrix predictions) {
    Matrix residuals = Matrix.zeros(size, outputs());
    for (int i = 0; i < residuals.values().length; i++) {
      residuals.values()[i] = predictions.values()[i] - targets.values()[i];
    }
    return residuals;
  }

  /**
   * ∇²L V = Xᵀ diag(w) D (XV) + r ∘ V, without the Hessian, for one or more V beside each other.
   *
   * @param v p × (k · any)
   */
  Matrix hessianTimes(Matrix predictions, Matrix v) {
    int k = outputs();
    int columns = v.columns();
    double[] p = predictions.values();
    Matrix product =
        x.sandwich(
            v,
            (from, to, rows) -> {
              for (int i = from; i < to; i++) {
                int at = (i - from) * columns;
                for (int start = at; start < at + columns; start += k) {
                  loss.curve(p, i * k, rows, start, k);
                }
                for (int c = at; c < at + columns; c++) {
                  rows[c] *= weights[i];
                }
              }
            });
    addRidge(v, product);
    return product;
  }

  /** The side of the Hessian that is factored: p where outputs do not know of each other. */
  int hessianSide() {
    return loss.isQuadratic() ? features() : unknowns();
  }

  /**
   * ∇²L: block (a, b) is Xᵀ diag(w p_a(δ_ab − p_b)) X, and r on the diagonal; for a quadratic loss
   * the one block that all outputs have, Xᵀ diag(w) X + r.
   */
  Matrix hessian(Matrix predictions) {
    if (loss.isQuadratic()) {
      return plusRidge(x.kroneckerGram(rootWeights()), 1, 0);
    }
    return plusRidge(curvature(predictions, outputs()), outputs(), 0);
  }

  /**
   * The Hessian by what the classes differ in, p(k − 1) × p(k − 1): of Uc = Wc − Wk, where the
   * ridge has the best shift common to all. Softmax does not see that shift, whose Hessian is r
   * alone.
   */
  Matrix hessianOfDifferences(Matrix predictions) {
    int k = outputs();
    return plusRidge(curvature(predictions, k - 1), k - 1, 1.0 / k);
  }

  /**
   * Nearly {@link #hessian}, and never more: what pairs of classes with a weight below a limit
   * curve is left out, so that few rows are multiplied where a head is sure of most.
   *
   * @param least weights wᵢ p_a p_b below this are left out
   */
  Matrix hessianWithout(Matrix predictions, double least) {
    return plusRidge(curvatureByPairs(predictions, outputs(), least), outputs(), 0);
  }

  /**
   * Xᵀ diag(w) D X of the first classes. As D = Σ p_a p_b (e_a − e_b)(e_a − e_b)ᵀ over pairs of
   * classes, it is the Gram matrices of all pairs, each of which stands in four blocks.
   */
  private Matrix curvature(Matrix predictions, int classes) {
    return features() <= DesignMatrix.FEW_COLUMNS
        ? curvatureByBlocks(predictions, classes)
        : curvatureByPairs(predictions, classes, 0);
  }

  private Matrix curvatureByPairs(Matrix predictions, int classes, double least) {
    int p = features();
    Matrix curvature = Matrix.zeros(p * classes, p * classes);
    double[] w = new double[x.rows()];
    for (int a = 0; a < classes; a++) {
      for (int b = a + 1; b < outputs(); b++) {
        for (int i = 0; i < w.length; i++) {
          double weight = weights[i] * predictions.get(i, a) * predictions.get(i, b);
          w[i] = weight < least ? 0 : weight;
        }
        Matrix gram = x.gram(w);
        addBlock(curvature, a, a, gram, 1);
        if (b < classes) {
          addBlock(curvature, b, b, gram, 1);
          addBlock(curvature, a, b, gram, -1);
          addBlock(curvature, b, a, gram, -1);
        }
      }
    }
    return curvature;
  }

  private static void addBlock(Matrix all, int a, int b, Matrix block, int sign) {
    int p = block.rows();
    for (int j = 0; j < p; j++) {
      int at = (a * p + j) * all.columns() + b * p;
      for (int l = 0; l < p; l++) {
        all.values()[at + l] += sign * block.values()[j * p + l];
      }
    }
  }

  /** The same, from the Gram matrices of all its blocks. */
  private Matrix curvatureByBlocks(Matrix predictions, int classes) {
    int p = features();
    Matrix w = Matrix.zeros(x.rows(), classes * (classes + 1) / 2);
    for (int i = 0; i < x.rows(); i++) {
      int block = 0;
      for (int a = 0; a < classes; a++) {
        double weighted = weights[i] * predictions.get(i, a);
        w.set(i, block++, weighted * (1 - predictions.get(i, a)));
        for (int b = a + 1; b < classes; b++) {
          w.set(i, block++, -weighted * predictions.get(i, b));
        }
      }
    }
    Matrix[] blocks = x.grams(w);
    int side = p * classes;
    Matrix curvature = Matrix.zeros(side, side);
    int block = 0;
    for (int a = 0; a < classes; a++) {
      for (int b = a; b < classes; b++) {
        double[] gram = blocks[block++].values();
        for (int j = 0; j < p; j++) {
          System.arraycopy(gram, j * p, curvature.values(), (a * p + j) * side + b * p, p);
          System.arraycopy(gram, j * p, curvature.values(), (b * p + j) * side + a * p, p);
        }
      }
    }
    return curvature;
  }

  /** Adds (I − share 11ᵀ) ⊗ R. */
  private Matrix plusRidge(Matrix hessian, int classes, double share) {
    int p = features();
    for (int a = 0; a < classes; a++) {
      for (int b = 0; b < classes; b++) {
        double factor = (a == b ? 1 : 0) - share;
        for (int j = 0; j < p; j++) {
          int row = a * p + j;
          int column = b * p + j;
          hessian.set(row, column, hessian.get(row, column) + factor * ridges[j]);
        }
      }
    }
    return hessian;
  }

  private Matrix rootWeights() {
    return Matrix.of(x.rows(), 1, Arrays.stream(weights).map(Math::sqrt).toArray());
  }

  /** Solves ∇²L S = B by a factor of {@link #hessian}. */
  Matrix solve(CholeskyFactor factor, Matrix b) {
    return loss.isQuadratic()
        ? factor.solve(b)
        : unstacked(factor.solve(stacked(b)), features(), outputs());
  }

  /** The eigenvectors of Xᵀ diag(w) X, computed when first asked for. */
  synchronized SpectralGram spectrum() {
    SpectralGram present = spectrum;
    if (present == null) {
      present = spectra.get();
      spectrum = present;
    }
    return present;
  }

  /** Takes the eigenvectors of another objective on the same X; only a preconditioner's quality. */
  void precondition(Supplier<SpectralGram> known) {
    spectra = known;
  }

  static Matrix stacked(Matrix weights) {
    int p = weights.rows();
    Matrix vector = Matrix.zeros(p * weights.columns(), 1);
    for (int c = 0; c < weights.columns(); c++) {
      for (int j = 0; j < p; j++) {
        vector.values()[c * p + j] = weights.get(j, c);
      }
    }
    return vector;
  }

  static Matrix unstacked(Matrix vector, int p, int k) {
    Matrix weights = Matrix.zeros(p, k);
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < p; j++) {
        weights.set(j, c, vector.values()[c * p + j]);
      }
    }
    return weights;
  }
}
