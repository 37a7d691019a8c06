package dev.touchstone.guiding.repair;

import dev.touchstone.data.AuditSet;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * Fits the last layer to the audit set alone, each of its groups counting alike (Kirichenko et al.
 * 2023, "Last Layer Re-Training is Sufficient for Robustness to Spurious Correlations", deep
 * feature reweighting): a group is a label beside what the concepts to ignore are.
 *
 * <pre>min_W Σⱼ cⱼ wⱼ CE(ỹⱼ, x̃ⱼW) / m + ½ λ ‖W‖²</pre>
 *
 * <p>cⱼ is how sure the expert is, wⱼ one over the size of the example's group. The paper averages
 * fits to subsets in which all groups are of one size; weights use all examples at once.
 *
 * @param ridge λ
 */
public record LastLayerRetraining(double ridge) implements ModelRepair {
  private static final double DEFAULT_RIDGE = 0.01;
  private static final String WHO = "LastLayerRetraining";

  /** Refuses a ridge that is not positive. */
  public LastLayerRetraining {
    if (!(ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the ridge must be positive, was " + ridge);
    }
  }

  /** Makes it with λ = {@value #DEFAULT_RIDGE}. */
  public static LastLayerRetraining withDefaults() {
    return new LastLayerRetraining(DEFAULT_RIDGE);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public LastLayerRetraining withRidge(double lambda) {
    return new LastLayerRetraining(lambda);
  }

  /**
   * {@inheritDoc}
   *
   * @throws TouchstoneException if the audit set lacks a class, or does not say what a concept to
   *     ignore is in its examples, or the same of all
   */
  @Override
  public RepairedModel repair(RepairTask task, RunContext context) {
    ClassShares.requireKept(task, "GuidedErasure.withDefaults()");
    AuditSet audit = task.audit();
    if (!audit.classesWithoutExamples().isEmpty()) {
      throw new TouchstoneException(
          "%s has no example of %s, and LastLayerRetraining learns from nothing else; audit some, or repair with GuidedErasure, which has the training data, too"
              .formatted(audit, audit.classesWithoutExamples()));
    }
    double[] weights = AuditedAttributes.groups(audit, task.ignored(), WHO).alike();
    double[] confidence = audit.confidence();
    Arrays.setAll(weights, j -> confidence[j] * weights[j]);
    HeadData data =
        HeadData.of(
                RowSource.of(Represented.by(task.model(), WHO, context).of(audit.data())),
                audit.data().labels(),
                audit.data().classNames().size())
            .weightedBy(weights)
            .computedOn(context.settings().device());
    return RepairedModel.of(
        task, LinearLayer.of(LogisticHead.withDefaults().withRidge(ridge).fit(data)), toString());
  }

  @Override
  public String toString() {
    return "last layer retrained on the audit set: ridge " + ridge;
  }
}
