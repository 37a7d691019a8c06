package dev.touchstone.influence;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;

/**
 * The objective of {@link ConvexHead}, its derivatives and its minimum. W is p × k; as a vector it
 * is class-major: entry (j, c) is at c·p + j.
 */
final class SoftmaxObjective {
  /** Up to so many unknowns p·k the Hessian is assembled and factored; beyond, CG solves. */
  static final int MOST_EXACT = 2000;

  private static final double GRADIENT_TOLERANCE = 1e-10;
  private static final int MOST_NEWTON_STEPS = 200;

  final DenseAlgebra algebra;
  final Matrix x;
  final Matrix targets;
  final double[] ridges;

  SoftmaxObjective(DenseAlgebra algebra, Matrix x, Matrix targets, double[] ridges) {
    this.algebra = algebra;
    this.x = x;
    this.targets = targets;
    this.ridges = ridges;
  }

  int classes() {
    return targets.columns();
  }

  int unknowns() {
    return x.columns() * classes();
  }

  /** log P, n × k. */
  Matrix logProbabilities(Matrix weights) {
    return logSoftmax(algebra.product(x, weights));
  }

  /** L(W), given log P at W. */
  double value(Matrix weights, Matrix logP) {
    double crossEntropy = 0;
    for (int i = 0; i < logP.values().length; i++) {
      if (targets.values()[i] != 0) {
        crossEntropy -= targets.values()[i] * logP.values()[i];
      }
    }
    double penalty = 0;
    for (int j = 0; j < weights.rows(); j++) {
      for (int c = 0; c < weights.columns(); c++) {
        penalty += ridges[j] * weights.get(j, c) * weights.get(j, c);
      }
    }
    return crossEntropy / x.rows() + penalty / 2;
  }

  /** ∇L = Xᵀ(P − T)/n + r ∘ W. */
  Matrix gradient(Matrix weights, Matrix residuals) {
    Matrix gradient = algebra.crossProduct(x, residuals);
    for (int j = 0; j < gradient.rows(); j++) {
      for (int c = 0; c < gradient.columns(); c++) {
        gradient.set(j, c, gradient.get(j, c) / x.rows() + ridges[j] * weights.get(j, c));
      }
    }
    return gradient;
  }

  /** P − T. */
  Matrix residuals(Matrix probabilities) {
    Matrix residuals = probabilities.copy();
    for (int i = 0; i < residuals.values().length; i++) {
      residuals.values()[i] -= targets.values()[i];
    }
    return residuals;
  }

  /** ∇²L V = Xᵀ[P ∘ (U − rowsum(P ∘ U))]/n + r ∘ V with U = XV, without the Hessian. */
  Matrix hessianTimes(Matrix probabilities, Matrix v) {
    Matrix u = algebra.product(x, v);
    for (int i = 0; i < u.rows(); i++) {
      double mean = 0;
      for (int c = 0; c < u.columns(); c++) {
        mean += probabilities.get(i, c) * u.get(i, c);
      }
      for (int c = 0; c < u.columns(); c++) {
        u.set(i, c, probabilities.get(i, c) * (u.get(i, c) - mean));
      }
    }
    return gradient(v, u);
  }

  /** ∇²L, pk × pk: block (a, b) is Xᵀ diag(p_a(δ_ab − p_b)) X / n, and r on the diagonal. */
  Matrix hessian(Matrix probabilities) {
    int n = x.rows();
    int p = x.columns();
    int k = classes();
    Matrix hessian = Matrix.zeros(p * k, p * k);
    Matrix weighted = Matrix.zeros(n, p);
    for (int a = 0; a < k; a++) {
      for (int b = a; b < k; b++) {
        for (int i = 0; i < n; i++) {
          double pa = probabilities.get(i, a);
          double weight = pa * ((a == b ? 1 : 0) - probabilities.get(i, b)) / n;
          for (int j = 0; j < p; j++) {
            weighted.set(i, j, weight * x.get(i, j));
          }
        }
        Matrix block = algebra.crossProduct(x, weighted);
        for (int i = 0; i < p; i++) {
          for (int j = 0; j < p; j++) {
            hessian.set(a * p + i, b * p + j, block.get(i, j));
            hessian.set(b * p + j, a * p + i, block.get(i, j));
          }
        }
      }
    }
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < p; j++) {
        int at = c * p + j;
        hessian.set(at, at, hessian.get(at, at) + ridges[j]);
      }
    }
    return hessian;
  }

  /** Solves ∇²L X = B, at given probabilities. */
  HessianSolver solver(Matrix probabilities) {
    return unknowns() <= MOST_EXACT
        ? exactSolver(algebra.cholesky(hessian(probabilities)))
        : new ConjugateGradients(this, probabilities);
  }

  private HessianSolver exactSolver(CholeskyFactor factor) {
    return (gradient, tolerance) ->
        unstacked(factor.solve(stacked(gradient)), x.columns(), classes());
  }

  /**
   * The minimum, by Newton's method with Armijo's step rule, to a largest gradient entry of {@value
   * #GRADIENT_TOLERANCE}.
   */
  Matrix minimise() {
    Matrix weights = Matrix.zeros(x.columns(), classes());
    Matrix logP = logProbabilities(weights);
    double value = value(weights, logP);
    for (int step = 0; step < MOST_NEWTON_STEPS; step++) {
      Matrix probabilities = exponential(logP);
      Matrix gradient = gradient(weights, residuals(probabilities));
      double size = largest(gradient);
      if (size <= GRADIENT_TOLERANCE) {
        return weights;
      }
      // The forcing term of Eisenstat and Walker: quadratic convergence at the end.
      Matrix direction = solver(probabilities).solve(gradient, Math.min(0.1, size));
      double slope = -dot(gradient, direction);
      double length = 1;
      while (true) {
        Matrix candidate = minus(weights, direction, length);
        Matrix candidateLogP = logProbabilities(candidate);
        double candidateValue = value(candidate, candidateLogP);
        // The last steps change the value by less than its rounding error.
        double rounding = 1e-14 * Math.max(1, Math.abs(value));
        if (candidateValue <= value + 1e-4 * length * slope + rounding) {
          weights = candidate;
          logP = candidateLogP;
          value = candidateValue;
          break;
        }
        length /= 2;
        if (length < 1e-10) {
          throw notConverged(size);
        }
      }
    }
    throw notConverged(largest(gradient(weights, residuals(exponential(logP)))));
  }

  private static TouchstoneException notConverged(double gradient) {
    return new TouchstoneException(
        "the convex head did not converge: its largest gradient entry stays at "
            + gradient
            + "; use a larger ridge");
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

  static Matrix logSoftmax(Matrix logits) {
    Matrix result = logits.copy();
    int k = logits.columns();
    for (int i = 0; i < logits.rows(); i++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < k; c++) {
        largest = Math.max(largest, logits.get(i, c));
      }
      double sum = 0;
      for (int c = 0; c < k; c++) {
        sum += Math.exp(logits.get(i, c) - largest);
      }
      double normaliser = largest + Math.log(sum);
      for (int c = 0; c < k; c++) {
        result.set(i, c, logits.get(i, c) - normaliser);
      }
    }
    return result;
  }

  static Matrix exponential(Matrix logP) {
    Matrix probabilities = logP.copy();
    double[] values = probabilities.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i]);
    }
    return probabilities;
  }

  static Matrix minus(Matrix a, Matrix b, double factor) {
    Matrix difference = a.copy();
    for (int i = 0; i < difference.values().length; i++) {
      difference.values()[i] -= factor * b.values()[i];
    }
    return difference;
  }

  static double dot(Matrix a, Matrix b) {
    double sum = 0;
    for (int i = 0; i < a.values().length; i++) {
      sum += a.values()[i] * b.values()[i];
    }
    return sum;
  }

  private static double largest(Matrix matrix) {
    double largest = 0;
    for (double value : matrix.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
