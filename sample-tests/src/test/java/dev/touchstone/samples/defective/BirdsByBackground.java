package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertNoUnnamedReliance;
import static dev.touchstone.assertions.ModelAssertions.assertRepairImprovesWorstGroup;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.guiding.repair.GuidedErasure;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.DigitBirds;
import org.junit.jupiter.api.Test;

/** A network that takes angular digits on water for round ones, and a repair that misses why. */
@ModelTest
@CaughtOnPurpose
public class BirdsByBackground {

  @ModelUnderTest static Classifier model = DigitBirds.model();

  @DatasetUnderTest static Dataset test = DigitBirds.test();

  @Test
  void errsAlikeOnEitherBackground() {
    assertErrorRateWithin(model, test.groupedBy(DigitBirds.GROUPS), 0.20);
  }

  /** Somebody suspected the diagonal of the 2 and the 7, and asked no audit set. */
  @Test
  void theRepairHelpsWhoeverWasWorstOff() {
    GuidedErasure unaudited = GuidedErasure.withDefaults().withAuditStrength(0);
    Classifier repaired = DigitBirds.repairedWithout("diagonal", unaudited).model();
    assertRepairImprovesWorstGroup(
        model, repaired, test.groupedBy(DigitBirds.GROUPS), byAtLeast(0.25));
  }

  @Test
  void theBackgroundMeansNothing() {
    assertImportancesAgreeWithAudit(DigitBirds.carved(model), DigitBirds.annotated(), atLeast(0.5));
  }

  /** The test names no background: what is relied on is found among all concepts. */
  @Test
  void nothingIsReliedOnThatShouldNotBe() {
    assertNoUnnamedReliance(
        DigitBirds.carved(model), DigitBirds.train(), AuditSet.of(test), atMost(0.1));
  }
}
