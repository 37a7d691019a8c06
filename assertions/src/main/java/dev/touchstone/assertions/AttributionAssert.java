package dev.touchstone.assertions;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.ExplanationAgreement;
import dev.touchstone.check.HealthyModels;
import dev.touchstone.check.NamedLayer;
import dev.touchstone.check.WeightSensitivity;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An attribution method on a model and data. Settings come first, the claim last. */
public final class AttributionAssert {
  private final Classifier model;
  private final Dataset data;
  private final AttributionMethod method;
  private final WeightSensitivity sensitivity;
  private final UnaryOperator<ExplanationAgreement> agreement;
  private final OpenClaims.Opened opened;
  private final UnaryOperator<Claim> settings;

  /** What was said about re-initialised weights, which only one of the claims looks at. */
  private final List<String> ofWeights;

  AttributionAssert(
      Classifier model,
      Dataset data,
      AttributionMethod method,
      OpenClaims.Opened opened,
      UnaryOperator<Claim> settings) {
    this(
        model,
        data,
        method,
        WeightSensitivity.of(method),
        check -> check,
        opened,
        settings,
        List.of());
  }

  private AttributionAssert(
      Classifier model,
      Dataset data,
      AttributionMethod method,
      WeightSensitivity sensitivity,
      UnaryOperator<ExplanationAgreement> agreement,
      OpenClaims.Opened opened,
      UnaryOperator<Claim> settings,
      List<String> ofWeights) {
    this.model = model;
    this.data = data;
    this.method = method;
    this.sensitivity = sensitivity;
    this.agreement = agreement;
    this.opened = opened;
    this.settings = settings;
    this.ofWeights = ofWeights;
  }

  /** The layer down to which weights are re-initialised; the middle one by default. */
  public AttributionAssert at(NamedLayer layer) {
    return with(sensitivity.at(layer), "at(…)");
  }

  /** How many examples are drawn from the data; 50 by default. */
  public AttributionAssert withExamples(int number) {
    return new AttributionAssert(
        model,
        data,
        method,
        sensitivity.withExamples(number),
        check -> agreement.apply(check).withExamples(number),
        opened,
        settings,
        ofWeights);
  }

  /**
   * What is explained of each example; by default the score of the class that the model, or the
   * reference, predicts.
   *
   * @param target such as {@code Target.trueLabel()} or {@code Target.ofClass(3)}
   */
  public AttributionAssert explaining(Target target) {
    return new AttributionAssert(
        model,
        data,
        method,
        sensitivity.explaining(target),
        check -> agreement.apply(check).explaining(target),
        opened,
        settings,
        ofWeights);
  }

  /** How many times weights are re-initialised, at least five. */
  public AttributionAssert withDraws(int number) {
    return with(sensitivity.withDraws(number), "withDraws(" + number + ")");
  }

  private AttributionAssert with(WeightSensitivity other, String said) {
    List<String> all = Stream.concat(ofWeights.stream(), Stream.of(said)).toList();
    return new AttributionAssert(model, data, method, other, agreement, opened, settings, all);
  }

  /** Why the claim is made; stays in every message and in the report. */
  public AttributionAssert because(String reason) {
    return with(claim -> claim.because(reason));
  }

  /** Accepts that the data cannot decide the claim, for a stated reason. */
  public AttributionAssert allowInconclusive(String reason) {
    return with(claim -> claim.allowingInconclusive(reason));
  }

  /**
   * Accepts that the claim fails, at the value at which it was frozen, until a day.
   *
   * @param reason why; shown wherever the verdict is
   * @param until the last day on which it is accepted, UTC
   * @see ModelOnDataAssert#acceptKnown
   */
  public AttributionAssert acceptKnown(String reason, LocalDate until) {
    return with(claim -> claim.acceptingKnown(reason, until));
  }

  /** Names the claim, so that its frozen value is found again when the test is renamed. */
  public AttributionAssert identifiedAs(String id) {
    return with(claim -> claim.identifiedAs(id));
  }

  private AttributionAssert with(UnaryOperator<Claim> setting) {
    return new AttributionAssert(
        model,
        data,
        method,
        sensitivity,
        agreement,
        opened,
        claim -> setting.apply(settings.apply(claim)),
        ofWeights);
  }

  /**
   * Claims that the method's maps change when weights are re-initialised.
   *
   * @param tolerance an upper bound in [0, 1), such as {@code excessSimilarityAtMost(0.1)}
   * @see ModelAssertions#assertAttributionSensitiveToWeights(Classifier, Dataset,
   *     AttributionMethod, NamedLayer, Bound)
   * @throws TouchstoneException for a bound of another kind
   */
  public Verdict isSensitiveToWeights(Bound tolerance) {
    opened.make();
    Objects.requireNonNull(tolerance, "tolerance");
    double excess = tolerance.value();
    boolean ofExcess =
        tolerance.quantity().isEmpty() || tolerance.quantity().equals(WeightSensitivity.QUANTITY);
    if (tolerance.direction() != Bound.Direction.AT_MOST
        || !ofExcess
        || !(excess >= 0 && excess < 1)) {
      throw new TouchstoneException(
          "the tolerance is \""
              + tolerance.quantity()
              + " "
              + tolerance
              + "\"; give excessSimilarityAtMost(x) with x in [0, 1), such as 0.1");
    }
    Claim claim =
        Claim.of(
            "re-initialising weights down to "
                + sensitivity.describe()
                + " leaves the maps of "
                + sensitivity.method()
                + " at most "
                + Numbers.format(excess)
                + " more like the original than unrelated networks' are alike, and those leave"
                + " room to tell",
            Bound.atMost(excess).on(WeightSensitivity.QUANTITY),
            Bound.atMost(1 - excess).on(WeightSensitivity.INDEPENDENT));
    return Decision.on(
        settings.apply(claim), context -> sensitivity.evaluate(model, data, context));
  }

  /**
   * Claims that the model explains its predictions as a reference does: that the rank correlation
   * of both models' maps exceeds that between the reference and independent healthy models by at
   * least the tolerance.
   *
   * @param healthy models of the same task, trained independently of the reference
   * @param tolerance a lower bound in (0, 1), such as {@code excessSimilarityAtLeast(0.3)}
   * @see ModelAssertions#assertExplanationsAgree
   * @throws TouchstoneException for a bound of another kind, or where a layer or draws were given,
   *     of which this claim makes no use
   */
  public Verdict agreesWith(Classifier reference, HealthyModels healthy, Bound tolerance) {
    opened.make();
    if (!ofWeights.isEmpty()) {
      throw new TouchstoneException(
          String.join(" and ", ofWeights)
              + " says how weights are re-initialised, and agreesWith(…) re-initialises none: leave"
              + " it out, or claim isSensitiveToWeights(…)");
    }
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
    return Decision.on(settings.apply(claim), context -> check.evaluate(model, data, context));
  }
}
