package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/**
 * The very file that a scikit-learn pipeline over a DataFrame is served from (UCI Adult): one input
 * a column, five of them texts, and a dictionary of probabilities a person. The schema says which
 * columns it takes as they stand.
 */
@ModelTest
class IncomePipelineTest {

  @ModelUnderTest(value = "classpath:models/adult-pipeline.onnx", outputs = PROBABILITIES)
  static Classifier pipeline;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/pipeline-schema.json")
  static Dataset test;

  @Test
  void errsOnFewerThanOneInFiveOfAnyGroup() {
    assertErrorRateWithin(pipeline, test.groupedBy("sex", "race"), 0.2);
  }

  @Test
  void isCalibratedForWomenAndMen() {
    assertCalibrationWithin(pipeline, test.groupedBy("sex"), 0.05);
  }
}
