package dev.touchstone.assertions;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.explanation.ExplanationAgreement;
import dev.touchstone.check.explanation.ExplanationQuality;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.check.explanation.NamedLayer;
import dev.touchstone.check.explanation.WeightSensitivity;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Tolerance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.explanation.ExplanationMetric;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Makes claims about an attribution method on a model and data. Settings come first, the claim
 * last. After {@link #at}, {@link #withDraws} and {@link #eachLayerAlone}, which say how weights
 * are re-initialised, the claim is {@link WeightSensitivityAssert that of sensitivity}.
 */
public final class AttributionAssert extends AbstractExplanationAssert<AttributionAssert> {
  private final Classifier model;
  private final Dataset data;
  private final AttributionMethod method;
  private final WeightSensitivity sensitivity;
  private final UnaryOperator<ExplanationAgreement> agreement;
  private final UnaryOperator<ExplanationQuality> quality;

  AttributionAssert(Classifier model, Dataset data, AttributionMethod method, Draft draft) {
    this(model, data, method, WeightSensitivity.of(method), check -> check, check -> check, draft);
  }

  private AttributionAssert(
      Classifier model,
      Dataset data,
      AttributionMethod method,
      WeightSensitivity sensitivity,
      UnaryOperator<ExplanationAgreement> agreement,
      UnaryOperator<ExplanationQuality> quality,
      Draft draft) {
    super(draft);
    this.model = model;
    this.data = data;
    this.method = method;
    this.sensitivity = sensitivity;
    this.agreement = agreement;
    this.quality = quality;
  }

  @Override
  AttributionAssert about(Draft other) {
    return new AttributionAssert(model, data, method, sensitivity, agreement, quality, other);
  }

  @Override
  public AttributionAssert withExamples(int number) {
    return new AttributionAssert(
        model,
        data,
        method,
        sensitivity.withExamples(number),
        check -> agreement.apply(check).withExamples(number),
        check -> quality.apply(check).withExamples(number),
        draft());
  }

  @Override
  public AttributionAssert explaining(Target target) {
    return new AttributionAssert(
        model,
        data,
        method,
        sensitivity.explaining(target),
        check -> agreement.apply(check).explaining(target),
        check -> quality.apply(check).explaining(target),
        draft());
  }

  /** Says down to which layer weights are re-initialised; the middle one by default. */
  public WeightSensitivityAssert at(NamedLayer layer) {
    return ofWeights().at(layer);
  }

  /** Says how many times weights are re-initialised, at least and by default five. */
  public WeightSensitivityAssert withDraws(int number) {
    return ofWeights().withDraws(number);
  }

  /** Says that each layer is re-initialised alone, and not all from the top down to it. */
  public WeightSensitivityAssert eachLayerAlone() {
    return ofWeights().eachLayerAlone();
  }

  private WeightSensitivityAssert ofWeights() {
    return new WeightSensitivityAssert(model, data, sensitivity, draft());
  }

  /**
   * Claims that the method's maps change when weights are re-initialised down to the middle layer.
   *
   * @param tolerance an upper bound in [0, 1), such as {@code excessSimilarityAtMost(0.1)}
   * @see WeightSensitivityAssert#isSensitiveToWeights
   * @throws TouchstoneException for a bound of another kind
   */
  public Verdict isSensitiveToWeights(Bound tolerance) {
    return ofWeights().isSensitiveToWeights(tolerance);
  }

  /**
   * Claims that the model explains its predictions as a reference does: that the rank correlation
   * of both models' maps exceeds that between the reference and independent healthy models by at
   * least the tolerance.
   *
   * @param healthy models of the same task, trained independently of the reference
   * @param tolerance a lower bound in (0, 1), such as {@code excessSimilarityAtLeast(0.3)}
   * @see ModelAssertions#assertExplanationsAgree
   * @throws TouchstoneException for a bound of another kind
   */
  public Verdict agreesWith(Classifier reference, HealthyModels healthy, Bound tolerance) {
    draft().make();
    ExplanationAgreement check =
        agreement.apply(
            ExplanationAgreement.of(
                method,
                Objects.requireNonNull(reference, "reference"),
                Objects.requireNonNull(healthy, "healthy")));
    boolean ofExcess =
        tolerance.quantity().isEmpty()
            || tolerance.quantity().equals(ExplanationAgreement.QUANTITY);
    if (tolerance.direction() != Bound.Direction.AT_LEAST
        || !ofExcess
        || !(tolerance.value() > 0 && tolerance.value() < 1)) {
      throw new TouchstoneException(
          "the tolerance is \""
              + tolerance.quantity()
              + " "
              + tolerance
              + "\"; give excessSimilarityAtLeast(x) with x in (0, 1), such as 0.3");
    }
    Claim claim =
        Claim.of(
            "the similarity of the " + check.describe() + " is " + tolerance.inWords(), tolerance);
    return Judge.on(draft().of(claim), context -> check.evaluate(model, data, context));
  }

  /**
   * Claims that the explanations are as good as tolerated by a metric: overall, and for every group
   * that the data are grouped by.
   *
   * @param tolerance in the metric's unit, such as {@code atLeast(0.1)}
   * @see ModelAssertions#assertExplanationMetric
   * @throws TouchstoneException for a tolerance that every explanation keeps, or none
   */
  public Verdict hasMetric(ExplanationMetric metric, Tolerance tolerance) {
    draft().make();
    ExplanationQuality check =
        quality.apply(ExplanationQuality.of(method, Objects.requireNonNull(metric, "metric")));
    AbstractMetricAssert.refuseNoClaim(tolerance, metric.range(), metric.quantity());
    refuseWorse(metric, tolerance);
    Claim claim =
        Claim.of(
            "the %s is %s".formatted(check.describe(), tolerance.inWords()),
            tolerance.bounds().toArray(Bound[]::new));
    return Judge.on(draft().of(claim), context -> check.evaluate(model, data, context));
  }

  /** That explanations are bad is nothing to claim, and is meant otherwise where it is written. */
  private static void refuseWorse(ExplanationMetric metric, Tolerance tolerance) {
    Bound.Direction better =
        metric.higherIsBetter() ? Bound.Direction.AT_LEAST : Bound.Direction.AT_MOST;
    if (tolerance.bounds().stream().noneMatch(bound -> bound.direction() == better)) {
      throw new TouchstoneException(
          "the %s of a better explanation is %s, and the tolerance is %s; write %s(…), or, of explanations that have to keep away from a region, measure what lies outside it: RelevanceMass.outside(region)"
              .formatted(
                  metric.quantity(),
                  metric.higherIsBetter() ? "larger" : "smaller",
                  tolerance.inWords(),
                  metric.higherIsBetter() ? "atLeast" : "atMost"));
    }
  }
}
