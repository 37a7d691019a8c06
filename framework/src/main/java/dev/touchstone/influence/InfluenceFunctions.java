package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
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

  private final boolean leverage;

  private InfluenceFunctions(boolean leverage) {
    this.leverage = leverage;
  }

  /** Estimates to first order. */
  public static InfluenceFunctions withDefaults() {
    return new InfluenceFunctions(false);
  }

  /** Estimates by a whole Newton step, with exact leverages. */
  public InfluenceFunctions withLeverage() {
    return new InfluenceFunctions(true);
  }

  @Override
  public String name() {
    return leverage ? "influence functions with leverage" : "influence functions";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("order", leverage ? "Newton step" : "first");
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
        for (int from = 0; from < test(); from += atOnce) {
          int to = Math.min(test(), from + atOnce);
          visitor.accept(block(head, residuals, representation, test, from, to));
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
        InverseHessianProduct product = head.inverseHessianProducts(List.of(gradient)).get(0);
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

  /** How many test examples fit: scores, XS, and a few matrices of the head's size each. */
  static int atOnce(FittedHead head, RunContext run) {
    long bytes = run.settings().memoryBytes() / SHARE_OF_MEMORY;
    long each =
        Double.BYTES
            * ((long) head.size() * (head.classes() + 1)
                + 8L * (head.features() + 1) * head.classes());
    return (int) Math.max(1, Math.min(256, bytes / each));
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
      FittedHead head, Matrix residuals, RowSource representation, Dataset test, int from, int to) {
    List<Matrix> gradients = gradients(head, representation, test, from, to);
    Matrix scores = Matrix.zeros(head.size(), to - from);
    double largest = 0;
    int steps = 0;
    List<InverseHessianProduct> products = head.inverseHessianProducts(gradients);
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
  public String toString() {
    return name();
  }
}
