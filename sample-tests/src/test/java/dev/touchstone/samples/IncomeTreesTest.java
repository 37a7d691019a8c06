package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertMonotoneIn;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.assertNoReliance;
import static dev.touchstone.assertions.ModelAssertions.assertSurrogateFidelity;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;

import dev.touchstone.check.explanation.Monotonicity.Direction;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.surrogate.SurrogateTree;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The very file that XGBoost saved, with categories as texts and missing values (UCI Adult), beside
 * the trees of LightGBM that were approved. Both are read without their libraries.
 */
@ModelTest
class IncomeTreesTest {

  @ModelUnderTest
  static Classifier model =
      Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities();

  @ModelUnderTest(candidate = false)
  static Classifier approved =
      Models.lightgbm("classpath:models/adult-lightgbm.txt").emittingProbabilities();

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/served-schema.json")
  static Dataset test;

  @Test
  void errsOnFewerThanOneInFiveOfAnyGroup() {
    assertErrorRateWithin(model, test.groupedBy("sex", "race"), 0.2);
  }

  @Test
  void isCalibratedForWomenAndMen() {
    assertCalibrationWithin(model, test.groupedBy("sex"), 0.05);
  }

  @Test
  void isNotWorseThanTheApprovedTrees() {
    assertNoRegression(
        model, approved, test.groupedBy("sex"), ErrorRate.withDefaults(), byAtMost(0.01));
  }

  /** On people whose answers the rules were not fitted to. */
  @Test
  void canBeToldToWomenAndMen() {
    Dataset.Split people = test.split(0.5, 1);
    assertSurrogateFidelity(
        model,
        people.second().groupedBy("sex"),
        SurrogateTree.fittedOn(people.first()).withLeaves(16),
        atLeast(0.9));
  }

  /** Where somebody was born is not to decide, though the trees are given it. */
  @Test
  void hardlyLookAtWhereSomebodyWasBorn() {
    assertNoReliance(model, test.groupedBy("sex"), List.of("native_country"), atMost(0.05));
  }

  /** Of few people more schooling lowers the probability of a high income. */
  @Test
  void riseWithSchoolingForMostPeople() {
    assertMonotoneIn(model, test, "education_num", Direction.INCREASING, atMost(0.15));
  }
}
