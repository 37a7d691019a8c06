package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Conjugate gradients on Hessian-vector products, preconditioned by {@link Preconditioner}; several
 * right-hand sides share the readings of X, not their steps.
 */
final class ConjugateGradients {
  static final String NAME = "conjugate gradients";
  private static final int MOST_RESTARTS = 3;

  /** From here on the recursion's residual is the true one, to all digits that matter. */
  private static final double LOOSE = 1e-6;

  private final HeadObjective objective;
  private final Matrix predictions;
  private final UnaryOperator<Matrix> preconditioner;
  private final BiConsumer<Matrix, Matrix> listener;
  private final double tolerance;
  private final int mostSteps;

  /**
   * At given predictions.
   *
   * @param tolerance the residual's norm relative to the right-hand side's
   * @param mostSteps after so many steps it is returned what there is
   */
  ConjugateGradients(HeadObjective objective, Matrix predictions, double tolerance, int mostSteps) {
    this(
        objective,
        predictions,
        new Preconditioner(objective, predictions)::apply,
        (direction, curved) -> {},
        tolerance,
        mostSteps);
  }

  /**
   * With a preconditioner of one's own.
   *
   * @param listener is told every direction of a single right-hand side, and what the Hessian makes
   *     of it; neither changes afterwards
   */
  ConjugateGradients(
      HeadObjective objective,
      Matrix predictions,
      UnaryOperator<Matrix> preconditioner,
      BiConsumer<Matrix, Matrix> listener,
      double tolerance,
      int mostSteps) {
    this.objective = objective;
    this.predictions = predictions;
    this.preconditioner = preconditioner;
    this.listener = listener;
    this.tolerance = tolerance;
    this.mostSteps = mostSteps;
  }

  /** One right-hand side and how far it is. */
  private static final class Solving {
    private final Matrix right;
    private final double norm;
    private final Matrix solution;
    private Matrix residual;
    private Matrix direction;
    private double product;
    private int steps;
    private int restarts;

    Solving(Matrix right) {
      this.right = right;
      this.norm = Math.sqrt(dot(right, right));
      this.solution = Matrix.zeros(right.rows(), right.columns());
      this.residual = right.copy();
      this.direction = right;
    }

    /** Begins at a solution that is known to about this, with its residual. */
    Solving(Matrix right, Matrix start, Matrix residual) {
      this.right = right;
      this.norm = Math.sqrt(dot(right, right));
      this.solution = start.copy();
      this.residual = residual;
      this.direction = right;
    }
  }

  /** Solves ∇²L S = B for every B, p × k. */
  List<InverseHessianProduct> solve(List<Matrix> rightHandSides) {
    List<Solving> systems = rightHandSides.stream().map(Solving::new).toList();
    List<Solving> active = new ArrayList<>();
    for (Solving system : systems) {
      if (system.norm > 0) {
        active.add(system);
      }
    }
    iterate(active);
    return systems.stream().map(ConjugateGradients::result).toList();
  }

  private void iterate(List<Solving> active) {
    begin(active);
    while (!active.isEmpty()) {
      step(active);
      List<Solving> reached = new ArrayList<>();
      for (Solving system : active) {
        if (norm(system.residual) <= tolerance * system.norm || system.steps >= mostSteps) {
          reached.add(system);
        }
      }
      if (!reached.isEmpty()) {
        active.removeAll(reached);
        List<Solving> again = afresh(reached);
        begin(again);
        active.addAll(again);
      }
    }
  }

  /**
   * Solves ∇²L S = B, beginning at a solution of a system like it.
   *
   * @param start p × k; zeros where nothing is known
   */
  InverseHessianProduct solve(Matrix right, Matrix start) {
    return start.largest() == 0
        ? solve(List.of(right)).get(0)
        : solve(List.of(right), List.of(start)).get(0);
  }

  /** Solves ∇²L S = B for every B, each beginning at a solution of a system like it. */
  List<InverseHessianProduct> solve(List<Matrix> rightHandSides, List<Matrix> starts) {
    List<Matrix> products =
        apart(objective.hessianTimes(predictions, beside(starts)), starts.size());
    List<Solving> systems = new ArrayList<>();
    List<Solving> active = new ArrayList<>();
    for (int i = 0; i < products.size(); i++) {
      Matrix right = rightHandSides.get(i);
      Matrix residual = right.copy();
      add(residual, products.get(i), -1);
      Solving system = new Solving(right, starts.get(i), residual);
      if (system.norm == 0) {
        system = new Solving(right);
      } else if (norm(residual) > tolerance * system.norm) {
        active.add(system);
      }
      systems.add(system);
    }
    iterate(active);
    return systems.stream().map(ConjugateGradients::result).toList();
  }

  private static InverseHessianProduct result(Solving system) {
    double relative = system.norm == 0 ? 0 : norm(system.residual) / system.norm;
    return new InverseHessianProduct(system.solution, relative, system.steps, NAME);
  }

  private void begin(List<Solving> systems) {
    if (systems.isEmpty()) {
      return;
    }
    List<Matrix> preconditioned =
        apart(
            preconditioner.apply(beside(systems.stream().map(s -> s.residual).toList())),
            systems.size());
    for (int i = 0; i < systems.size(); i++) {
      Solving system = systems.get(i);
      system.direction = preconditioned.get(i);
      system.product = dot(system.residual, system.direction);
    }
  }

  private void step(List<Solving> systems) {
    List<Matrix> curved =
        apart(
            objective.hessianTimes(
                predictions, beside(systems.stream().map(s -> s.direction).toList())),
            systems.size());
    for (int i = 0; i < systems.size(); i++) {
      Solving system = systems.get(i);
      double length = system.product / dot(system.direction, curved.get(i));
      add(system.solution, system.direction, length);
      add(system.residual, curved.get(i), -length);
      system.steps++;
      if (systems.size() == 1) {
        listener.accept(system.direction, curved.get(i));
      }
    }
    List<Matrix> preconditioned =
        apart(
            preconditioner.apply(beside(systems.stream().map(s -> s.residual).toList())),
            systems.size());
    for (int i = 0; i < systems.size(); i++) {
      Solving system = systems.get(i);
      Matrix next = preconditioned.get(i);
      double product = dot(system.residual, next);
      add(next, system.direction, product / system.product);
      system.direction = next;
      system.product = product;
    }
  }

  /**
   * Measures the residuals, which the recursion only estimates, and returns the systems that have
   * to go on.
   */
  private List<Solving> afresh(List<Solving> systems) {
    if (tolerance >= LOOSE) {
      return List.of();
    }
    List<Matrix> products =
        apart(
            objective.hessianTimes(
                predictions, beside(systems.stream().map(s -> s.solution).toList())),
            systems.size());
    List<Solving> again = new ArrayList<>();
    for (int i = 0; i < systems.size(); i++) {
      Solving system = systems.get(i);
      system.residual = system.right.copy();
      add(system.residual, products.get(i), -1);
      if (norm(system.residual) > tolerance * system.norm
          && system.steps < mostSteps
          && system.restarts++ < MOST_RESTARTS) {
        again.add(system);
      }
    }
    return again;
  }

  private static Matrix beside(List<Matrix> blocks) {
    int p = blocks.get(0).rows();
    int k = blocks.get(0).columns();
    Matrix all = Matrix.zeros(p, k * blocks.size());
    for (int b = 0; b < blocks.size(); b++) {
      for (int j = 0; j < p; j++) {
        System.arraycopy(blocks.get(b).values(), j * k, all.values(), j * all.columns() + b * k, k);
      }
    }
    return all;
  }

  private static List<Matrix> apart(Matrix all, int count) {
    int k = all.columns() / count;
    List<Matrix> blocks = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      Matrix block = Matrix.zeros(all.rows(), k);
      for (int j = 0; j < all.rows(); j++) {
        System.arraycopy(all.values(), j * all.columns() + b * k, block.values(), j * k, k);
      }
      blocks.add(block);
    }
    return blocks;
  }

  private static double norm(Matrix a) {
    return Math.sqrt(dot(a, a));
  }

  static double dot(Matrix a, Matrix b) {
    double sum = 0;
    for (int i = 0; i < a.values().length; i++) {
      sum += a.values()[i] * b.values()[i];
    }
    return sum;
  }

  static void add(Matrix sum, Matrix a, double factor) {
    for (int i = 0; i < sum.values().length; i++) {
      sum.values()[i] += factor * a.values()[i];
    }
  }
}
