package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertRepairImprovesWorstGroup;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.guiding.GuidingSettings;
import dev.touchstone.guiding.repair.GuidedReview;
import dev.touchstone.guiding.repair.GuidingRound;
import dev.touchstone.guiding.repair.GuidingScheme;
import dev.touchstone.guiding.repair.RepairTask;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import org.junit.jupiter.api.Test;

/**
 * An ornithologist goes through what guiding sends in: forty birds a round, whose labels seem wrong
 * or that are told by the background. The labels are right, and the model is updated for the rest.
 */
@ModelTest
class BirdsReviewTest {

  @ModelUnderTest static Classifier model = DigitBirds.model();

  @DatasetUnderTest static Dataset test = DigitBirds.test();

  private static GuidedReview review() {
    Dataset train = DigitBirds.train();
    return GuidingScheme.withDefaults()
        .withBudget(20)
        .using(GuidingSettings.of(0.03, 0.5, 1, 0.3))
        .rounds(
            2,
            RepairTask.of(
                model,
                train,
                DigitBirds.audit(),
                DigitBirds.concepts("loop above", "loop below", "background"),
                "background"),
            (birds, index) -> train.label(index),
            RunContext.current());
  }

  @Test
  void whoeverIsWorstOffIsBetterOffOnceTheModelIsUpdated() {
    GuidedReview review = review();

    for (GuidingRound.Reliance bird : review.last().reliances()) {
      assertThat(bird.change()).isGreaterThan(0.5);
    }
    assertRepairImprovesWorstGroup(
        model, review.updated().model(), test.groupedBy(DigitBirds.GROUPS), byAtLeast(0.15));
  }
}
