package dev.touchstone.influence;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Suspects by influence functions (Koh and Liang 2017; thesis, section 3.4), with the exact Hessian
 * of the multinomial logistic head.
 *
 * <p>Without audit data: self-influence, the change of a point's own loss when it is removed (Koh
 * and Liang, section 5.4). With audit data: how much the mean audit loss <em>falls</em> when the
 * point is removed; the label proposed is that under which it would fall most, to first order.
 */
public final class KohLiangInfluence implements MislabelDetector {
  private final @Nullable AuditSet audit;

  private KohLiangInfluence(@Nullable AuditSet audit) {
    this.audit = audit;
  }

  /** Measures self-influence. */
  public static KohLiangInfluence withDefaults() {
    return new KohLiangInfluence(null);
  }

  /**
   * Measures influence on the mean loss of audit data, whose labels are known to be right; where
   * the expert said how sure each is, the mean is weighted by it.
   *
   * @param trusted not part of the training data
   */
  public KohLiangInfluence onLossOf(AuditSet trusted) {
    return new KohLiangInfluence(trusted);
  }

  @Override
  public String name() {
    return audit == null ? "self-influence" : "influence on audit loss";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    if (audit == null) {
      settings.put("influence on", "its own loss");
    } else {
      settings.put("audit data", audit.data().name());
      settings.put("audit sha256", audit.sha256());
    }
    return settings;
  }

  @Override
  public void check(Dataset training) {
    if (audit == null) {
      return;
    }
    audit.checkedAgainst(training);
    if (!audit.data().classNames().equals(training.classNames())) {
      throw new TouchstoneException(
          audit
              + " has the classes "
              + audit.data().classNames()
              + ", the training data "
              + training
              + " have "
              + training.classNames()
              + "; read both with the same classes");
    }
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    FittedHead head = context.head();
    if (audit == null) {
      return LabelIssues.ranked(head.selfInfluence()).proposingLargest(head.predictions());
    }
    Matrix targets = HeadData.oneHot(audit.data().labels(), head.classes());
    InverseHessianProduct direction =
        head.directionOfMeanLoss(
            context.encoder().encode(audit.data()), targets, audit.confidence());
    Matrix changes = head.relabellingEffects(direction);
    double[] falls = new double[head.size()];
    Matrix residuals = head.residuals();
    for (int i = 0; i < falls.length; i++) {
      for (int c = 0; c < head.classes(); c++) {
        // What removal changes is what becomes of all classes when the prediction is the target.
        falls[i] -= changes.get(i, c) * residuals.get(i, c);
      }
    }
    for (int i = 0; i < changes.values().length; i++) {
      changes.values()[i] = -changes.values()[i];
    }
    return LabelIssues.ranked(falls)
        .proposing(HeadData.largest(changes), head.predictions())
        .solvedBy(direction);
  }

  @Override
  public String toString() {
    return name();
  }
}
