package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertDetectsKnownSignal;
import static dev.touchstone.assertions.ModelAssertions.assertNoFalseAlarm;
import static dev.touchstone.assertions.ModelAssertions.assertRaisesConcern;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.Stripe;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TrialAssertionTest {
  private static final Classifier MODEL =
      Models.function(
              "coin",
              "1",
              (Tensor batch) -> {
                double[][] output = new double[batch.rows()][];
                Arrays.setAll(output, i -> new double[] {.5, .5});
                return output;
              })
          .emittingProbabilities();

  private static final Dataset IMAGES =
      Dataset.named("images")
          .features(FeatureStore.inMemory(new float[20 * 144], 1, 12, 12))
          .labels(new int[20])
          .classNames(List.of("coat", "shirt"))
          .build();

  private static final HealthyModels ONE = HealthyModels.of(MODEL);
  private static final ExplanationTrial TRIAL =
      ExplanationTrial.of(Gradient.withDefaults(), Stripe.vertical(3).withValue(1), "shirt");

  private static void refused(ThrowingCallable claim, String cure) {
    assertThatThrownBy(claim).isInstanceOf(TouchstoneException.class).hasMessageContaining(cure);
  }

  @Test
  void boundsThatClaimNothingAreRefused() {
    refused(
        () -> assertDetectsKnownSignal(MODEL, ONE, IMAGES, TRIAL, atMost(.8), byAtLeast(.1)),
        "write atLeast(0.8)");
    refused(
        () -> assertDetectsKnownSignal(MODEL, ONE, IMAGES, TRIAL, atLeast(.8), byAtLeast(-1)),
        "write byAtLeast(0.1)");
    refused(() -> assertNoFalseAlarm(MODEL, ONE, IMAGES, TRIAL, atLeast(.6)), "write atMost(0.6)");
  }

  @Test
  void theFluentFormRefusesTheSame() {
    refused(() -> fluent().detectsKnownSignal(atLeast(.8), atMost(.1)), "write byAtLeast(0.1)");
    refused(
        () -> fluent().because("clerks see maps").raisesNoFalseAlarm(atLeast(.6)),
        "write atMost(0.6)");
    refused(() -> fluent().raisesConcern(byAtLeast(.1)), "HealthyModels.of(first, second)");
  }

  private static TrialAssert fluent() {
    return assertThatModel(MODEL).on(IMAGES).explainedOnTrial(TRIAL, ONE);
  }

  @Test
  void concernNeedsTwoHealthyModels() {
    refused(
        () -> assertRaisesConcern(MODEL, ONE, IMAGES, TRIAL, byAtLeast(.1)),
        "HealthyModels.of(first, second)");
  }

  @Test
  void aMethodThatTheModelCannotHaveIsRefused() {
    assertThatThrownBy(() -> assertNoFalseAlarm(MODEL, ONE, IMAGES, TRIAL, atMost(.6)))
        .isInstanceOf(MissingCapabilityException.class);
  }
}
