package dev.touchstone.gate.run.suites;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Its own model lies in no place; the approved one in the working directory. */
@ModelTest
class PointsSuite {
  @ModelUnderTest(value = "models/left-at-home.onnx", outputs = LOGITS)
  static Classifier model;

  @ModelUnderTest(value = "approved.onnx", outputs = LOGITS, candidate = false)
  static Classifier approved;

  @Test
  void errsRarely() {
    assertErrorRateWithin(model, Points.all(), 0.1);
  }

  @Test
  void theApprovedOneErrsRarely() {
    assertErrorRateWithin(approved, Points.all(), 0.1);
  }

  @Test
  @Disabled("until there are more points")
  @Tag("disabled")
  void errsMoreRarely() {
    assertErrorRateWithin(model, Points.all(), 0.01);
  }

  @Test
  @Tag("slow")
  void isNotSlow() {
    assertThat(System.getProperty("com.acme.slow")).isNull();
  }
}
