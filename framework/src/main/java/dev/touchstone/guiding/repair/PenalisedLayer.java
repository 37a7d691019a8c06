package dev.touchstone.guiding.repair;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;
import org.jspecify.annotations.Nullable;

/**
 * Multinomial logistic regression or least squares on few features, under penalties that {@link
 * dev.touchstone.influence.LogisticHead} and {@link dev.touchstone.influence.RidgeHead} do not
 * have, at its optimum:
 *
 * <pre>f(W) = Σᵢ wᵢ ℓ(Tᵢ, xᵢW + oᵢ) + ½ Σⱼ rⱼ ‖Wⱼ‖² + φ(W) + λ Σⱼ ‖Wⱼ‖₁</pre>
 *
 * <p>where ℓ is the cross-entropy CE(t, softmax(z)) of classes, or ½ (z − t)² of values, and the
 * last row of W, the bias, has no part in the last sum. Newton's method with the exact Hessian and
 * Armijo's rule; with λ &gt; 0 each step minimises the quadratic model with the ℓ1 norm by
 * coordinate descent (Lee, Sun and Saunders 2014, proximal Newton).
 *
 * @param kind what ℓ is
 * @param rows n × d without a bias
 * @param targets n × k distributions, or n × 1 values
 * @param weights n, not negative
 * @param ridges d + 1, the bias's last, all positive: the optimum is unique
 * @param lasso λ ≥ 0
 * @param smooth φ, convex; null for none
 * @param offsets n × k, o; null for none
 */
record PenalisedLayer(
    Kind kind,
    Matrix rows,
    Matrix targets,
    double[] weights,
    double[] ridges,
    double lasso,
    @Nullable Smooth smooth,
    @Nullable Matrix offsets) {
  private static final int MOST_STEPS = 200;
  private static final int MOST_SWEEPS = 10_000;
  private static final double ARMIJO = 1e-4;
  private static final double SHORTEST = 1e-12;

  /** What is fitted. */
  enum Kind {
    CLASSES {
      @Override
      double predict(double[] scores, int at, Matrix targets, int example) {
        int k = targets.columns();
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < k; c++) {
          largest = Math.max(largest, scores[at + c]);
        }
        double sum = 0;
        double aligned = 0;
        for (int c = 0; c < k; c++) {
          double score = scores[at + c] - largest;
          aligned += targets.get(example, c) * score;
          scores[at + c] = Math.exp(score);
          sum += scores[at + c];
        }
        for (int c = 0; c < k; c++) {
          scores[at + c] /= sum;
        }
        return Math.log(sum) - aligned;
      }

      @Override
      double curvature(Matrix predictions, int example, int a, int b) {
        return predictions.get(example, a) * ((a == b ? 1 : 0) - predictions.get(example, b));
      }
    },
    VALUES {
      @Override
      double predict(double[] scores, int at, Matrix targets, int example) {
        double squares = 0;
        for (int c = 0; c < targets.columns(); c++) {
          double gap = scores[at + c] - targets.get(example, c);
          squares += gap * gap;
        }
        return squares / 2;
      }

      @Override
      double curvature(Matrix predictions, int example, int a, int b) {
        return a == b ? 1 : 0;
      }
    };

    /** Turns scores into predictions in place; returns ℓ. */
    abstract double predict(double[] scores, int at, Matrix targets, int example);

    /** ∂²ℓ by two of an example's scores. */
    abstract double curvature(Matrix predictions, int example, int a, int b);
  }

  /** A convex term of the weights, (d+1) × k, with its derivatives. */
  interface Smooth {

    double value(Matrix weights);

    /** Adds the gradient. */
    void addGradient(Matrix weights, Matrix to);

    /** Adds the Hessian; entry (j, c) of the weights is at c·(d+1) + j. */
    void addHessian(Matrix weights, Matrix to);
  }

  /**
   * An optimum.
   *
   * @param weights (d+1) × k, the bias last
   * @param residual by how much the optimum's conditions (Karush, Kuhn and Tucker) are missed at
   *     most by an entry of the gradient
   */
  record Optimum(Matrix weights, double residual, int steps) {}

  private record Point(double value, Matrix gradient, Matrix predictions) {}

  /**
   * Goes to the optimum.
   *
   * @param tolerance of the residual
   * @throws TouchstoneException if it is not reached
   */
  Optimum minimise(double tolerance) {
    int p = rows.columns() + 1;
    int k = targets.columns();
    // Every step makes k (k+1)/2 products of X with itself, and a factor of a matrix of side pk.
    double work = 30.0 * (rows.rows() * (double) p * p * k * k / 2 + Math.pow(p * k, 3) / 3);
    DenseAlgebra algebra = DenseAlgebra.forWork(work, "cpu");
    try (DesignMatrix x = algebra.design(withOnes())) {
      Matrix w = Matrix.zeros(p, k);
      Point here = at(x, w);
      for (int step = 0; step < MOST_STEPS; step++) {
        double residual = residual(w, here.gradient());
        if (residual <= tolerance) {
          return new Optimum(w, residual, step);
        }
        Matrix hessian = hessian(x, w, here.predictions());
        double[] direction =
            lasso == 0
                ? newton(algebra, hessian, here.gradient())
                : proximalNewton(hessian, here.gradient(), w, tolerance);
        double descent = descent(w, here.gradient(), direction);
        double length = 1;
        while (true) {
          Matrix candidate = moved(w, direction, length);
          Point there = at(x, candidate);
          double rounding = 1e-14 * Math.max(1, Math.abs(here.value()));
          if (there.value() <= here.value() + ARMIJO * length * descent + rounding) {
            w = candidate;
            here = there;
            break;
          }
          length /= 2;
          if (length < SHORTEST) {
            throw notConverged(residual);
          }
        }
      }
      throw notConverged(residual(w, here.gradient()));
    }
  }

  private static TouchstoneException notConverged(double residual) {
    return new TouchstoneException(
        "the layer on concepts did not converge: its optimum's conditions are missed by %s; use a larger ridge"
            .formatted(residual));
  }

  private RowSource withOnes() {
    int d = rows.columns();
    return new RowSource() {
      @Override
      public int rows() {
        return rows.rows();
      }

      @Override
      public int columns() {
        return d + 1;
      }

      @Override
      public void read(int from, int to, double[] into) {
        for (int i = from; i < to; i++) {
          System.arraycopy(rows.values(), i * d, into, (i - from) * (d + 1), d);
          into[(i - from) * (d + 1) + d] = 1;
        }
      }
    };
  }

  /** f, the gradient of all but the ℓ1 norm, and the predictions. */
  private Point at(DesignMatrix x, Matrix w) {
    int k = targets.columns();
    Matrix predictions = Matrix.zeros(rows.rows(), k);
    double[] p = predictions.values();
    double[] t = targets.values();
    double[] losses = new double[rows.rows()];
    Matrix gradient =
        x.sandwich(
            w,
            (from, to, scores) -> {
              for (int i = from; i < to; i++) {
                int at = (i - from) * k;
                losses[i] = weights[i] * predict(scores, at, i);
                for (int c = 0; c < k; c++) {
                  double prediction = scores[at + c];
                  p[i * k + c] = prediction;
                  scores[at + c] = weights[i] * (prediction - t[i * k + c]);
                }
              }
            });
    double value = 0;
    for (double loss : losses) {
      value += loss;
    }
    for (int j = 0; j < w.rows(); j++) {
      for (int c = 0; c < k; c++) {
        double weight = w.get(j, c);
        value += ridges[j] * weight * weight / 2;
        gradient.set(j, c, gradient.get(j, c) + ridges[j] * weight);
      }
    }
    if (smooth != null) {
      value += smooth.value(w);
      smooth.addGradient(w, gradient);
    }
    return new Point(value + lasso * norm(w), gradient, predictions);
  }

  private double predict(double[] scores, int at, int example) {
    for (int c = 0; offsets != null && c < offsets.columns(); c++) {
      scores[at + c] += offsets.get(example, c);
    }
    return kind.predict(scores, at, targets, example);
  }

  /** ‖W‖₁ without the bias. */
  private static double norm(Matrix w) {
    double norm = 0;
    for (int at = 0; at < (w.rows() - 1) * w.columns(); at++) {
      norm += Math.abs(w.values()[at]);
    }
    return norm;
  }

  private double residual(Matrix w, Matrix gradient) {
    double residual = 0;
    for (int at = 0; at < w.values().length; at++) {
      double slope = gradient.values()[at];
      double weight = w.values()[at];
      double l1 = at < (w.rows() - 1) * w.columns() ? lasso : 0;
      double missed =
          weight != 0 ? Math.abs(slope + Math.signum(weight) * l1) : Math.abs(slope) - l1;
      residual = Math.max(residual, missed);
    }
    return residual;
  }

  private Matrix hessian(DesignMatrix x, Matrix w, Matrix predictions) {
    int p = w.rows();
    int k = w.columns();
    int blocks = k * (k + 1) / 2;
    Matrix curvature = Matrix.zeros(rows.rows(), blocks);
    for (int i = 0; i < rows.rows(); i++) {
      int block = 0;
      for (int a = 0; a < k; a++) {
        for (int b = a; b < k; b++) {
          curvature.set(i, block++, weights[i] * kind.curvature(predictions, i, a, b));
        }
      }
    }
    Matrix[] grams = x.grams(curvature);
    Matrix hessian = Matrix.zeros(p * k, p * k);
    int block = 0;
    for (int a = 0; a < k; a++) {
      for (int b = a; b < k; b++) {
        Matrix gram = grams[block++];
        for (int i = 0; i < p; i++) {
          for (int j = 0; j < p; j++) {
            hessian.set(a * p + i, b * p + j, gram.get(i, j));
            hessian.set(b * p + j, a * p + i, gram.get(i, j));
          }
        }
      }
      for (int j = 0; j < p; j++) {
        int at = a * p + j;
        hessian.set(at, at, hessian.get(at, at) + ridges[j]);
      }
    }
    if (smooth != null) {
      smooth.addHessian(w, hessian);
    }
    return hessian;
  }

  /** −H⁻¹G, row-major as the weights are. */
  private static double[] newton(DenseAlgebra algebra, Matrix hessian, Matrix gradient) {
    int p = gradient.rows();
    int k = gradient.columns();
    Matrix right = Matrix.zeros(p * k, 1);
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < p; j++) {
        right.values()[c * p + j] = -gradient.get(j, c);
      }
    }
    Matrix solution = algebra.cholesky(hessian).solve(right);
    double[] direction = new double[p * k];
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < p; j++) {
        direction[j * k + c] = solution.values()[c * p + j];
      }
    }
    return direction;
  }

  /** argmin of GᵀD + ½ DᵀHD + λ‖W + D‖₁, by coordinate descent. */
  private double[] proximalNewton(Matrix hessian, Matrix gradient, Matrix w, double tolerance) {
    int p = w.rows();
    int k = w.columns();
    int side = p * k;
    double[] direction = new double[side]; // class-major, as the Hessian is
    double[] slope = new double[side];
    for (int at = 0; at < side; at++) {
      slope[at] = gradient.get(at % p, at / p);
    }
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      double largest = 0;
      for (int at = 0; at < side; at++) {
        double curvature = hessian.get(at, at);
        double weight = w.get(at % p, at / p);
        double l1 = at % p < p - 1 ? lasso : 0;
        double old = direction[at];
        double best = shrunk(weight + old - slope[at] / curvature, l1 / curvature) - weight;
        double change = best - old;
        if (change != 0) {
          direction[at] = best;
          for (int other = 0; other < side; other++) {
            slope[other] += change * hessian.values()[at * side + other];
          }
          largest = Math.max(largest, Math.abs(change) * curvature);
        }
      }
      if (largest <= tolerance / 10) {
        break;
      }
    }
    double[] rowMajor = new double[side];
    for (int at = 0; at < side; at++) {
      rowMajor[at % p * k + at / p] = direction[at];
    }
    return rowMajor;
  }

  private static double shrunk(double value, double by) {
    return Math.signum(value) * Math.max(0, Math.abs(value) - by);
  }

  /** By how much f falls along a direction, to first order and by the ℓ1 norm. */
  private double descent(Matrix w, Matrix gradient, double[] direction) {
    double descent = 0;
    for (int at = 0; at < direction.length; at++) {
      descent += gradient.values()[at] * direction[at];
    }
    return lasso == 0 ? descent : descent + lasso * (norm(moved(w, direction, 1)) - norm(w));
  }

  private static Matrix moved(Matrix w, double[] direction, double length) {
    Matrix moved = w.copy();
    for (int at = 0; at < direction.length; at++) {
      moved.values()[at] += length * direction[at];
    }
    return moved;
  }
}
