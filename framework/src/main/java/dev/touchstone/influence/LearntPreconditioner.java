package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.UnaryOperator;

/**
 * A {@link Preconditioner} that has learnt from systems solved before: of each direction s of
 * conjugate gradients and its curvature Hs it keeps the latest, and applies the inverse that L-BFGS
 * makes of them (Morales and Nocedal 2000). Good where a Hessian moves little from system to
 * system.
 */
final class LearntPreconditioner {
  private static final int MOST_PAIRS = 32;

  private final Deque<Pair> pairs = new ArrayDeque<>();

  /** A direction and what the Hessian makes of it. */
  private record Pair(Matrix s, Matrix y, double product) {}

  /** Keeps a direction for the systems to come. */
  void learn(Matrix s, Matrix y) {
    double product = ConjugateGradients.dot(s, y);
    if (product > 0) {
      if (pairs.size() == MOST_PAIRS) {
        pairs.removeFirst();
      }
      pairs.addLast(new Pair(s, y, product));
    }
  }

  /** What stands for the inverse Hessian with all that was learnt until now. */
  UnaryOperator<Matrix> on(Preconditioner base) {
    Deque<Pair> known = new ArrayDeque<>(pairs);
    return v -> {
      Matrix q = v.copy();
      double[] factors = new double[known.size()];
      int at = factors.length;
      for (Iterator<Pair> latest = known.descendingIterator(); latest.hasNext(); ) {
        Pair pair = latest.next();
        factors[--at] = ConjugateGradients.dot(pair.s(), q) / pair.product();
        ConjugateGradients.add(q, pair.y(), -factors[at]);
      }
      Matrix result = base.apply(q);
      for (Pair pair : known) {
        double back = ConjugateGradients.dot(pair.y(), result) / pair.product();
        ConjugateGradients.add(result, pair.s(), factors[at++] - back);
      }
      return result;
    };
  }
}
