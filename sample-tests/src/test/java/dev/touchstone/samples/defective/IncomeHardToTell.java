package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertNoSliceWorseThan;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** The boosted income model, which is unsure of the people in whom its answers differ. */
@ModelTest
@CaughtOnPurpose
public class IncomeHardToTell {

  @ModelUnderTest(value = "classpath:models/adult-boosted.onnx", outputs = PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @Test
  void errsHardlyMoreOnSomeThanOnOthers() {
    assertNoSliceWorseThan(model, test, ErrorRate.withDefaults(), byAtMost(0.05), 100);
  }
}
