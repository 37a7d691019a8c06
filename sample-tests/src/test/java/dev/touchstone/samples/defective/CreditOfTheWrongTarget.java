package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.between;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.model.OutputKind.VALUES;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.AuditData;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.MeanAbsoluteError;
import dev.touchstone.metric.MeanError;
import dev.touchstone.model.Regressor;
import org.junit.jupiter.api.Test;

/**
 * The ridge regression trained on what is left of an amount after a year, in the amount's place.
 */
@ModelTest
@CaughtOnPurpose
public class CreditOfTheWrongTarget {
  private static final double ANY = 20_000;

  @ModelUnderTest(value = "classpath:models/german-wrong-target.onnx", outputs = VALUES)
  static Regressor model;

  @ModelUnderTest(value = "classpath:models/german-ridge.onnx", outputs = VALUES, candidate = false)
  static Regressor approved;

  @DatasetUnderTest(
      value = "classpath:data/german/test.csv",
      schema = "classpath:data/german/schema.json")
  static Dataset test;

  @Test
  void saysNeitherTooMuchNorTooLittle() {
    assertMetric(model, test, MeanError.cappedAt(ANY), between(-500, 500));
  }

  @Test
  void isNotWorseThanTheApprovedModel() {
    assertNoRegression(model, approved, test, MeanAbsoluteError.cappedAt(ANY), byAtMost(100));
  }

  /** Amounts that somebody compared with the contracts. */
  @AuditData(value = "classpath:data/german/test.csv", schema = "classpath:data/german/schema.json")
  static AuditSet audit;

  @Test
  void isNearWhatTheContractsSay() {
    assertAgreesWithAudit(model, audit, 2500, atLeast(0.81));
  }
}
