package dev.touchstone.concept;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Logistic regression of n examples of far more numbers than n, by their inner products alone. With
 * x the values less their mean and divided by the root mean square of their norms,
 *
 * <pre>L(w, b) = (1/n) Σᵢ log(1 + exp(−tᵢ(w·xᵢ + b))) + ½ λ ‖w‖²,   tᵢ = ±1</pre>
 *
 * <p>has its optimum at {@code w = Σᵢ aᵢ xᵢ / (nλ)} with {@code aᵢ = yᵢ − pᵢ}, which add up to 0:
 * so neither the mean nor the vector itself is ever needed. Newton's method on (a, b) in the form
 * of Rasmussen and Williams (2006, algorithm 3.1), damped by the value of L.
 */
final class DualLogistic {
  private static final double TOLERANCE = 1e-10;
  private static final int MOST_STEPS = 200;
  private static final double CG_FINEST = 1e-12;
  private static final double CG_COARSEST = 1e-4;
  private static final int MOST_CG_STEPS = 1000;
  private static final double SHORT = 0.1;
  private static final double SHORTEST = 1e-10;

  private DualLogistic() {}

  /**
   * An optimum.
   *
   * @param coefficients of the examples' values as they are, adding up to 0: w in their units
   * @param offset added to {@code Σᵢ coefficientsᵢ · (xᵢ·x)} of inner products as they were given
   * @param largestGradient how well it was fitted
   * @param steps of Newton's
   */
  record Fit(double[] coefficients, double offset, double largestGradient, int steps) {}

  /**
   * Fits examples of which the first ones have a concept.
   *
   * @param products inner products, n × n, from whatever origin
   * @param having how many have it
   * @param ridge λ
   * @throws TouchstoneException if all values are alike
   */
  static Fit fit(Matrix products, int having, double ridge) {
    int n = products.rows();
    Matrix c = centred(products);
    double size = 0;
    for (int i = 0; i < n; i++) {
      size += c.get(i, i) / n;
    }
    if (!(size > 1e-13 * Math.max(products.largest(), Double.MIN_NORMAL))) {
      throw new TouchstoneException(
          "the %d examples of a concept and those without it have the same values there; take another node"
              .formatted(n));
    }
    double unit = 1 / (size * n * ridge);
    for (int i = 0; i < c.values().length; i++) {
      c.values()[i] *= unit;
    }
    double[] a = new double[n];
    double[] f = new double[n];
    double b = 0;
    double[] root = new double[n];
    double coarsest = CG_COARSEST;
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] p = new double[n];
      double largest = 0;
      double sum = 0;
      for (int i = 0; i < n; i++) {
        p[i] = 1 / (1 + Math.exp(-f[i]));
        double residual = (i < having ? 1 : 0) - p[i];
        sum += residual;
        largest = Math.max(largest, Math.abs(residual - a[i]));
      }
      largest = Math.max(largest, Math.abs(sum) / n);
      if (largest <= TOLERANCE) {
        return fitted(a, b, products, unit, largest, step);
      }
      for (int i = 0; i < n; i++) {
        root[i] = Math.sqrt(p[i] * (1 - p[i]));
      }
      // No finer than the step itself is, which is soon taken again; where that leads astray, fine.
      double relative = Math.max(CG_FINEST, Math.min(coarsest, largest / 100));
      double[] target = newton(c, root, p, f, having, relative);
      double shift = target[n] - b;
      // Down the line to where Newton points, as far as L falls.
      double value = value(a, f, b, having);
      double shortest = coarsest > CG_FINEST ? SHORT : SHORTEST;
      boolean moved = false;
      for (double length = 1; !moved && length >= shortest; length /= 2) {
        double[] nextA = new double[n];
        for (int i = 0; i < n; i++) {
          nextA[i] = a[i] + length * (target[i] - a[i]);
        }
        double nextB = b + length * shift;
        double[] nextF = times(c, nextA, nextB);
        moved = value(nextA, nextF, nextB, having) <= value + 1e-13 * Math.max(1, value);
        if (moved) {
          a = nextA;
          b = nextB;
          f = nextF;
        }
      }
      if (!moved) {
        if (coarsest <= CG_FINEST) {
          throw notConverged(largest);
        }
        coarsest = CG_FINEST;
      }
    }
    throw notConverged(Double.NaN);
  }

  private static TouchstoneException notConverged(double gradient) {
    return new TouchstoneException(
        "a concept's vector did not converge: the largest gradient stays at %s; use a larger ridge"
            .formatted(gradient));
  }

  /** Where a quadratic model of L has its minimum: a, and b behind it. */
  private static double[] newton(
      Matrix c, double[] root, double[] p, double[] f, int having, double relative) {
    int n = root.length;
    // (I + SC)⁻¹ of the two columns Sf + t − p, with b taken out, and S·1, where (I + SC)⁻¹u is
    // u − S^½ (I + S^½ C S^½)⁻¹ S^½ C u.
    double[] first = new double[n];
    double[] second = new double[n];
    for (int i = 0; i < n; i++) {
      double curvature = root[i] * root[i];
      first[i] = curvature * f[i] + (i < having ? 1 : 0) - p[i];
      second[i] = curvature;
    }
    double[] ofFirst = solved(c, root, times(c, first, 0), relative);
    double[] ofSecond = solved(c, root, times(c, second, 0), relative);
    double sumFirst = 0;
    double sumSecond = 0;
    for (int i = 0; i < n; i++) {
      first[i] -= root[i] * ofFirst[i];
      second[i] -= root[i] * ofSecond[i];
      sumFirst += first[i];
      sumSecond += second[i];
    }
    double b = sumFirst / sumSecond;
    double[] target = new double[n + 1];
    for (int i = 0; i < n; i++) {
      target[i] = first[i] - b * second[i];
    }
    target[n] = b;
    return target;
  }

  /**
   * (I + S^½ C S^½)⁻¹ S^½ times a vector, by conjugate gradients: the trace of C is 1/λ, so that
   * few of its eigenvalues are far from 0, and some ten steps do.
   */
  private static double[] solved(Matrix c, double[] root, double[] vector, double relative) {
    int n = root.length;
    double[] residual = new double[n];
    double[] solution = new double[n];
    double square = 0;
    for (int i = 0; i < n; i++) {
      residual[i] = root[i] * vector[i];
      square += residual[i] * residual[i];
    }
    double enough = square * relative * relative;
    double[] direction = residual.clone();
    double[] rooted = new double[n];
    for (int step = 0; step < MOST_CG_STEPS && square > enough; step++) {
      for (int i = 0; i < n; i++) {
        rooted[i] = root[i] * direction[i];
      }
      double[] product = times(c, rooted, 0);
      double curvature = 0;
      for (int i = 0; i < n; i++) {
        product[i] = direction[i] + root[i] * product[i];
        curvature += direction[i] * product[i];
      }
      double length = square / curvature;
      double next = 0;
      for (int i = 0; i < n; i++) {
        solution[i] += length * direction[i];
        residual[i] -= length * product[i];
        next += residual[i] * residual[i];
      }
      for (int i = 0; i < n; i++) {
        direction[i] = residual[i] + next / square * direction[i];
      }
      square = next;
    }
    return solution;
  }

  /** n·L. */
  private static double value(double[] a, double[] f, double b, int having) {
    double value = 0;
    for (int i = 0; i < a.length; i++) {
      double margin = i < having ? f[i] : -f[i];
      value += margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
      value += a[i] * (f[i] - b) / 2;
    }
    return value;
  }

  private static double[] times(Matrix c, double[] a, double b) {
    int n = a.length;
    double[] values = c.values();
    double[] f = new double[n];
    for (int i = 0; i < n; i++) {
      // Four sums, as one would wait for each addition.
      int row = i * n;
      double first = b;
      double second = 0;
      double third = 0;
      double fourth = 0;
      int j = 0;
      for (; j + 4 <= n; j += 4) {
        first += values[row + j] * a[j];
        second += values[row + j + 1] * a[j + 1];
        third += values[row + j + 2] * a[j + 2];
        fourth += values[row + j + 3] * a[j + 3];
      }
      for (; j < n; j++) {
        first += values[row + j] * a[j];
      }
      f[i] = first + second + (third + fourth);
    }
    return f;
  }

  /** Inner products of the values less their mean. */
  private static Matrix centred(Matrix products) {
    int n = products.rows();
    double[] means = new double[n];
    double all = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        means[i] += products.get(i, j) / n;
      }
      all += means[i] / n;
    }
    Matrix centred = Matrix.zeros(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        centred.set(i, j, products.get(i, j) - means[i] - means[j] + all);
      }
    }
    return centred;
  }

  /** In the units of the products as they were given. */
  private static Fit fitted(
      double[] a, double b, Matrix products, double unit, double largest, int steps) {
    int n = a.length;
    double mean = 0;
    for (double entry : a) {
      mean += entry / n;
    }
    double[] coefficients = new double[n];
    for (int i = 0; i < n; i++) {
      coefficients[i] = (a[i] - mean) * unit;
    }
    // Where the logit of the examples is b: at their mean.
    double atMean = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        atMean += coefficients[j] * products.get(i, j) / n;
      }
    }
    return new Fit(coefficients, b - atMean, largest, steps);
  }
}
