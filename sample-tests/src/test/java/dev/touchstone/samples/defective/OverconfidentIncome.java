package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** The income model with its weights scaled up: surer than it is right, for women and men. */
@ModelTest
@CaughtOnPurpose
public class OverconfidentIncome {

  @ModelUnderTest(value = "classpath:models/adult-logistic-overconfident.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @Test
  void isCalibratedForWomenAndMen() {
    assertCalibrationWithin(model, test.groupedBy("sex"), 0.05);
  }
}
