package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;

import dev.touchstone.data.Datasets;
import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Models;
import dev.touchstone.model.MultiLabelModel;
import org.junit.jupiter.api.Test;

/** Whoever wrote the service took the network's first two labels for each other. */
@ModelTest
@CaughtOnPurpose
public class LabelsInAnotherOrder {

  @ModelUnderTest
  static MultiLabelModel model =
      Models.onnx("classpath:models/adult-labels.onnx")
          .emittingProbabilitiesOf("married", "rich", "overtime");

  static MultiLabelDataset test =
      Datasets.csv("classpath:data/adult/labels.csv.gz")
          .id("id")
          .groups("sex")
          .loadLabels("rich", "married", "overtime");

  @Test
  void isSeldomWrongAboutAnyLabel() {
    assertErrorRateWithin(model, test, 0.37);
  }
}
