package dev.touchstone.guiding;

import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * The bilevel update with the entropy Σ T log T in the upper level, by a damped fixed point
 * (thesis, sections 5.2.2 and 5.2.3). From the labels as given it iterates
 *
 * <pre>S = H⁻¹ ∇(κ audit loss)
 * G(i, c) = −log P(i, c) + γ·1[c ≠ yᵢ] + (XS)(i, c)
 * T ← (1 − η) T + η softmax(−G)
 * W ← W − one Newton step of the lower level</pre>
 *
 * <p>The lower level is solved inexactly: it is warm, and one step of it keeps up with the labels.
 */
final class EntropicUpdate {
  private static final double DAMPING = 0.7;
  private static final double TOLERANCE = 1e-3;
  static final double LOWER_TOLERANCE = 1e-5;
  private static final double NEWTON_TOLERANCE = 1e-2;
  private static final double RESPONSE_TOLERANCE = 1e-3;

  /** While labels still move, systems are solved to about what they move by. */
  private static final double LOOSEST = 0.3;

  private static final double RESPONSE_SHARE = 0.1;
  private static final int MOST_CG_STEPS = 200;

  private final HeadProblem problem;
  private final int[] labels;
  private final Trusted trusted;
  private final GuidingSettings settings;
  private final double cost;
  private final double responseTolerance;
  private final double newtonTolerance;

  /**
   * Of a problem whose targets are the labels.
   *
   * @param trusted as the problem's audit rows are weighted
   */
  EntropicUpdate(HeadProblem problem, int[] labels, Trusted trusted, GuidingSettings settings) {
    this(problem, labels, trusted, settings, RESPONSE_TOLERANCE, NEWTON_TOLERANCE);
  }

  private EntropicUpdate(
      HeadProblem problem,
      int[] labels,
      Trusted trusted,
      GuidingSettings settings,
      double responseTolerance,
      double newtonTolerance) {
    this.problem = problem;
    this.labels = labels;
    this.trusted = trusted;
    this.settings = settings;
    this.cost = settings.cost(problem.outputs());
    this.responseTolerance = responseTolerance;
    this.newtonTolerance = newtonTolerance;
  }

  /** The same with other relative tolerances of conjugate gradients, for S and Newton's step. */
  EntropicUpdate solvedTo(double response, double newton) {
    return new EntropicUpdate(problem, labels, trusted, settings, response, newton);
  }

  /** Iterates until T moves by less than 1e-3 in the mean, or up to a number of iterations. */
  BilevelResult run(int mostIterations) {
    Matrix targets = problem.targets();
    problem.solve(LOWER_TOLERANCE);
    InverseHessianProduct response = null;
    int cgSteps = 0;
    int iteration = 0;
    double change = LOOSEST;
    while (true) {
      iteration++;
      if (settings.upperAudit() > 0) {
        Matrix start = response == null ? Matrix.zeros(0, 0) : response.solution();
        response = response(start, forced(RESPONSE_SHARE * change, responseTolerance));
        cgSteps += response.steps();
      }
      Matrix costs = costs(response);
      Move move = moved(targets, costs);
      change = move.change();
      problem.moveTargets(targets);
      cgSteps += problem.newtonStep(forced(change, newtonTolerance), MOST_CG_STEPS);
      boolean settled = change < TOLERANCE;
      if (settled || iteration >= mostIterations) {
        Ranking ranking = ranking(costs);
        return new BilevelResult(
            targets,
            ranking.margins(),
            ranking.others(),
            problem.weights(),
            objective(targets),
            move.gap(),
            problem.largestGradient(),
            response == null ? 0 : response.relativeResidual(),
            iteration,
            cgSteps,
            settled ? BilevelResult.Stop.CONVERGED : BilevelResult.Stop.MOST_ITERATIONS,
            settings.toString());
      }
    }
  }

  /** S = H⁻¹ ∇(κ audit loss): what a unit more of a target changes in the audit loss is XS. */
  private InverseHessianProduct response(Matrix start, double tolerance) {
    Matrix gradient =
        problem.auditCrossProduct(
            trusted.gaps(problem.predictions(), problem.size(), settings.upperAudit()));
    return problem.inverseHessianTimes(gradient, start, tolerance, MOST_CG_STEPS);
  }

  private static double forced(double tolerance, double tightest) {
    return Math.max(tightest, Math.min(LOOSEST, tolerance));
  }

  /** G, n × k. */
  private Matrix costs(@Nullable InverseHessianProduct response) {
    Matrix costs = problem.lossByTargets();
    double[] g = costs.values();
    int k = costs.columns();
    if (response != null) {
      double[] effects = problem.product(response.solution()).values();
      for (int i = 0; i < g.length; i++) {
        g[i] += effects[i];
      }
    }
    for (int i = 0; i < labels.length; i++) {
      for (int c = 0; c < k; c++) {
        g[i * k + c] += c == labels[i] ? 0 : cost;
      }
    }
    return costs;
  }

  /**
   * How far T moved, and would have undamped, in the mean of ‖·‖₁ over examples.
   *
   * @param gap ‖T − softmax(−G)‖₁
   */
  private record Move(double change, double gap) {}

  private Move moved(Matrix targets, Matrix costs) {
    int k = targets.columns();
    double[] t = targets.values();
    double[] g = costs.values();
    double[] soft = new double[k];
    double gap = 0;
    for (int at = 0; at < t.length; at += k) {
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < k; c++) {
        least = Math.min(least, g[at + c]);
      }
      double sum = 0;
      for (int c = 0; c < k; c++) {
        soft[c] = Math.exp(least - g[at + c]);
        sum += soft[c];
      }
      for (int c = 0; c < k; c++) {
        double toward = soft[c] / sum - t[at + c];
        gap += Math.abs(toward);
        t[at + c] += DAMPING * toward;
      }
    }
    gap /= targets.rows();
    return new Move(DAMPING * gap, gap);
  }

  /** (1/n) Σ [Σ T (−log P) + γ (1 − T(i, yᵢ)) + Σ T log T] + κ audit loss. */
  private double objective(Matrix targets) {
    double[] t = targets.values();
    double[] losses = problem.losses();
    int k = targets.columns();
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += losses[i] + cost * (1 - t[i * k + labels[i]]);
      for (int c = 0; c < k; c++) {
        double share = t[i * k + c];
        sum += share > 0 ? share * Math.log(share) : 0;
      }
    }
    return sum / labels.length + settings.upperAudit() * trusted.loss(losses, problem.size());
  }

  /** By how much another class costs less than the given one, and which does. */
  private record Ranking(double[] margins, int[] others) {}

  private Ranking ranking(Matrix costs) {
    int n = labels.length;
    double[] margins = new double[n];
    int[] others = new int[n];
    for (int i = 0; i < n; i++) {
      int best = labels[i] == 0 ? 1 : 0;
      for (int c = 0; c < costs.columns(); c++) {
        if (c != labels[i] && costs.get(i, c) < costs.get(i, best)) {
          best = c;
        }
      }
      others[i] = best;
      margins[i] = costs.get(i, labels[i]) - costs.get(i, best);
    }
    return new Ranking(margins, others);
  }
}
