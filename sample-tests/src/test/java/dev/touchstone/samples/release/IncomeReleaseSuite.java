package dev.touchstone.samples.release;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** What a bank asks of whichever income model it releases next. */
@ModelTest
class IncomeReleaseSuite {

  @ModelUnderTest(value = "classpath:models/adult-logistic.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @Test
  void isCalibratedForWomenAndMen() {
    assertCalibrationWithin(model, test.groupedBy("sex"), 0.05);
  }

  @Test
  void errsOnFewerThanOneInFiveWomenAndMen() {
    assertErrorRateWithin(model, test.groupedBy("sex"), 0.2);
  }
}
