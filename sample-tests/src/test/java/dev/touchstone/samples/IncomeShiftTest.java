package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertNoShift;
import static dev.touchstone.assertions.ModelAssertions.columnDistanceAtMost;
import static dev.touchstone.assertions.ModelAssertions.toldApartAtMost;

import dev.touchstone.check.shift.DataShift;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.training.XgboostTrainer;
import org.junit.jupiter.api.Test;

/** Whether the people whom a model meets are like those whom it was trained on. */
@ModelTest
class IncomeShiftTest {

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @Test
  void meetsPeopleLikeThoseItKnows() {
    assertNoShift(train, test, toldApartAtMost(0.55), columnDistanceAtMost(0.1));
  }

  @Test
  void meetsNobodyWhomTreesCouldTell() {
    assertNoShift(
        train.first(4000),
        test.first(4000),
        DataShift.by(XgboostTrainer.withDefaults()),
        toldApartAtMost(0.55));
  }
}
