package dev.touchstone.gate.run.suites;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Looks as if it claimed something. */
@ModelTest
class UnfinishedSuite {
  @ModelUnderTest(value = "approved.onnx", outputs = LOGITS)
  static Classifier model;

  @Test
  void errsRarely() {
    assertErrorRateWithin(model, Points.all(), 0.1);
  }

  @Test
  @Tag("unfinished")
  void claimsNothing() {
    assertThatModel(model).on(Points.all()).because("the points are many");
  }

  @Test
  void looksAtTheDataOnly() {
    assertThat(Points.all().size()).isEqualTo(80);
  }
}
