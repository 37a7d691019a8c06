package dev.touchstone.influence;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ConvexHead} at its optimum: predictions, losses, leverages and influence. Immutable;
 * what is costly is computed when first asked for.
 *
 * <p>Sign: influence is the change of a quantity Q when example i is removed, to first order
 *
 * <pre>I(i) = +(1/n) ∇Qᵀ H⁻¹ ∇ℓᵢ</pre>
 *
 * <p>(Koh and Liang 2017, equation 2 times −1/n; the middle lines of the thesis's equations 3.1 and
 * 6.4 carry a spurious minus). A mislabelled example <em>hurts</em>, so the loss of others falls,
 * I(i) &lt; 0, when it is removed.
 */
public final class FittedHead {
  private static final double CG_TOLERANCE = 1e-10;

  private final SoftmaxObjective objective;
  private final Standardisation standardisation;
  private final int[] labels;
  private final Matrix weights;
  private final Matrix logits;
  private final Matrix logP;
  private final Matrix probabilities;
  private final Matrix residuals;
  private @Nullable CholeskyFactor factor;
  private double @Nullable [][][] leverages;

  FittedHead(
      SoftmaxObjective objective, Standardisation standardisation, int[] labels, Matrix weights) {
    this.objective = objective;
    this.standardisation = standardisation;
    this.labels = labels;
    this.weights = weights;
    this.logits = objective.algebra.product(objective.x, weights);
    this.logP = SoftmaxObjective.logSoftmax(logits);
    this.probabilities = SoftmaxObjective.exponential(logP);
    this.residuals = objective.residuals(probabilities);
  }

  /** The number of training examples n. */
  public int size() {
    return labels.length;
  }

  /** The number of classes k. */
  public int classes() {
    return objective.classes();
  }

  /** The class that a training example was given. */
  public int label(int example) {
    return labels[example];
  }

  /**
   * The weights of the z-scored features and, in the last row, of the bias.
   *
   * @return (d+1) × k, a copy
   */
  public Matrix weights() {
    return weights.copy();
  }

  /** The SHA-256, in hexadecimal, of all that {@link #logits} are computed with. */
  public String sha256() {
    return Digest.sha256()
        .add(weights.columns())
        .add(weights.values())
        .add(standardisation.means())
        .add(standardisation.deviations())
        .hex();
  }

  /** The logits of new examples, m × k, from their m × d representation. */
  public Matrix logits(Matrix representation) {
    return objective.algebra.product(standardisation.apply(representation), weights);
  }

  /**
   * The derivative of the logits by the representation: Wⱼ over the deviation of feature j.
   *
   * @return d × k
   */
  public Matrix slopes() {
    Matrix slopes = Matrix.zeros(weights.rows() - 1, weights.columns());
    for (int j = 0; j < slopes.rows(); j++) {
      for (int c = 0; c < slopes.columns(); c++) {
        slopes.set(j, c, weights.get(j, c) / standardisation.deviations()[j]);
      }
    }
    return slopes;
  }

  /** The cross-entropy of every training example, ℓᵢ = −log P(i, yᵢ). */
  public double[] losses() {
    return lossesOf(logP);
  }

  /**
   * The cross-entropy that every training example would have if it had been left out, to one Newton
   * step with exact leverage: the logits move by (I − JᵢDᵢ)⁻¹ Jᵢ (Pᵢ − Tᵢ), where Jᵢ = (I ⊗ xᵢ)ᵀ
   * H⁻¹ (I ⊗ xᵢ)/n and Dᵢ = diag(Pᵢ) − PᵢPᵢᵀ. Agrees with refitting, at the cost of one Cholesky
   * factor of p·k unknowns or, where there are fewer examples than features, of n·(k − 1).
   *
   * @throws TouchstoneException if the head has too many weights, and too many examples, for exact
   *     leverages
   */
  public double[] leaveOneOutLosses() {
    double[][][] all = leverages();
    Matrix moved = logits.copy();
    int k = classes();
    for (int i = 0; i < size(); i++) {
      double[] corrected = correctedResidual(i, all[i]);
      for (int a = 0; a < k; a++) {
        double move = 0;
        for (int b = 0; b < k; b++) {
          move += all[i][a][b] * corrected[b];
        }
        moved.set(i, a, moved.get(i, a) + move);
      }
    }
    return lossesOf(SoftmaxObjective.logSoftmax(moved));
  }

  private double[] lossesOf(Matrix logProbabilities) {
    double[] losses = new double[size()];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = -logProbabilities.get(i, labels[i]);
    }
    return losses;
  }

  /**
   * The change of each training example's own loss when it is removed, to first order: (1/n) ∇ℓᵢᵀ
   * H⁻¹ ∇ℓᵢ ≥ 0.
   *
   * @throws TouchstoneException if the head has too many weights, and too many examples, for exact
   *     leverages
   */
  public double[] selfInfluence() {
    double[][][] all = leverages();
    double[] influence = new double[size()];
    int k = classes();
    for (int i = 0; i < influence.length; i++) {
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          influence[i] += residuals.get(i, a) * all[i][a][b] * residuals.get(i, b);
        }
      }
    }
    return influence;
  }

  /**
   * The change of the mean loss of other examples when each training example is removed, to first
   * order. One solve and one product for all n.
   *
   * @param representation m × d
   * @param classesOfThese their m labels
   */
  public double[] influenceOnLoss(Matrix representation, int... classesOfThese) {
    return scores(direction(representation, classesOfThese), residuals);
  }

  /**
   * The same, to one Newton step with exact leverage instead of first order: closer to retraining
   * where single examples have high leverage.
   *
   * @throws TouchstoneException if the head has too many weights, and too many examples, for exact
   *     leverages
   */
  public double[] removalEffectOnLoss(Matrix representation, int... classesOfThese) {
    double[][][] all = leverages();
    Matrix corrected = Matrix.zeros(size(), classes());
    for (int i = 0; i < size(); i++) {
      System.arraycopy(
          correctedResidual(i, all[i]), 0, corrected.values(), i * classes(), classes());
    }
    return scores(direction(representation, classesOfThese), corrected);
  }

  /** S = H⁻¹ ∇Q, where Q is the mean loss of some examples. */
  private Matrix direction(Matrix representation, int[] classesOfThese) {
    if (classesOfThese.length == 0 || classesOfThese.length != representation.rows()) {
      throw new IllegalArgumentException(
          representation.rows() + " examples and " + classesOfThese.length + " labels");
    }
    Matrix x = standardisation.apply(representation);
    Matrix gap =
        SoftmaxObjective.exponential(
            SoftmaxObjective.logSoftmax(objective.algebra.product(x, weights)));
    for (int i = 0; i < classesOfThese.length; i++) {
      gap.set(i, classesOfThese[i], gap.get(i, classesOfThese[i]) - 1);
    }
    for (int i = 0; i < gap.values().length; i++) {
      gap.values()[i] /= classesOfThese.length;
    }
    Matrix gradient = objective.algebra.crossProduct(x, gap);
    if (objective.unknowns() > SoftmaxObjective.MOST_EXACT) {
      return objective.solver(probabilities).solve(gradient, CG_TOLERANCE);
    }
    return SoftmaxObjective.unstacked(
        factor().solve(SoftmaxObjective.stacked(gradient)), gradient.rows(), classes());
  }

  /** rowsum((XS) ∘ V)/n: the per-example gradients xᵢ ⊗ vᵢ are never materialised. */
  private double[] scores(Matrix direction, Matrix v) {
    Matrix xs = objective.algebra.product(objective.x, direction);
    double[] scores = new double[size()];
    for (int i = 0; i < scores.length; i++) {
      for (int c = 0; c < classes(); c++) {
        scores[i] += xs.get(i, c) * v.get(i, c) / size();
      }
    }
    return scores;
  }

  /** (I − DᵢJᵢ)⁻¹ (Pᵢ − Tᵢ): the residual as the Hessian without example i sees it. */
  private double[] correctedResidual(int i, double[][] leverage) {
    int k = classes();
    double[][] system = new double[k][k];
    double[] right = new double[k];
    for (int a = 0; a < k; a++) {
      double pa = probabilities.get(i, a);
      for (int b = 0; b < k; b++) {
        // D J = diag(p) J − p (pᵀ J)
        double mean = 0;
        for (int c = 0; c < k; c++) {
          mean += probabilities.get(i, c) * leverage[c][b];
        }
        system[a][b] = (a == b ? 1 : 0) - pa * (leverage[a][b] - mean);
      }
      right[a] = residuals.get(i, a);
    }
    return SmallSystem.solve(system, right);
  }

  private synchronized CholeskyFactor factor() {
    CholeskyFactor present = factor;
    if (present == null) {
      present = objective.algebra.cholesky(objective.hessian(probabilities));
      factor = present;
    }
    return present;
  }

  /** Jᵢ = (I ⊗ xᵢ)ᵀ H⁻¹ (I ⊗ xᵢ)/n, k × k for every example. */
  private synchronized double[][][] leverages() {
    double[][][] present = leverages;
    if (present == null) {
      present = computeLeverages();
      leverages = present;
    }
    return present;
  }

  private double[][][] computeLeverages() {
    long primal = Leverages.primalUnknowns(objective);
    long dual = Leverages.dualUnknowns(objective);
    if (Math.min(primal, dual) > Leverages.MOST_UNKNOWNS) {
      throw new TouchstoneException(
          "exact leverages need the inverse of a "
              + primal
              + " x "
              + primal
              + " Hessian ("
              + objective.x.columns()
              + " features x "
              + classes()
              + " classes) or of its dual ("
              + size()
              + " examples x "
              + (classes() - 1)
              + "), of which at most "
              + Leverages.MOST_UNKNOWNS
              + " are accepted; use TrainingLoss, KohLiangInfluence on an audit set, a smaller"
              + " representation or fewer training points");
    }
    return primal <= dual
        ? Leverages.primal(objective, this::factor)
        : Leverages.dual(objective, probabilities);
  }

  @Override
  public String toString() {
    return "head of " + classes() + " classes on " + size() + " examples";
  }
}
