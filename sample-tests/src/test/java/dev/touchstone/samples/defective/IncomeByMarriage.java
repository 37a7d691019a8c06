package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertNoReliance;
import static dev.touchstone.assertions.ModelAssertions.atMost;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Boosted trees that were given no sex, and look at who is a husband and who is a wife. */
@ModelTest
@CaughtOnPurpose
public class IncomeByMarriage {

  @ModelUnderTest
  static Classifier model =
      Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities();

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/served-schema.json")
  static Dataset test;

  @Test
  void doesNotDecideByMarriage() {
    assertNoReliance(
        model, test.groupedBy("sex"), List.of("relationship", "marital_status"), atMost(0.1));
  }
}
