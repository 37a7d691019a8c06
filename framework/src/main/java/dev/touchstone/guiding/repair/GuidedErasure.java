package dev.touchstone.guiding.repair;

import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Erases what should not matter from the representation, and fits the last layer again on what is
 * left: on the training data, each label and each side of an ignored concept counting alike, and on
 * the audit set.
 *
 * <pre>L(W) = (1/n) Σᵢ wᵢ CE(yᵢ, x'ᵢW) + a (1/m) Σⱼ cⱼ CE(ỹⱼ, x̃'ⱼW) + ½ λ ‖W‖²</pre>
 *
 * <p>x' is the z-scored representation after {@link ConceptErasure}, wᵢ one over the size of the
 * example's pseudo-group: its label, and whether the ignored concept is read in it. Both steps are
 * affine in the representation, so that they fold into one last layer. cⱼ is how sure the expert
 * is. A rare class counts as much as the others then, and its probability is larger than it is
 * often; {@link #keepingClassShares()} is for models whose probabilities mean something.
 *
 * <p>The concepts' examples must show the ignored concept apart from the label: erased is whatever
 * goes along with it there.
 *
 * @param erasure how concepts are erased
 * @param ridge λ
 * @param auditStrength a
 * @param keepsClassShares whether classes count as often as they are in training, and not alike
 */
public record GuidedErasure(
    ConceptErasure erasure, double ridge, double auditStrength, boolean keepsClassShares)
    implements ModelRepair {
  private static final double DEFAULT_RIDGE = 0.01;
  private static final double DEFAULT_AUDIT_STRENGTH = 0.3;

  /** Refuses a ridge that is not positive, and an audit strength that is negative. */
  public GuidedErasure {
    if (!(ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the ridge must be positive, was " + ridge);
    }
    if (!(auditStrength >= 0 && auditStrength < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the audit's strength must be 0 or more, was " + auditStrength);
    }
  }

  /**
   * Makes a repair with λ = {@value #DEFAULT_RIDGE}, a = {@value #DEFAULT_AUDIT_STRENGTH} and
   * {@link ConceptErasure#withDefaults()}, in which all classes count alike.
   */
  public static GuidedErasure withDefaults() {
    return new GuidedErasure(
        ConceptErasure.withDefaults(), DEFAULT_RIDGE, DEFAULT_AUDIT_STRENGTH, false);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public GuidedErasure withRidge(double lambda) {
    return new GuidedErasure(erasure, lambda, auditStrength, keepsClassShares);
  }

  /**
   * Returns a copy in which the audit set counts as much as {@code share} of the training data; 0
   * for not at all.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GuidedErasure withAuditStrength(double share) {
    return new GuidedErasure(erasure, ridge, share, keepsClassShares);
  }

  /** Returns a copy that erases in another way. */
  public GuidedErasure withErasure(ConceptErasure other) {
    return new GuidedErasure(other, ridge, auditStrength, keepsClassShares);
  }

  /**
   * Returns a copy in which classes count as often as they are in training, also where the audit
   * set has them in other shares: wᵢ balances the sides of the ignored concept within each label.
   * Probabilities, and a threshold that was chosen for them, keep their meaning.
   */
  public GuidedErasure keepingClassShares() {
    return new GuidedErasure(erasure, ridge, auditStrength, true);
  }

  @Override
  public RepairedModel repair(RepairTask task, RunContext context) {
    if (!keepsClassShares) {
      ClassShares.requireKept(task, "GuidedErasure.withDefaults()");
    }
    Represented represented = Represented.by(task.model(), "GuidedErasure", context);
    AnnotatedConcepts concepts = task.concepts().only(task.ignored().toArray(String[]::new));
    Matrix raw = represented.of(task.training());
    Scaling scaling = Scaling.of(raw);
    LinearLayer layer =
        layer(
            scaling.apply(raw),
            task.training().labels(),
            task.training().trainingWeights().orElse(null),
            scaling.apply(represented.of(concepts.data())),
            concepts,
            scaling.apply(represented.of(task.audit().data())),
            task.audit().data().labels(),
            task.audit().confidence(),
            task.training().classNames().size(),
            context.settings().device());
    return RepairedModel.of(task, scaling.before(layer), toString());
  }

  /** The layer on z-scored representations that are not erased. */
  LinearLayer layer(
      Matrix training,
      int[] labels,
      double @Nullable [] trainingWeights,
      Matrix examples,
      AnnotatedConcepts concepts,
      Matrix audit,
      int[] auditLabels,
      double[] confidence,
      int classes,
      String device) {
    double[] weights =
        PseudoGroups.weights(
            labels,
            classes,
            trainingWeights,
            keepsClassShares,
            concepts,
            ConceptLayer.fit(examples, concepts, ridge).scores(training),
            IntStream.range(0, concepts.size()).toArray());
    Erasure erased = erasure.fit(RowSource.of(examples), concepts.values());
    HeadData data =
        HeadData.of(erased.apply(RowSource.of(training)), labels, classes)
            .weightedBy(weights)
            .computedOn(device);
    if (auditStrength > 0) {
      data =
          data.withAudit(
              erased.apply(RowSource.of(audit)),
              HeadData.oneHot(auditLabels, classes),
              keepsClassShares
                  ? ClassShares.ofTraining(labels, classes, auditLabels, confidence)
                  : confidence,
              auditStrength);
    }
    FittedHead head = LogisticHead.withDefaults().withRidge(ridge).fit(data);
    return erased.before(LinearLayer.of(head));
  }

  @Override
  public String toString() {
    return "guided with erasure: %s; ridge %s, audit %s%s"
        .formatted(erasure, ridge, auditStrength, keepsClassShares ? ", class shares kept" : "");
  }
}
