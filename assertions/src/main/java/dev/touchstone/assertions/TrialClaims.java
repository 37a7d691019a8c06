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

/** Claims about a method of explaining on trial. */
final class TrialClaims {
  private TrialClaims() {}

  static Verdict known(
      Classifier spurious,
      HealthyModels healthy,
      Dataset data,
      ExplanationTrial trial,
      Bound found,
      Bound aboveHealthy) {
    require(
        found, Direction.AT_LEAST, 0, 1, "how well a signal is found is an AUROC", "atLeast(0.8)");
    require(
        aboveHealthy,
        Direction.AT_LEAST,
        -1,
        1,
        "how much better it is found than in healthy models is a difference of AUROCs",
        "byAtLeast(0.1)");
    Claim claim =
        Claim.of(
            "maps of %s find %s in %s with an AUROC of %s, and better than in healthy models by %s"
                .formatted(
                    trial.describe(),
                    trial.describeSignal(),
                    spurious.name(),
                    found.inWords(),
                    aboveHealthy.inWords()),
            found.on(ExplanationTrial.FOUND),
            aboveHealthy.on(ExplanationTrial.ABOVE_HEALTHY));
    return judge(claim, spurious, healthy, data, trial);
  }

  static Verdict concern(
      Classifier spurious,
      HealthyModels healthy,
      Dataset data,
      ExplanationTrial trial,
      Bound tolerance) {
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
    Claim claim =
        Claim.of(
            "without %s, maps of %s of %s are less like those of healthy models than these are alike, by %s"
                .formatted(
                    trial.describeSignal(), trial.describe(), spurious.name(), tolerance.inWords()),
            tolerance.on(ExplanationTrial.CONCERN));
    return judge(claim, spurious, healthy, data, trial);
  }

  static Verdict noAlarm(
      Classifier spurious,
      HealthyModels healthy,
      Dataset data,
      ExplanationTrial trial,
      Bound tolerance) {
    require(
        tolerance,
        Direction.AT_MOST,
        0,
        1,
        "how well a signal is found is an AUROC",
        "atMost(0.6)");
    Claim claim =
        Claim.of(
            "maps of %s find %s in no healthy model with an AUROC of more than %s"
                .formatted(
                    trial.describe(),
                    trial.describeSignal(),
                    tolerance.inWords().replace("at most ", "")),
            tolerance.on(ExplanationTrial.ALARM));
    return judge(claim, spurious, healthy, data, trial);
  }

  private static void require(
      Bound bound, Direction direction, double least, double most, String what, String example) {
    if (bound.direction() != direction || !(bound.value() > least && bound.value() < most)) {
      throw new TouchstoneException(
          "%s, and the tolerance was %s; write %s".formatted(what, bound.inWords(), example));
    }
  }

  private static Verdict judge(
      Claim claim,
      Classifier spurious,
      HealthyModels healthy,
      Dataset data,
      ExplanationTrial trial) {
    return Judge.on(claim, context -> trial.evaluate(spurious, healthy, data, context));
  }
}
