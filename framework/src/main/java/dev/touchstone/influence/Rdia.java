package dev.touchstone.influence;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Suspects the points whose relabelling would make the loss on an audit set fall the most (RDIA;
 * Kong, Shen and Huang 2022; thesis, section 6.5): {@code −wᵢ xᵢ S · (qᵢ − Tᵢ)} with S = H⁻¹ ∇ of
 * the mean audit loss.
 *
 * <p>A point is relabelled as RDIA does: its loss −log p(y) becomes −log(1 − p(y)). That is to take
 * for its label what the model predicts of the other classes, q(c) = p(c) / (1 − p(y)), and changes
 * the audit loss by 1 / (1 − p(y)) times what its removal changes; of two classes it is the flip.
 * Proposes the most probable other class, with its share q.
 *
 * @see KohLiangInfluence#onLossOf
 */
public final class Rdia implements MislabelDetector {
  private final AuditSet audit;

  private Rdia(AuditSet audit) {
    this.audit = audit;
  }

  /**
   * Measures by the loss on an audit set; where the expert said how sure each label is, the mean is
   * weighted by it.
   *
   * @param audit none of it in the training data
   */
  public static Rdia with(AuditSet audit) {
    return new Rdia(audit);
  }

  @Override
  public String name() {
    return "RDIA";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("audit data", audit.data().name());
    settings.put("audit sha256", audit.sha256());
    return settings;
  }

  @Override
  public void check(Dataset training) {
    KohLiangInfluence.withDefaults().onLossOf(audit).check(training);
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    FittedHead head = context.head();
    InverseHessianProduct direction =
        head.directionOfMeanLoss(
            context.encoder().encode(audit.data()),
            HeadData.oneHot(audit.data().labels(), head.classes()),
            audit.confidence());
    Matrix changes = head.relabellingEffects(direction);
    Matrix predictions = head.predictions();
    double[] falls = new double[head.size()];
    int[] proposed = new int[falls.length];
    double[] confidence = new double[falls.length];
    for (int i = 0; i < falls.length; i++) {
      double[] others = others(predictions.row(i), head.label(i));
      proposed[i] = HeadData.largest(Matrix.of(1, others.length, others))[0];
      confidence[i] = Math.min(1, others[proposed[i]]);
      falls[i] = changes.get(i, head.label(i));
      for (int c = 0; c < others.length; c++) {
        falls[i] -= changes.get(i, c) * others[c];
      }
    }
    return LabelIssues.ranked(falls).proposing(proposed, confidence).solvedBy(direction);
  }

  /** q: what is predicted of the other classes; all alike where nothing is left of them. */
  private static double[] others(double[] predicted, int label) {
    double[] others = predicted.clone();
    others[label] = 0;
    double left = 0;
    for (double share : others) {
      left += share;
    }
    for (int c = 0; c < others.length; c++) {
      others[c] = c == label ? 0 : left > 0 ? others[c] / left : 1.0 / (others.length - 1);
    }
    return others;
  }

  @Override
  public String toString() {
    return name();
  }
}
