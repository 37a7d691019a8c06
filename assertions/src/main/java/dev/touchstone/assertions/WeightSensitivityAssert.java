package dev.touchstone.assertions;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.explanation.NamedLayer;
import dev.touchstone.check.explanation.WeightSensitivity;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Objects;

/**
 * Claims that an attribution method's maps depend on the model's weights. Settings come first, the
 * claim last.
 */
public final class WeightSensitivityAssert
    extends AbstractExplanationAssert<WeightSensitivityAssert> {
  private final Classifier model;
  private final Dataset data;
  private final WeightSensitivity sensitivity;

  WeightSensitivityAssert(
      Classifier model, Dataset data, WeightSensitivity sensitivity, Draft draft) {
    super(draft);
    this.model = model;
    this.data = data;
    this.sensitivity = sensitivity;
  }

  @Override
  WeightSensitivityAssert about(Draft other) {
    return new WeightSensitivityAssert(model, data, sensitivity, other);
  }

  private WeightSensitivityAssert with(WeightSensitivity other) {
    return new WeightSensitivityAssert(model, data, other, draft());
  }

  /**
   * Re-initialises weights from the top down to a layer, itself included; down to the middle one of
   * the layers that multiply by default.
   */
  public WeightSensitivityAssert at(NamedLayer layer) {
    return with(sensitivity.at(layer));
  }

  /**
   * Re-initialises each layer alone, while those above it keep their weights, in the place of all
   * from the top down to it: the independent randomisation of Adebayo et al. 2018.
   */
  public WeightSensitivityAssert eachLayerAlone() {
    return with(sensitivity.eachLayerAlone());
  }

  /**
   * Re-initialises weights so many times; five times by default.
   *
   * @throws IllegalArgumentException for fewer than five
   */
  public WeightSensitivityAssert withDraws(int number) {
    return with(sensitivity.withDraws(number));
  }

  @Override
  public WeightSensitivityAssert withExamples(int number) {
    return with(sensitivity.withExamples(number));
  }

  @Override
  public WeightSensitivityAssert explaining(Target target) {
    return with(sensitivity.explaining(target));
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
    draft().make();
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
            "re-initialising weights "
                + sensitivity.describe()
                + " leaves the maps of "
                + sensitivity.method()
                + " at most "
                + Numbers.format(excess)
                + " more like the original than unrelated networks' are alike, and those leave"
                + " room to tell",
            Bound.upper(excess).on(WeightSensitivity.QUANTITY),
            Bound.upper(1 - excess).on(WeightSensitivity.INDEPENDENT));
    return Judge.on(draft().of(claim), context -> sensitivity.evaluate(model, data, context));
  }
}
