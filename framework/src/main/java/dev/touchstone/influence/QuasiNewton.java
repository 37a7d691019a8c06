package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * L-BFGS (Nocedal and Wright 2006, algorithm 7.4) with Armijo's step rule, whose first
 * approximation is a {@link Preconditioner} instead of a multiple of the identity.
 */
final class QuasiNewton {
  private static final int MOST_STEPS = 10_000;
  private static final int MOST_PAIRS = 50;

  /** The pairs together are at most so many values. */
  private static final long MOST_KEPT = 1 << 25;

  /** When the curvature is looked at again: the first few steps are the long ones. */
  private static final int REFRESHED_AT = 5;

  private static final double ARMIJO = 1e-4;
  private static final double SHORTEST = 1e-10;

  private QuasiNewton() {}

  /**
   * A minimum.
   *
   * @param largestGradient the largest entry of the gradient there
   * @param steps how many steps it took
   */
  record Minimum(Matrix weights, HeadObjective.Point point, double largestGradient, int steps) {}

  /** A step s of the weights, and y, what it changed in the gradient. */
  private record Pair(double[] s, double[] y, double product) {}

  /**
   * The minimum.
   *
   * @param start where to begin
   * @param tolerance how large the gradient's entries may be
   * @throws TouchstoneException if it is not reached
   */
  static Minimum of(HeadObjective objective, Matrix start, double tolerance) {
    Matrix weights = start;
    HeadObjective.Point here = objective.at(weights);
    double size = here.gradient().largest();
    int mostPairs =
        (int) Math.max(5, Math.min(MOST_PAIRS, MOST_KEPT / (2L * start.rows() * start.columns())));
    Deque<Pair> pairs = new ArrayDeque<>();
    Preconditioner preconditioner = null;
    for (int step = 0; step < MOST_STEPS; step++) {
      if (size <= tolerance) {
        return new Minimum(weights, here, size, step);
      }
      if (preconditioner == null || step == REFRESHED_AT) {
        preconditioner = new Preconditioner(objective, here.predictions());
      }
      double[] direction = direction(here.gradient(), pairs, preconditioner);
      double slope = -dot(here.gradient().values(), direction);
      if (!(slope < 0)) {
        throw notConverged(size);
      }
      double length = 1;
      while (true) {
        Matrix candidate = moved(weights, direction, -length);
        HeadObjective.Point there = objective.at(candidate);
        // The last steps change the value by less than its rounding error.
        double rounding = 1e-14 * Math.max(1, Math.abs(here.value()));
        if (there.value() <= here.value() + ARMIJO * length * slope + rounding) {
          keep(pairs, mostPairs, weights, candidate, here.gradient(), there.gradient());
          weights = candidate;
          here = there;
          size = here.gradient().largest();
          break;
        }
        length /= 2;
        if (length < SHORTEST) {
          throw notConverged(size);
        }
      }
    }
    throw notConverged(size);
  }

  /** The two loops: the approximate inverse Hessian times the gradient. */
  private static double[] direction(
      Matrix gradient, Deque<Pair> pairs, Preconditioner preconditioner) {
    double[] q = gradient.values().clone();
    double[] factors = new double[pairs.size()];
    int at = pairs.size();
    for (Iterator<Pair> latest = pairs.descendingIterator(); latest.hasNext(); ) {
      Pair pair = latest.next();
      factors[--at] = dot(pair.s(), q) / pair.product();
      add(q, pair.y(), -factors[at]);
    }
    double[] result =
        preconditioner.apply(Matrix.of(gradient.rows(), gradient.columns(), q)).values();
    for (Pair pair : pairs) {
      double back = dot(pair.y(), result) / pair.product();
      add(result, pair.s(), factors[at++] - back);
    }
    return result;
  }

  private static void keep(
      Deque<Pair> pairs, int most, Matrix before, Matrix after, Matrix was, Matrix is) {
    double[] s = difference(after, before);
    double[] y = difference(is, was);
    double product = dot(s, y);
    // L is strictly convex; only rounding makes it seem otherwise.
    if (product > Math.ulp(1.0) * Math.sqrt(dot(s, s) * dot(y, y))) {
      if (pairs.size() == most) {
        pairs.removeFirst();
      }
      pairs.addLast(new Pair(s, y, product));
    }
  }

  private static TouchstoneException notConverged(double gradient) {
    return new TouchstoneException(
        "the head did not converge: its largest gradient entry stays at %s; use a larger ridge"
            .formatted(gradient));
  }

  private static Matrix moved(Matrix from, double[] direction, double length) {
    Matrix moved = from.copy();
    add(moved.values(), direction, length);
    return moved;
  }

  private static double[] difference(Matrix a, Matrix b) {
    double[] difference = a.values().clone();
    add(difference, b.values(), -1);
    return difference;
  }

  private static void add(double[] sum, double[] values, double factor) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * values[i];
    }
  }

  /** Four sums, as one would wait for each addition. */
  private static double dot(double[] a, double[] b) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      first += a[i] * b[i];
    }
    return (first + second) + (third + fourth);
  }
}
