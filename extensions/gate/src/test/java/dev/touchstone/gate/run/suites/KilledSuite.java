package dev.touchstone.gate.run.suites;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Takes its JVM down between two claims. */
@ModelTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledSuite {
  @ModelUnderTest(value = "approved.onnx", outputs = LOGITS)
  static Classifier model;

  @Test
  @Order(1)
  void errsRarely() {
    assertErrorRateWithin(model, Points.all(), 0.1);
  }

  @Test
  @Order(2)
  void kills() {
    Runtime.getRuntime().halt(134);
  }

  @Test
  @Order(3)
  void errsMoreRarely() {
    assertErrorRateWithin(model, Points.all(), 0.05);
  }
}
