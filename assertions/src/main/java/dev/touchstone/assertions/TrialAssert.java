package dev.touchstone.assertions;

import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Bound.Direction;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Makes claims about a method of explaining on trial, with a model that is known to rely on a
 * signal and healthy ones beside it (thesis, section 4.2.1). Settings come first, the claim last.
 */
public final class TrialAssert extends AbstractClaimAssert<TrialAssert> {
  private final Classifier spurious;
  private final Dataset data;
  private final ExplanationTrial trial;
  private final HealthyModels healthy;

  TrialAssert(
      Classifier spurious,
      Dataset data,
      ExplanationTrial trial,
      HealthyModels healthy,
      Draft draft) {
    super(draft);
    this.spurious = spurious;
    this.data = data;
    this.trial = trial;
    this.healthy = healthy;
  }

  @Override
  TrialAssert about(Draft other) {
    return new TrialAssert(spurious, data, trial, healthy, other);
  }

  /**
   * Claims that the method shows the signal in the model that relies on it (K-SSD), and better than
   * in healthy models.
   *
   * @param found how well the signal is found, an AUROC: {@code atLeast(0.8)}
   * @param aboveHealthy by how much better than in healthy models: {@code byAtLeast(0.1)}
   * @see ModelAssertions#assertDetectsKnownSignal
   * @throws TouchstoneException for bounds of another kind
   */
  public Verdict detectsKnownSignal(Bound found, Bound aboveHealthy) {
    draft().make();
    require(
        found, Direction.AT_LEAST, 0, 1, "how well a signal is found is an AUROC", "atLeast(0.8)");
    require(
        aboveHealthy,
        Direction.AT_LEAST,
        -1,
        1,
        "how much better it is found than in healthy models is a difference of AUROCs",
        "byAtLeast(0.1)");
    return judge(
        Claim.of(
            "maps of %s find %s in %s with an AUROC of %s, and better than in healthy models by %s"
                .formatted(
                    trial.describe(),
                    trial.describeSignal(),
                    spurious.name(),
                    found.inWords(),
                    aboveHealthy.inWords()),
            found.on(ExplanationTrial.FOUND),
            aboveHealthy.on(ExplanationTrial.ABOVE_HEALTHY)));
  }

  /**
   * Claims that the method warns of the model where nobody sees the signal (CCM): of examples
   * without it, its maps are less like those of healthy models than these are like each other.
   *
   * @param tolerance by how much of Spearman's rank correlation: {@code byAtLeast(0.1)}
   * @see ModelAssertions#assertRaisesConcern
   * @throws TouchstoneException for a bound of another kind, or one healthy model
   */
  public Verdict raisesConcern(Bound tolerance) {
    draft().make();
    require(
        tolerance,
        Direction.AT_LEAST,
        -2,
        2,
        "how much less alike maps are is a difference of rank correlations",
        "byAtLeast(0.1)");
    if (healthy.count() < 2) {
      throw new TouchstoneException(
          "how alike healthy maps are is known of two healthy models or more, and one was given;"
              + " write HealthyModels.of(first, second)");
    }
    return judge(
        Claim.of(
            "without %s, maps of %s of %s are less like those of healthy models than these are alike, by %s"
                .formatted(
                    trial.describeSignal(), trial.describe(), spurious.name(), tolerance.inWords()),
            tolerance.on(ExplanationTrial.CONCERN)));
  }

  /**
   * Claims that the method accuses no healthy model that is shown the signal (FAM-GT).
   *
   * @param tolerance how well the signal may be found, an AUROC: {@code atMost(0.6)}
   * @see ModelAssertions#assertNoFalseAlarm
   * @throws TouchstoneException for a bound of another kind
   */
  public Verdict raisesNoFalseAlarm(Bound tolerance) {
    draft().make();
    require(
        tolerance,
        Direction.AT_MOST,
        0,
        1,
        "how well a signal is found is an AUROC",
        "atMost(0.6)");
    return judge(
        Claim.of(
            "maps of %s find %s in no healthy model with an AUROC of more than %s"
                .formatted(
                    trial.describe(),
                    trial.describeSignal(),
                    tolerance.inWords().replace("at most ", "")),
            tolerance.on(ExplanationTrial.ALARM)));
  }

  private static void require(
      Bound bound, Direction direction, double least, double most, String what, String example) {
    if (bound.direction() != direction || !(bound.value() > least && bound.value() < most)) {
      throw new TouchstoneException(
          "%s, and the tolerance was %s; write %s".formatted(what, bound.inWords(), example));
    }
  }

  private Verdict judge(Claim claim) {
    return Judge.on(draft().of(claim), context -> trial.evaluate(spurious, healthy, data, context));
  }
}
