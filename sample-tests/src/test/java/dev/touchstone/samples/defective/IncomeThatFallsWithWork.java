package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertMonotoneIn;
import static dev.touchstone.assertions.ModelAssertions.atMost;

import dev.touchstone.check.explanation.Monotonicity.Direction;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import org.junit.jupiter.api.Test;

/** Boosted trees without constraints, to which longer hours are often less income. */
@ModelTest
@CaughtOnPurpose
public class IncomeThatFallsWithWork {

  @ModelUnderTest
  static Classifier model =
      Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities();

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/served-schema.json")
  static Dataset test;

  @Test
  void neverFallsWithTheHoursOfWork() {
    assertMonotoneIn(model, test, "hours_per_week", Direction.INCREASING, atMost(0.05));
  }
}
