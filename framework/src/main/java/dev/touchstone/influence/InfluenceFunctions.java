package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Influence functions (Koh and Liang 2017, equation 2; thesis, equation 3.1) with the exact Hessian
 * of the head: wᵢ ∇ℓ(test)ᵀ H⁻¹ ∇ℓᵢ.
 *
 * <p>To first order by default; {@link #withLeverage} takes the whole Newton step without the
 * example, which predicts retraining better where single examples have high leverage.
 */
public final class InfluenceFunctions implements InfluenceEstimator {
  /** Test examples that are solved for together have a share of the budget. */
  private static final int SHARE_OF_MEMORY = 8;

  /** As many test examples at most are solved for together. */
  private static final int MOST_AT_ONCE = 1024;

  private final boolean leverage;
  private final double tolerance;

  private InfluenceFunctions(boolean leverage, double tolerance) {
    this.leverage = leverage;
    this.tolerance = tolerance;
  }

  /** Estimates to first order. */
  public static InfluenceFunctions withDefaults() {
    return new InfluenceFunctions(false, FittedHead.TOLERANCE);
  }

  /** Estimates by a whole Newton step, with exact leverages. */
  public InfluenceFunctions withLeverage() {
    return new InfluenceFunctions(true, tolerance);
  }

  /**
   * Returns a copy whose inverse-Hessian products may have another relative residual ‖B − HS‖/‖B‖
   * than 1e-10. A larger one saves steps where there are many weights; every block of scores says
   * what it was.
   *
   * @throws IllegalArgumentException unless it is above 0 and below 1, of which no step would be
   *     needed
   */
  public InfluenceFunctions withTolerance(double largestResidual) {
    if (!(largestResidual > 0 && largestResidual < 1)) {
      throw new IllegalArgumentException(
          "a tolerance is a residual above 0 and below 1, such as 1e-6, was " + largestResidual);
    }
    return new InfluenceFunctions(leverage, largestResidual);
  }

  @Override
  public String name() {
    return leverage ? "influence functions with leverage" : "influence functions";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("order", leverage ? "Newton step" : "first");
    if (tolerance != FittedHead.TOLERANCE) {
      settings.put("largest residual", Double.toString(tolerance));
    }
    return settings;
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    FittedHead head = context.head();
    context.requireSuits(test);
    RowSource representation = context.encoder().encode(test);
    int atOnce = atOnce(head, context.run());
    Matrix residuals = leverage ? head.correctedResiduals() : head.residuals();
    return new InfluenceScores(head.size(), test.size()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        // What a factor costs is shared by all that are solved for together.
        int together = solvedAtOnce(head, context.run());
        for (int first = 0; first < test(); first += together) {
          int last = Math.min(test(), first + together);
          List<InverseHessianProduct> products =
              head.inverseHessianProducts(
                  gradients(head, representation, test, first, last), tolerance);
          for (int from = first; from < last; from += atOnce) {
            int to = Math.min(last, from + atOnce);
            visitor.accept(
                block(head, residuals, from, products.subList(from - first, to - first)));
          }
        }
      }

      @Override
      public double[] mean() {
        return meanSolved().scores();
      }

      @Override
      public Mean meanSolved() {
        // Scores are linear in the test loss's gradient: one solve for all.
        Matrix targets = HeadData.oneHot(test.labels(), head.classes());
        Matrix gradient = head.gradientOfMeanLoss(representation, targets);
        InverseHessianProduct product =
            head.inverseHessianProducts(List.of(gradient), tolerance).get(0);
        FittedHead.requireConverged(product);
        return new Mean(head.scores(product.solution(), residuals), Optional.of(product));
      }
    };
  }

  /** To first order, whatever the order of the scores. */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    return context.head().selfInfluence();
  }

  /** How many test examples' scores fit, and XS beside them. */
  static int atOnce(FittedHead head, RunContext run) {
    return fitting(run, (long) head.size() * (head.classes() + 1), 256);
  }

  /** How many test examples are solved for together: a few matrices of the head's size each. */
  private static int solvedAtOnce(FittedHead head, RunContext run) {
    return fitting(run, 8L * (head.features() + 1) * head.classes(), MOST_AT_ONCE);
  }

  private static int fitting(RunContext run, long doublesEach, int most) {
    long bytes = run.settings().memoryBytes() / SHARE_OF_MEMORY;
    return (int) Math.max(1, Math.min(most, bytes / (Double.BYTES * doublesEach)));
  }

  /** The gradients of the losses of some test examples by the head's weights. */
  static List<Matrix> gradients(
      FittedHead head, RowSource representation, Dataset test, int from, int to) {
    Matrix rows = Matrix.zeros(to - from, representation.columns());
    representation.read(from, to, rows.values());
    int[] labels = new int[to - from];
    for (int j = 0; j < labels.length; j++) {
      labels[j] = test.label(from + j);
    }
    return head.gradientsOfLosses(rows, HeadData.oneHot(labels, head.classes()));
  }

  private static InfluenceScores.Block block(
      FittedHead head, Matrix residuals, int from, List<InverseHessianProduct> products) {
    Matrix scores = Matrix.zeros(head.size(), products.size());
    double largest = 0;
    int steps = 0;
    for (int j = 0; j < products.size(); j++) {
      InverseHessianProduct product = products.get(j);
      FittedHead.requireConverged(product);
      largest = Math.max(largest, product.relativeResidual());
      steps += product.steps();
      double[] column = head.scores(product.solution(), residuals);
      for (int i = 0; i < column.length; i++) {
        scores.set(i, j, column[i]);
      }
    }
    return new InfluenceScores.Block(from, scores, largest, steps);
  }

  @Override
  public Optional<Matrix> predictions(InfluenceContext context) {
    return Optional.of(context.head().predictions());
  }

  @Override
  public String toString() {
    return name();
  }
}
