package dev.touchstone.influence;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Suspects by any {@link InfluenceEstimator}, such as TracIn: without audit data the points whose
 * own loss would rise most without them, with audit data those without which the mean audit loss
 * would fall most. Proposes no labels; {@link KohLiangInfluence} does.
 *
 * <pre>{@code
 * EstimatedInfluence.by(TracIn.withDefaults()).onLossOf(audit)
 * }</pre>
 */
public final class EstimatedInfluence implements MislabelDetector {
  private final InfluenceEstimator estimator;
  private final @Nullable AuditSet audit;

  private EstimatedInfluence(InfluenceEstimator estimator, @Nullable AuditSet audit) {
    this.estimator = estimator;
    this.audit = audit;
  }

  /** Suspects by an estimator's self-influence. */
  public static EstimatedInfluence by(InfluenceEstimator estimator) {
    return new EstimatedInfluence(estimator, null);
  }

  /**
   * Suspects by influence on the mean loss of audit data, whose labels are known to be right. All
   * of them count alike.
   *
   * @param trusted not part of the training data
   */
  public EstimatedInfluence onLossOf(AuditSet trusted) {
    return new EstimatedInfluence(estimator, trusted);
  }

  @Override
  public String name() {
    return (audit == null ? "self-influence, " : "influence on audit loss, ") + estimator.name();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(estimator.settings());
    if (audit != null) {
      settings.put("audit data", audit.data().name());
      settings.put("audit sha256", audit.sha256());
    }
    return settings;
  }

  @Override
  public int checkpointsEvery() {
    return estimator.checkpointsEvery();
  }

  @Override
  public void check(Dataset training) {
    if (audit != null) {
      KohLiangInfluence.withDefaults().onLossOf(audit).check(training);
    }
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    if (audit == null) {
      LabelIssues issues = LabelIssues.ranked(estimator.selfInfluence(context));
      return estimator.predictions(context).map(issues::proposingLargest).orElse(issues);
    }
    InfluenceScores.Mean mean = estimator.scores(context, audit.data()).meanSolved();
    double[] falls = new double[mean.scores().length];
    Arrays.setAll(falls, i -> -mean.scores()[i]);
    LabelIssues issues = LabelIssues.ranked(falls);
    LabelIssues solved = mean.product().map(issues::solvedBy).orElse(issues);
    return mean.remark().map(solved::remarking).orElse(solved);
  }

  @Override
  public String toString() {
    return name();
  }
}
