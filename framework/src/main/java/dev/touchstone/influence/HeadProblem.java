package dev.touchstone.influence;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The problem that a {@link Head} solves, kept open: targets move, and its minimum follows. It is
 * the lower level of a bilevel problem. Not thread-safe.
 *
 * <p>Rows are the n examples to learn from and, after them, the m of the audit set; p is the number
 * of features with the bias, k that of outputs.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class HeadProblem implements AutoCloseable {
  private static final double ARMIJO = 1e-4;
  private static final double SHORTEST = 1e-4;

  /** About how often X is read in a bilevel optimisation. */
  private static final double READINGS = 1000;

  private final Shared shared;
  private final HeadObjective objective;
  private final double ridge;
  private final LearntPreconditioner learnt = new LearntPreconditioner();
  private Matrix weights;
  private HeadObjective.Point here;
  private @Nullable Preconditioner preconditioner;
  private @Nullable Matrix preconditionedAt;

  /**
   * What problems on the same rows have in common.
   *
   * @param auditX the audit rows of X alone
   * @param auditShares cⱼ/m
   * @param spectra by the strength of the audit, for a ridge of 1
   */
  private record Shared(
      DenseAlgebra algebra,
      DesignMatrix x,
      DesignMatrix auditX,
      Loss loss,
      int size,
      double[] auditShares,
      Matrix targets,
      double[] exampleWeights,
      Map<Double, SpectralGram> spectra) {}

  private HeadProblem(Shared shared, double ridge, double... auditWeights) {
    this.shared = shared;
    this.ridge = ridge;
    double strength = Arrays.stream(auditWeights).sum();
    double share = Arrays.stream(shared.auditShares()).sum();
    double key = share == 0 ? 0 : (float) (strength / share);
    this.objective = objective(shared, ridge, auditWeights);
    objective.precondition(
        () ->
            shared
                .spectra()
                .computeIfAbsent(key, strengthOfAudit -> unit(shared, strengthOfAudit))
                .underRidge(ridge, shared.algebra()));
    this.weights = Matrix.zeros(objective.features(), objective.outputs());
    this.here = objective.at(weights);
  }

  private static SpectralGram unit(Shared shared, double strength) {
    double[] weights = Arrays.stream(shared.auditShares()).map(s -> s * strength).toArray();
    return SpectralGram.of(objective(shared, 1, weights));
  }

  private static HeadObjective objective(Shared shared, double ridge, double[] auditWeights) {
    double[] all = Arrays.copyOf(shared.exampleWeights(), shared.x().rows());
    System.arraycopy(auditWeights, 0, all, shared.size(), auditWeights.length);
    return new HeadObjective(
        shared.algebra(),
        shared.x(),
        shared.targets().copy(),
        all,
        HeadFit.ridges(ridge, shared.x().columns()),
        shared.loss(),
        shared.size());
  }

  /** Opens the problem on z-scored features, as {@link Head#fit(HeadData)} solves it. */
  public static HeadProblem of(Head head, HeadData data) {
    return of(head, data, Standardisation.of(data.representation()));
  }

  /** Opens the problem on features as they are, such as those of a kernel. */
  public static HeadProblem asGiven(Head head, HeadData data) {
    int d = data.representation().columns();
    double[] ones = new double[d];
    Arrays.fill(ones, 1);
    return of(head, data, new Standardisation(new double[d], ones));
  }

  private static HeadProblem of(Head head, HeadData data, Standardisation standardisation) {
    boolean logistic = head instanceof LogisticHead;
    if (logistic) {
      data.checkDistributions();
    } else {
      data.checkFiniteTargets();
    }
    double p = data.representation().columns() + 1.0;
    DenseAlgebra algebra =
        DenseAlgebra.forWork(READINGS * 4 * data.allRows() * p * data.outputs(), data.device());
    double[] coefficients = data.coefficients();
    int n = data.size();
    Shared shared =
        new Shared(
            algebra,
            algebra.design(data.rows(standardisation)),
            algebra.design(data.auditRows(standardisation)),
            logistic ? SoftmaxLoss.INSTANCE : SquaredLoss.INSTANCE,
            n,
            data.auditShares(),
            data.allTargets(),
            Arrays.copyOf(coefficients, n),
            new ConcurrentHashMap<>());
    return new HeadProblem(
        shared, head.ridge(), Arrays.copyOfRange(coefficients, n, coefficients.length));
  }

  /**
   * Returns another problem on the same rows, with the targets as they came.
   *
   * @param lambda its ridge
   * @param auditWeights what the loss of every audit row is multiplied by
   */
  public HeadProblem with(double lambda, double... auditWeights) {
    return new HeadProblem(shared, lambda, auditWeights);
  }

  /** Returns n. */
  public int size() {
    return objective.size;
  }

  /** Returns k. */
  public int outputs() {
    return objective.outputs();
  }

  /** Returns λ. */
  public double ridge() {
    return ridge;
  }

  /** Returns the targets of the examples to learn from, n × k, a copy. */
  public Matrix targets() {
    return examples(objective.targets);
  }

  /** Returns W, p × k, a copy. */
  public Matrix weights() {
    return weights.copy();
  }

  /** Returns the predictions of all rows, (n + m) × k; not a copy. */
  public Matrix predictions() {
    return here.predictions();
  }

  /** Returns what every row loses, (n + m); not a copy. */
  public double[] losses() {
    return here.losses();
  }

  /** Returns the lower objective L(W). */
  public double value() {
    return here.value();
  }

  /** Returns the largest entry of ∇L. */
  public double largestGradient() {
    return here.gradient().largest();
  }

  /** Returns XS, (n + m) × k. */
  public Matrix product(Matrix s) {
    return objective.x.product(s);
  }

  /** Returns XᵀU, p × k, of an (n + m) × k matrix U. */
  public Matrix crossProduct(Matrix u) {
    return objective.x.crossProduct(u);
  }

  /** Returns XᵀU over the audit rows alone, p × k, of an m × k matrix U. */
  public Matrix auditCrossProduct(Matrix u) {
    return shared.auditX().crossProduct(u);
  }

  /**
   * Returns what a unit more of each target changes in its example's loss while W stays: −log P, or
   * T − XW.
   *
   * @return n × k
   */
  public Matrix lossByTargets() {
    Matrix by = Matrix.zeros(size(), outputs());
    double[] p = here.predictions().values();
    double[] t = objective.targets.values();
    for (int i = 0; i < by.values().length; i++) {
      by.values()[i] = objective.loss.byTarget(p[i], t[i]);
    }
    return by;
  }

  /**
   * Moves the targets; W stays.
   *
   * @param targets n × k
   */
  public void moveTargets(Matrix targets) {
    System.arraycopy(targets.values(), 0, objective.targets.values(), 0, targets.values().length);
    here = objective.at(weights, here.predictions());
  }

  /**
   * Moves W to where it is told, such as to the minimum of a problem like this one.
   *
   * @param to p × k
   */
  public void moveTo(Matrix to) {
    weights = to.copy();
    here = objective.at(weights);
  }

  /**
   * Moves W to the minimum, from where it is.
   *
   * @param tolerance how large the gradient's entries may be
   * @return how many steps it took
   * @throws dev.touchstone.runtime.TouchstoneException if it is not reached
   */
  public int solve(double tolerance) {
    QuasiNewton.Minimum minimum = QuasiNewton.of(objective, weights, tolerance);
    weights = minimum.weights();
    here = minimum.point();
    return minimum.steps();
  }

  /**
   * Moves W by one inexact Newton step with Armijo's rule.
   *
   * @param tolerance relative, of the conjugate gradients
   * @param mostSteps of the conjugate gradients
   * @return how many of those it took
   */
  public int newtonStep(double tolerance, int mostSteps) {
    InverseHessianProduct step =
        inverseHessianTimes(here.gradient(), Matrix.zeros(0, 0), tolerance, mostSteps);
    double slope = 0;
    for (int i = 0; i < weights.values().length; i++) {
      slope -= here.gradient().values()[i] * step.solution().values()[i];
    }
    for (double length = 1; length >= SHORTEST; length /= 2) {
      Matrix candidate = weights.copy();
      for (int i = 0; i < candidate.values().length; i++) {
        candidate.values()[i] -= length * step.solution().values()[i];
      }
      HeadObjective.Point there = objective.at(candidate);
      if (there.value() <= here.value() + ARMIJO * length * slope + Math.ulp(4 * here.value())) {
        weights = candidate;
        here = there;
        break;
      }
    }
    return step.steps();
  }

  /**
   * Returns H⁻¹ B at the present W by conjugate gradients.
   *
   * @param right B, p × k
   * @param start where to begin, p × k; an empty matrix for zeros
   * @param tolerance relative
   * @param mostSteps after so many it is returned what there is
   */
  public InverseHessianProduct inverseHessianTimes(
      Matrix right, Matrix start, double tolerance, int mostSteps) {
    Preconditioner present = preconditioner;
    if (present == null || preconditionedAt != here.predictions()) {
      present = new Preconditioner(objective, here.predictions());
      preconditioner = present;
      preconditionedAt = here.predictions();
    }
    return new ConjugateGradients(
            objective, here.predictions(), learnt.on(present), learnt::learn, tolerance, mostSteps)
        .solve(right, start);
  }

  private Matrix examples(Matrix all) {
    return Matrix.of(
        size(), outputs(), Arrays.copyOf(all.values(), Math.multiplyExact(size(), outputs())));
  }

  /** Frees the rows, of all problems on them. */
  @Override
  public void close() {
    shared.x().close();
    shared.auditX().close();
  }
}
