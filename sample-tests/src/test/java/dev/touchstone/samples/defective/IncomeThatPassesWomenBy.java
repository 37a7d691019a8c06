package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertRatioBetweenGroups;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.Recall;
import dev.touchstone.metric.SelectionRate;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** The boosted income model, which is right about incomes: women had less of them in 1994. */
@ModelTest
@CaughtOnPurpose
public class IncomeThatPassesWomenBy {
  private static final int RICH = 1;

  @ModelUnderTest(value = "classpath:models/adult-boosted.onnx", outputs = PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @Test
  void keepsTheFourFifthsRule() {
    assertRatioBetweenGroups(
        model, test.groupedBy("sex"), SelectionRate.ofClass(RICH), atLeast(0.8));
  }

  @Test
  void findsTheRichOfBothSexesAlike() {
    assertThatModel(model)
        .on(test.groupedBy("sex"))
        .hasGapBetweenGroups(Recall.ofClass(RICH), atMost(0.02));
  }
}
