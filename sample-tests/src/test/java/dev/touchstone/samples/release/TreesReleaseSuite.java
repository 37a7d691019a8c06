package dev.touchstone.samples.release;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** What is asked of trees in XGBoost's own file before they tell who earns more. */
@ModelTest
class TreesReleaseSuite {

  @ModelUnderTest(value = "classpath:models/adult-xgboost.ubj", outputs = PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/served-schema.json")
  static Dataset test;

  @Test
  void errsRarely() {
    assertErrorRateWithin(model, test.groupedBy("sex"), 0.2);
  }

  @Test
  void isCalibrated() {
    assertCalibrationWithin(model, test, 0.05);
  }
}
