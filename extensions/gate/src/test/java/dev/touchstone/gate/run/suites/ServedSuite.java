package dev.touchstone.gate.run.suites;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;

import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.ModelReader;
import dev.touchstone.model.Models;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * A file of a format that only the suite knows: two weights, by which the coordinates of a point
 * are multiplied.
 */
@ModelTest
class ServedSuite {
  private static final ModelReader READER =
      file -> {
        String text = new String(file.bytes(), StandardCharsets.UTF_8);
        double[] weights =
            Arrays.stream(text.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
        return rows -> {
          double[] points = rows.doubles();
          double[][] answers = new double[rows.size()][];
          Arrays.setAll(
              answers,
              i -> new double[] {weights[0] * points[2 * i], weights[1] * points[2 * i + 1]});
          return answers;
        };
      };

  @ModelUnderTest
  static Classifier model =
      Models.served("approved.weights", "Weights 1.0", READER).emittingLogits();

  @Test
  void errsRarely() {
    assertErrorRateWithin(model, Points.all(), 0.1);
  }
}
