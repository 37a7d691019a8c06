package dev.touchstone.gate.run.suites;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One claim passes; what two others would have claimed nobody knows, and one is left out. */
@ModelTest
class BreakingSuite {
  @ModelUnderTest(value = "approved.onnx", outputs = LOGITS)
  static Classifier model;

  @Test
  void errsRarely() {
    assertErrorRateWithin(model, Points.all(), 0.1);
  }

  @Test
  @Tag("breaking")
  void errsRarelyPerGroup() {
    assertErrorRateWithin(model, grouped(), 0.1);
  }

  @Test
  @Tag("breaking")
  void errsRarelyOnOthers() {
    assertErrorRateWithin(model, grouped(), 0.2);
  }

  @Test
  @Disabled("until there are more points")
  void errsMoreRarely() {
    assertErrorRateWithin(model, Points.all(), 0.01);
  }

  private static Dataset grouped() {
    throw new IllegalStateException("no column \"age\"");
  }
}
