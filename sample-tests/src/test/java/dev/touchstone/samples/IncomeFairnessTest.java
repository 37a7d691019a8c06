package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertGapBetweenGroups;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertNoSliceWorseThan;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.between;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.FalsePositiveRate;
import dev.touchstone.metric.LogLoss;
import dev.touchstone.metric.Precision;
import dev.touchstone.metric.SelectionRate;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/**
 * The boosted income model (UCI Adult) in other metrics than its errors, for women and men and for
 * groups of sex and race together, and how far they lie apart.
 */
@ModelTest
class IncomeFairnessTest {
  private static final int RICH = 1;

  @ModelUnderTest(value = "classpath:models/adult-boosted.onnx", outputs = PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  private static Dataset bySex() {
    return test.groupedBy("sex").expectingGroups("sex", "Female", "Male");
  }

  @Test
  void itsProbabilitiesAreSharpForWomenAndMen() {
    assertMetric(model, bySex(), BrierScore.ofClass(RICH), atMost(0.14));
    assertMetric(model, bySex(), LogLoss.clippedAt(0.001), atMost(0.43));
    assertMetric(model, bySex(), AreaUnderRoc.ofClass(RICH), atLeast(0.88));
  }

  @Test
  void whoeverIsNamedRichIsSo() {
    assertMetric(model, bySex(), Precision.ofClass(RICH), atLeast(0.7));
  }

  @Test
  void itNamesAFifthRich() {
    assertMetric(model, test, SelectionRate.ofClass(RICH), between(0.17, 0.23));
  }

  @Test
  void falseAlarmsDifferLittleBetweenGroupsOfSexAndRace() {
    assertThatModel(model)
        .on(
            test.withMerged(
                    "race", "other", "Amer-Indian-Eskimo", "Asian-Pac-Islander", "Black", "Other")
                .groupedBy("sex & race"))
        .because("an offer to somebody who cannot pay costs the same whoever it is")
        .hasGapBetweenGroups(FalsePositiveRate.ofClass(RICH), atMost(0.1));
  }

  @Test
  void falseAlarmsDifferLittleBetweenTheSexes() {
    assertGapBetweenGroups(model, bySex(), FalsePositiveRate.ofClass(RICH), atMost(0.1));
  }

  @Test
  void nobodyIsMisjudgedFarMoreOftenThanOthers() {
    assertNoSliceWorseThan(model, test, ErrorRate.withDefaults(), byAtMost(0.35), 100);
  }
}
