package dev.touchstone.guiding.repair;

import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Repairs a regressor as {@link GuidedErasure} does a classifier: what should not matter is erased
 * from the representation, and the last layer is fitted again on what is left, a ridge regression
 * on the training data and the audit set.
 *
 * <pre>L(w) = (1/n) Σᵢ ½ (x'ᵢw − yᵢ)² + a (1/m) Σⱼ cⱼ ½ (x̃'ⱼw − ỹⱼ)² + ½ λ ‖w‖²</pre>
 *
 * <p>x' is the z-scored representation after {@link ConceptErasure}, and values are in units of
 * their standard deviation. There are no classes whose sides of the concept could count alike: a
 * linear layer on what is erased has no covariance with the concept, whatever goes along with it
 * among the concept's examples.
 *
 * @param erasure how concepts are erased
 * @param ridge λ
 * @param auditStrength a
 */
public record ErasedValues(ConceptErasure erasure, double ridge, double auditStrength) {
  private static final double DEFAULT_RIDGE = 0.01;
  private static final double DEFAULT_AUDIT_STRENGTH = 0.3;

  /** Refuses a ridge that is not positive, and an audit strength that is negative. */
  public ErasedValues {
    ridge = new RidgeHead(ridge).ridge();
    if (!(auditStrength >= 0 && auditStrength < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the audit's strength must be 0 or more, was " + auditStrength);
    }
  }

  /**
   * Makes a repair with λ = {@value #DEFAULT_RIDGE}, a = {@value #DEFAULT_AUDIT_STRENGTH} and
   * {@link ConceptErasure#withDefaults()}.
   */
  public static ErasedValues withDefaults() {
    return new ErasedValues(ConceptErasure.withDefaults(), DEFAULT_RIDGE, DEFAULT_AUDIT_STRENGTH);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public ErasedValues withRidge(double lambda) {
    return new ErasedValues(erasure, lambda, auditStrength);
  }

  /**
   * Returns a copy in which the audit set counts as much as {@code share} of the training data; 0
   * for not at all.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public ErasedValues withAuditStrength(double share) {
    return new ErasedValues(erasure, ridge, share);
  }

  /** Returns a copy that erases in another way. */
  public ErasedValues withErasure(ConceptErasure other) {
    return new ErasedValues(other, ridge, auditStrength);
  }

  /**
   * Repairs a regressor.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model does not show what its
   *     last layer sees
   * @throws TouchstoneException for training values that are all the same, and a concept that the
   *     representation does not vary with
   */
  public RepairedRegressor repair(ValueRepairTask task, RunContext context) {
    Represented represented = Represented.by(task.model(), "ErasedValues", context);
    AnnotatedConcepts concepts = task.concepts().only(task.ignored().toArray(String[]::new));
    Matrix raw = represented.of(task.training());
    Scaling scaling = Scaling.of(raw);
    LinearLayer layer =
        layer(
            scaling.apply(raw),
            task.training().targets(),
            scaling.apply(represented.of(concepts.data())),
            concepts,
            scaling.apply(represented.of(task.audit().data())),
            task.audit().data().targets(),
            task.audit().confidence(),
            context.settings().device());
    return new RepairedRegressor(task, scaling.before(layer), toString());
  }

  /** The layer on z-scored representations that are not erased. */
  LinearLayer layer(
      Matrix training,
      double[] values,
      Matrix examples,
      AnnotatedConcepts concepts,
      Matrix audit,
      double[] auditValues,
      double[] confidence,
      String device) {
    ValueUnit unit = ValueUnit.of(values, "the training data");
    Erasure erased = erasure.fit(RowSource.of(examples), concepts.values());
    HeadData data =
        HeadData.of(erased.apply(RowSource.of(training)), unit.standardised(values))
            .computedOn(device);
    if (auditStrength > 0) {
      data =
          data.withAudit(
              erased.apply(RowSource.of(audit)),
              unit.standardised(auditValues),
              confidence,
              auditStrength);
    }
    return unit.restored(erased.before(LinearLayer.of(new RidgeHead(ridge).fit(data))));
  }

  @Override
  public String toString() {
    return "values with erasure: %s; ridge %s, audit %s".formatted(erasure, ridge, auditStrength);
  }
}
