package dev.touchstone.influence;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Head} at its optimum: predictions, losses, leverages and influence. Immutable; what is
 * costly is computed when first asked for.
 *
 * <p>Sign: influence is the change of a quantity Q when example i is removed, to first order
 *
 * <pre>I(i) = +wᵢ ∇Qᵀ H⁻¹ ∇ℓᵢ,  wᵢ = sᵢ/n</pre>
 *
 * <p>(Koh and Liang 2017, equation 2 times −1/n; the middle lines of the thesis's equations 3.1 and
 * 6.4 carry a spurious minus). A mislabelled example <em>hurts</em>, so the loss of others falls,
 * I(i) &lt; 0, when it is removed.
 */
public final class FittedHead {
  /** The largest relative residual with which conjugate gradients end. */
  static final double TOLERANCE = 1e-10;

  private static final int MOST_CG_STEPS = 5000;

  /** About how many steps conjugate gradients take, for the choice of the solver. */
  private static final double USUAL_CG_STEPS = 60;

  /** So many columns of right-hand sides are iterated together. */
  private static final int COLUMNS_AT_ONCE = 1024;

  private final Head head;
  private final HeadObjective objective;
  private final Standardisation standardisation;
  private final int[] labels;
  private final QuasiNewton.Minimum minimum;
  private final Matrix weights;
  private final Matrix predictions;
  private final Matrix residuals;
  private @Nullable CholeskyFactor factor;
  private @Nullable Matrix leverages;

  FittedHead(
      Head head,
      HeadObjective objective,
      Standardisation standardisation,
      int[] labels,
      QuasiNewton.Minimum minimum) {
    this.head = head;
    this.objective = objective;
    this.standardisation = standardisation;
    this.labels = labels;
    this.minimum = minimum;
    this.weights = minimum.weights();
    this.predictions = minimum.point().predictions();
    this.residuals = objective.residuals(predictions);
  }

  /** Returns how it was fitted. */
  public Head fittedBy() {
    return head;
  }

  /** Returns about how many bytes it holds, with what is computed when asked for. */
  public long bytes() {
    long side = objective.hessianSide();
    long rows = objective.x.rows();
    long square = side <= Leverages.MOST_UNKNOWNS ? 2 * side * side : 0;
    return Double.BYTES
        * (rows * (objective.features() + 8L * classes() + (long) classes() * classes()) + square);
  }

  /** Returns the number of training examples n. */
  public int size() {
    return objective.size;
  }

  /** Returns the number of classes, or of outputs, k. */
  public int classes() {
    return objective.outputs();
  }

  /** Returns the number of features d, without the bias. */
  public int features() {
    return objective.features() - 1;
  }

  /**
   * Returns the class that a training example was given; of soft targets the one with the largest.
   */
  public int label(int example) {
    return labels[example];
  }

  /**
   * Returns the weights of the z-scored features and, in the last row, of the bias.
   *
   * @return (d+1) × k, a copy
   */
  public Matrix weights() {
    return weights.copy();
  }

  /** Returns the largest entry of the gradient at the optimum: how well the head was fitted. */
  public double largestGradient() {
    return minimum.largestGradient();
  }

  /** Returns how many steps the fit took. */
  public int steps() {
    return minimum.steps();
  }

  HeadObjective objective() {
    return objective;
  }

  /** Other examples as the head sees them: z-scored, with a one at the end. */
  RowSource standardised(RowSource representation) {
    return standardisation.apply(representation);
  }

  /** The same function's weights for other z-scores. */
  Matrix weightsOn(Standardisation other) {
    Matrix moved = weights.copy();
    int d = features();
    for (int j = 0; j < d; j++) {
      for (int c = 0; c < classes(); c++) {
        double slope = weights.get(j, c) / standardisation.deviations()[j];
        moved.set(j, c, slope * other.deviations()[j]);
        double shift = slope * (other.means()[j] - standardisation.means()[j]);
        moved.set(d, c, moved.get(d, c) + shift);
      }
    }
    return moved;
  }

  /** Returns the SHA-256, in hexadecimal, of all that {@link #logits} are computed with. */
  public String sha256() {
    return Digest.sha256()
        .add(weights.columns())
        .add(weights.values())
        .add(standardisation.means())
        .add(standardisation.deviations())
        .hex();
  }

  /** Returns the logits of new examples, m × k, from their m × d representation. */
  public Matrix logits(Matrix representation) {
    return logits(RowSource.of(representation));
  }

  /** Returns the logits of new examples, m × k, from their m × d representation. */
  public Matrix logits(RowSource representation) {
    try (DesignMatrix x = objective.algebra.design(standardisation.apply(representation))) {
      return x.product(weights);
    }
  }

  /**
   * Returns the derivative of the logits by the representation: Wⱼ over the deviation of feature j.
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

  /**
   * Returns what the head predicts for its training examples: probabilities of a logistic head,
   * outputs of a ridge regression.
   *
   * @return n × k, a copy
   */
  public Matrix predictions() {
    Matrix copy = Matrix.zeros(size(), classes());
    System.arraycopy(predictions.values(), 0, copy.values(), 0, copy.values().length);
    return copy;
  }

  /**
   * Returns the loss of every training example: of a logistic head the cross-entropy, ℓᵢ = −log
   * P(i, yᵢ).
   */
  public double[] losses() {
    double[] losses = new double[size()];
    System.arraycopy(minimum.point().losses(), 0, losses, 0, losses.length);
    return losses;
  }

  /** What the head would predict for training examples, and lose on them, had it not seen them. */
  record LeftOut(Matrix predictions, double[] losses) {}

  /**
   * Returns the loss that every training example would have if it had been left out, to one Newton
   * step with exact leverage: the logits move by (I − JᵢDᵢ)⁻¹ Jᵢ (Pᵢ − Tᵢ), where Jᵢ = wᵢ (I ⊗ xᵢ)ᵀ
   * H⁻¹ (I ⊗ xᵢ) and Dᵢ = diag(Pᵢ) − PᵢPᵢᵀ. Agrees with refitting, exactly for ridge regression, at
   * the cost of one Cholesky factor of p·k unknowns or, where there are fewer examples than
   * features, of n·(k − 1).
   *
   * @throws TouchstoneException if the head has too many weights, and too many examples, for exact
   *     leverages
   */
  public double[] leaveOneOutLosses() {
    return leftOut().losses();
  }

  /**
   * Returns what the head would predict for every training example if it had been left out; see
   * {@link #leaveOneOutLosses}.
   *
   * @return n × k
   * @throws TouchstoneException if the head has too many weights, and too many examples, for exact
   *     leverages
   */
  public Matrix leaveOneOutPredictions() {
    return leftOut().predictions();
  }

  LeftOut leftOut() {
    Matrix all = leverages();
    Matrix logits = objective.x.product(weights);
    int k = classes();
    Matrix moved = Matrix.zeros(size(), k);
    double[] losses = new double[size()];
    for (int i = 0; i < size(); i++) {
      double[] corrected = correctedResidual(i, all);
      for (int a = 0; a < k; a++) {
        double move = 0;
        for (int b = 0; b < k; b++) {
          move += all.get(i, a * k + b) * corrected[b];
        }
        moved.set(i, a, logits.get(i, a) + move);
      }
      losses[i] =
          objective.loss.predict(moved.values(), i * k, objective.targets.values(), i * k, k);
    }
    return new LeftOut(moved, losses);
  }

  /**
   * Returns the change of each training example's own loss when it is removed, to first order: wᵢ
   * ∇ℓᵢᵀ H⁻¹ ∇ℓᵢ ≥ 0.
   *
   * @throws TouchstoneException if the head has too many weights, and too many examples, for exact
   *     leverages
   */
  public double[] selfInfluence() {
    Matrix all = leverages();
    double[] influence = new double[size()];
    int k = classes();
    for (int i = 0; i < influence.length; i++) {
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          influence[i] += residuals.get(i, a) * all.get(i, a * k + b) * residuals.get(i, b);
        }
      }
    }
    return influence;
  }

  /**
   * Returns what every training example adds to the logits of another example (Yeh et al. 2018,
   * theorem 3.1): −wᵢ (xᵢᵀ R⁻¹ x) (Pᵢ − Tᵢ), with R the ridge of each feature. At the optimum the
   * sum over all of them is the example's {@link #logits}; of a head with audit examples these add
   * the rest.
   *
   * @param example its representation, d numbers
   * @return n × k
   */
  public Matrix representerValues(double... example) {
    Matrix row = Matrix.of(1, example.length, example);
    Matrix alike =
        overRidges(
            Matrix.of(
                features() + 1, 1, standardisation.apply(RowSource.of(row)).toMatrix().values()));
    Matrix kernel = objective.x.product(alike);
    Matrix values = Matrix.zeros(size(), classes());
    for (int i = 0; i < size(); i++) {
      for (int c = 0; c < classes(); c++) {
        values.set(i, c, -objective.weights[i] * kernel.get(i, 0) * residuals.get(i, c));
      }
    }
    return values;
  }

  /** R⁻¹ B. */
  Matrix overRidges(Matrix right) {
    Matrix over = right.copy();
    for (int j = 0; j < over.rows(); j++) {
      for (int c = 0; c < over.columns(); c++) {
        over.set(j, c, right.get(j, c) / objective.ridges[j]);
      }
    }
    return over;
  }

  /** wᵢ (xᵢᵀ R⁻¹ xᵢ) ‖Pᵢ − Tᵢ‖²: self-influence with the ridge in the place of the Hessian. */
  double[] ridgedSelfInfluence() {
    Matrix lengths = objective.x.quadraticForms(Leverages.inverseRidge(objective));
    double[] influence = new double[size()];
    for (int i = 0; i < influence.length; i++) {
      double squared = 0;
      for (int c = 0; c < classes(); c++) {
        squared += residuals.get(i, c) * residuals.get(i, c);
      }
      influence[i] = objective.weights[i] * lengths.get(i, 0) * squared;
    }
    return influence;
  }

  /**
   * Returns the change of the mean loss of other examples when each training example is removed, to
   * first order. One solve and one product for all n.
   *
   * @param representation m × d
   * @param classesOfThese their m labels
   * @throws TouchstoneException if the solve did not converge
   */
  public double[] influenceOnLoss(Matrix representation, int... classesOfThese) {
    return scores(direction(representation, classesOfThese), residuals);
  }

  /**
   * Returns the same, to one Newton step with exact leverage instead of first order: closer to
   * retraining where single examples have high leverage.
   *
   * @throws TouchstoneException if the head has too many weights, and too many examples, for exact
   *     leverages, or the solve did not converge
   */
  public double[] removalEffectOnLoss(Matrix representation, int... classesOfThese) {
    return scores(direction(representation, classesOfThese), correctedResiduals());
  }

  /**
   * Returns what a unit more of class c among a training example's targets would change in the mean
   * loss of other examples, to first order: wᵢ xᵢS. Relabelling example i from a to b changes it by
   * the difference of columns b and a.
   *
   * @param representation m × d
   * @param targets m × k
   * @return n × k
   * @throws TouchstoneException if the solve did not converge
   */
  public Matrix relabellingEffects(RowSource representation, Matrix targets) {
    InverseHessianProduct direction = directionOfMeanLoss(representation, targets);
    requireConverged(direction);
    return relabellingEffects(direction);
  }

  /** H⁻¹ times the gradient of the mean loss of other examples. */
  InverseHessianProduct directionOfMeanLoss(RowSource representation, Matrix targets) {
    return inverseHessianProducts(List.of(gradientOfMeanLoss(representation, targets))).get(0);
  }

  /** H⁻¹ times the gradient of a weighted mean of the losses of other examples. */
  InverseHessianProduct directionOfMeanLoss(
      RowSource representation, Matrix targets, double[] counting) {
    return inverseHessianProducts(List.of(gradientOfMeanLoss(representation, targets, counting)))
        .get(0);
  }

  /**
   * Returns the same along a direction S that is already known: wᵢ xᵢS.
   *
   * @param direction of {@link #inverseHessianProducts}
   * @return n × k
   */
  public Matrix relabellingEffects(InverseHessianProduct direction) {
    Matrix all = objective.x.product(direction.solution());
    Matrix effects = Matrix.zeros(size(), classes());
    for (int i = 0; i < effects.values().length; i++) {
      effects.values()[i] = objective.weights[i / classes()] * all.values()[i];
    }
    return effects;
  }

  /** P − T of the training examples, n × k; not a copy. */
  Matrix residuals() {
    return residuals;
  }

  /** (I − DᵢJᵢ)⁻¹ (Pᵢ − Tᵢ) of every training example, n × k. */
  Matrix correctedResiduals() {
    Matrix all = leverages();
    Matrix corrected = Matrix.zeros(size(), classes());
    for (int i = 0; i < size(); i++) {
      System.arraycopy(correctedResidual(i, all), 0, corrected.values(), i * classes(), classes());
    }
    return corrected;
  }

  /** S = H⁻¹ ∇Q, where Q is the mean loss of some examples. */
  private Matrix direction(Matrix representation, int[] classesOfThese) {
    if (classesOfThese.length == 0 || classesOfThese.length != representation.rows()) {
      throw new IllegalArgumentException(
          representation.rows() + " examples and " + classesOfThese.length + " labels");
    }
    Matrix targets = HeadData.oneHot(classesOfThese, classes());
    InverseHessianProduct product = directionOfMeanLoss(RowSource.of(representation), targets);
    requireConverged(product);
    return product.solution();
  }

  static void requireConverged(InverseHessianProduct product) {
    product.requireConverged("use a larger ridge");
  }

  /**
   * Returns the gradient by the head's weights of the mean loss of other examples.
   *
   * @param representation m × d
   * @param targets m × k
   * @return (d+1) × k
   */
  public Matrix gradientOfMeanLoss(RowSource representation, Matrix targets) {
    double[] alike = new double[targets.rows()];
    Arrays.fill(alike, 1);
    return gradientOfMeanLoss(representation, targets, alike);
  }

  /**
   * Returns the same of a weighted mean, Σ cⱼ ℓⱼ / Σ cⱼ.
   *
   * @param counting m weights c, none negative and not all 0
   */
  Matrix gradientOfMeanLoss(RowSource representation, Matrix targets, double[] counting) {
    int k = classes();
    double[] t = targets.values();
    double total = Arrays.stream(counting).sum();
    try (DesignMatrix x = objective.algebra.design(standardisation.apply(representation))) {
      return x.sandwich(
          weights,
          (from, to, rows) -> {
            for (int i = from; i < to; i++) {
              int at = (i - from) * k;
              objective.loss.predict(rows, at, t, i * k, k);
              for (int c = 0; c < k; c++) {
                rows[at + c] = (rows[at + c] - t[i * k + c]) * (counting[i] / total);
              }
            }
          });
    }
  }

  /**
   * Returns the gradients by the head's weights of the losses of single examples, xⱼ ⊗ (pⱼ − tⱼ).
   *
   * @param representation m × d, few rows
   * @param targets m × k
   * @return m matrices of (d+1) × k
   */
  public List<Matrix> gradientsOfLosses(Matrix representation, Matrix targets) {
    Matrix x = standardisation.apply(RowSource.of(representation)).toMatrix();
    Matrix gaps = logits(representation);
    int k = classes();
    List<Matrix> gradients = new ArrayList<>();
    for (int i = 0; i < x.rows(); i++) {
      objective.loss.predict(gaps.values(), i * k, targets.values(), i * k, k);
      Matrix gradient = Matrix.zeros(x.columns(), k);
      for (int j = 0; j < x.columns(); j++) {
        for (int c = 0; c < k; c++) {
          gradient.set(j, c, x.get(i, j) * (gaps.get(i, c) - targets.get(i, c)));
        }
      }
      gradients.add(gradient);
    }
    return gradients;
  }

  /**
   * Returns H⁻¹ B for each right-hand side B, by a Cholesky factor of the Hessian or by conjugate
   * gradients, whichever takes less: one factor serves many, and one product needs none. Where
   * conjugate gradients have taken as long as a factor of nearly the Hessian would, that is made
   * and they go on with it.
   *
   * @param rightHandSides each (d+1) × k
   * @return as many, each with its residual; see {@link InverseHessianProduct#converged}
   */
  public List<InverseHessianProduct> inverseHessianProducts(List<Matrix> rightHandSides) {
    return inverseHessianProducts(rightHandSides, TOLERANCE);
  }

  /**
   * Returns the same to another tolerance.
   *
   * @param rightHandSides each (d+1) × k
   * @param tolerance the largest relative residual with which conjugate gradients end, and which is
   *     accepted
   * @return as many, each with its residual; see {@link InverseHessianProduct#converged}
   */
  public List<InverseHessianProduct> inverseHessianProducts(
      List<Matrix> rightHandSides, double tolerance) {
    for (Matrix right : rightHandSides) {
      if (right.rows() != objective.features() || right.columns() != classes()) {
        throw new IllegalArgumentException(
            "a right-hand side of this head is %d x %d, was given a %s"
                .formatted(objective.features(), classes(), right));
      }
    }
    if (isFactored() || factoringPays(rightHandSides.size())) {
      return byFactor(rightHandSides);
    }
    return iterated(rightHandSides, tolerance, MOST_CG_STEPS);
  }

  /** By conjugate gradients, with these limits. */
  List<InverseHessianProduct> iterated(
      List<Matrix> rightHandSides, double tolerance, int mostSteps) {
    FactoredPreconditioner factorable = FactoredPreconditioner.of(objective, predictions);
    UnaryOperator<Matrix> factored = null;
    int atOnce = Math.max(1, COLUMNS_AT_ONCE / classes());
    List<InverseHessianProduct> products = new ArrayList<>();
    for (int from = 0; from < rightHandSides.size(); from += atOnce) {
      List<Matrix> batch =
          rightHandSides.subList(from, Math.min(rightHandSides.size(), from + atOnce));
      List<InverseHessianProduct> found = List.of();
      if (factored == null) {
        // As in ski rental: what is rented until now costs as much as buying.
        double step = 4.0 * objective.x.rows() * objective.unknowns() * batch.size();
        int rented = (int) Math.min(mostSteps, Math.ceil(factorable.operations() / step));
        found = new ConjugateGradients(objective, predictions, tolerance, rented).solve(batch);
        if (rented < mostSteps
            && !found.stream().allMatch(p -> p.relativeResidual() <= tolerance)) {
          factored = factorable.factored();
        }
      }
      if (factored != null) {
        found = withFactor(factored, batch, found, tolerance, mostSteps);
      }
      found.forEach(product -> products.add(product.acceptedAt(tolerance)));
    }
    return products;
  }

  /** By conjugate gradients on a factor, from where they were without. */
  private List<InverseHessianProduct> withFactor(
      UnaryOperator<Matrix> factored,
      List<Matrix> batch,
      List<InverseHessianProduct> found,
      double tolerance,
      int mostSteps) {
    ConjugateGradients solver =
        new ConjugateGradients(
            objective, predictions, factored, (direction, curved) -> {}, tolerance, mostSteps);
    if (found.isEmpty()) {
      return solver.solve(batch);
    }
    List<InverseHessianProduct> further =
        solver.solve(batch, found.stream().map(InverseHessianProduct::solution).toList());
    List<InverseHessianProduct> all = new ArrayList<>();
    for (int i = 0; i < further.size(); i++) {
      all.add(further.get(i).after(found.get(i).steps()));
    }
    return all;
  }

  /** By a Cholesky factor of the Hessian. */
  List<InverseHessianProduct> byFactor(List<Matrix> rightHandSides) {
    List<InverseHessianProduct> products = new ArrayList<>();
    for (Matrix right : rightHandSides) {
      Matrix solution = objective.solve(factor(), right);
      products.add(
          new InverseHessianProduct(
              solution, relativeResidual(solution, right), 0, "Cholesky factor"));
    }
    return products;
  }

  private double relativeResidual(Matrix solution, Matrix right) {
    double[] product = objective.hessianTimes(predictions, solution).values();
    double gap = 0;
    double norm = 0;
    for (int i = 0; i < product.length; i++) {
      gap += Math.pow(product[i] - right.values()[i], 2);
      norm += Math.pow(right.values()[i], 2);
    }
    return norm == 0 ? 0 : Math.sqrt(gap / norm);
  }

  private synchronized boolean isFactored() {
    return factor != null;
  }

  private boolean factoringPays(int rightHandSides) {
    double side = objective.hessianSide();
    double rows = objective.x.rows();
    double factoring = rows * side * side + side * side * side / 3;
    double steps =
        objective.loss.isQuadratic() && objective.spectrum().isComplete() ? 3 : USUAL_CG_STEPS;
    return side <= Leverages.MOST_UNKNOWNS
        && factoring < rightHandSides * steps * 4 * rows * objective.unknowns();
  }

  /** wᵢ rowsum((XS) ∘ V): the per-example gradients xᵢ ⊗ vᵢ are never materialised. */
  double[] scores(Matrix direction, Matrix v) {
    Matrix xs = objective.x.product(direction);
    double[] scores = new double[size()];
    for (int i = 0; i < scores.length; i++) {
      double sum = 0;
      for (int c = 0; c < classes(); c++) {
        sum += xs.get(i, c) * v.get(i, c);
      }
      scores[i] = objective.weights[i] * sum;
    }
    return scores;
  }

  /** (I − DᵢJᵢ)⁻¹ (Pᵢ − Tᵢ): the residual as the Hessian without example i sees it. */
  private double[] correctedResidual(int i, Matrix leverages) {
    int k = classes();
    double[] system = new double[k * k];
    double[] column = new double[k];
    double[] right = new double[k];
    for (int b = 0; b < k; b++) {
      for (int a = 0; a < k; a++) {
        column[a] = leverages.get(i, a * k + b);
      }
      objective.loss.curve(predictions.values(), i * k, column, 0, k);
      for (int a = 0; a < k; a++) {
        system[a * k + b] = (a == b ? 1 : 0) - column[a];
      }
      right[b] = residuals.get(i, b);
    }
    return SmallSystem.solve(system, right);
  }

  private synchronized CholeskyFactor factor() {
    CholeskyFactor present = factor;
    if (present == null) {
      present = objective.algebra.cholesky(objective.hessian(predictions));
      factor = present;
    }
    return present;
  }

  /** Jᵢ = wᵢ (I ⊗ xᵢ)ᵀ H⁻¹ (I ⊗ xᵢ), k × k for every example: n × k². */
  private synchronized Matrix leverages() {
    Matrix present = leverages;
    if (present == null) {
      present = computeLeverages();
      leverages = present;
    }
    return present;
  }

  private Matrix computeLeverages() {
    long primal = Leverages.primalUnknowns(objective);
    long dual = Leverages.dualUnknowns(objective);
    if (Math.min(primal, dual) > Leverages.MOST_UNKNOWNS) {
      long rank = primal / objective.features();
      throw new TouchstoneException(
          "exact leverages need the inverse of a %,d x %,d Hessian (%,d features with the bias, times %d for %d classes) or of its dual (%,d examples, times %d); at most %,d are accepted: give this head a representation of at most %,d features or at most %,d training points, or use TrainingLoss or KohLiangInfluence, which need no leverages"
              .formatted(
                  primal,
                  primal,
                  objective.features(),
                  rank,
                  classes(),
                  objective.x.rows(),
                  rank,
                  Leverages.MOST_UNKNOWNS,
                  Leverages.MOST_UNKNOWNS / rank - 1,
                  Leverages.MOST_UNKNOWNS / rank));
    }
    return primal <= dual
        ? Leverages.primal(objective, predictions)
        : Leverages.dual(objective, predictions);
  }

  @Override
  public String toString() {
    return "head of " + classes() + " classes on " + size() + " examples";
  }
}
