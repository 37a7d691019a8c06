package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Suspects by influence functions (Koh and Liang 2017; thesis, section 3.4), with the exact Hessian
 * of the multinomial logistic head.
 *
 * <p>Without audit data: self-influence, the change of a point's own loss when it is removed (Koh
 * and Liang, section 5.4). With audit data: how much the mean audit loss <em>falls</em> when the
 * point is removed.
 */
public final class KohLiangInfluence implements MislabelDetector {
  private final @Nullable Dataset audit;

  private KohLiangInfluence(@Nullable Dataset audit) {
    this.audit = audit;
  }

  /** Self-influence. */
  public static KohLiangInfluence withDefaults() {
    return new KohLiangInfluence(null);
  }

  /**
   * Influence on the mean loss of audit data, whose labels are known to be right.
   *
   * @param audit not part of the training data
   * @throws TouchstoneException if it is empty
   */
  public KohLiangInfluence onLossOf(Dataset audit) {
    if (audit.size() == 0) {
      throw new TouchstoneException(audit.name() + " is empty; no influence on no loss");
    }
    return new KohLiangInfluence(audit);
  }

  @Override
  public String name() {
    return audit == null ? "self-influence" : "influence on audit loss";
  }

  @Override
  public Map<String, String> settings() {
    return audit == null
        ? Map.of()
        : Map.of("audit data", audit.name(), "audit sha256", audit.sha256());
  }

  @Override
  public void check(Dataset training) {
    if (audit == null) {
      return;
    }
    if (!Arrays.equals(audit.shape(), training.shape())
        || !audit.classNames().equals(training.classNames())) {
      throw new TouchstoneException(
          "the audit data "
              + audit
              + " have shape "
              + Arrays.toString(audit.shape())
              + " and classes "
              + audit.classNames()
              + ", the training data "
              + training
              + " "
              + Arrays.toString(training.shape())
              + " and "
              + training.classNames());
    }
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < training.size(); i++) {
      positions.put(training.id(i), i);
    }
    for (int i = 0; i < audit.size(); i++) {
      Integer same = positions.get(audit.id(i));
      // Ids may be mere positions in two files, so an overlap is the same id with the same
      // features.
      if (same != null
          && Arrays.equals(
              audit.batch(new int[] {i}).values(), training.batch(new int[] {same}).values())) {
        throw new TouchstoneException(
            "the audit data "
                + audit
                + " overlap the training data "
                + training
                + ": both hold example "
                + audit.id(i)
                + "; split them first");
      }
    }
  }

  @Override
  public double[] suspicion(FittedHead head, Encoder encoder) {
    if (audit == null) {
      return head.selfInfluence();
    }
    double[] influence = head.influenceOnLoss(encoder.encode(audit), audit.labels());
    return Arrays.stream(influence).map(change -> -change).toArray();
  }

  @Override
  public String toString() {
    return name();
  }
}
