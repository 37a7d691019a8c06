package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;

import dev.touchstone.data.Datasets;
import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.model.Models;
import dev.touchstone.model.MultiLabelModel;
import org.junit.jupiter.api.Test;

/** A network of three labels, each a sigmoid of its own (UCI Adult). */
@ModelTest
class IncomeLabelsTest {

  @ModelUnderTest
  static MultiLabelModel model =
      Models.onnx("classpath:models/adult-labels.onnx")
          .emittingProbabilitiesOf("rich", "married", "overtime");

  static MultiLabelDataset test =
      Datasets.csv("classpath:data/adult/labels.csv.gz")
          .id("id")
          .groups("sex")
          .loadLabels("rich", "married", "overtime");

  @Test
  void isSeldomWrongAboutAnyLabel() {
    assertErrorRateWithin(model, test, 0.37);
  }

  @Test
  void isCalibratedForEachLabel() {
    assertCalibrationWithin(model, test, 0.06);
  }

  @Test
  void ranksPeopleByEachLabel() {
    assertThatModel(model)
        .on(test)
        .because("the campaign writes to those who rank first")
        .hasMetric(AreaUnderRoc.ofClass(1), atLeast(0.6));
  }
}
