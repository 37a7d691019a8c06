package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertSurrogateFidelity;
import static dev.touchstone.assertions.ModelAssertions.atLeast;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.surrogate.SurrogateTree;
import org.junit.jupiter.api.Test;

/** Boosted trees of which eight sentences are said to tell the whole; of women they nearly do. */
@ModelTest
@CaughtOnPurpose
public class IncomeToldInFewWords {

  @ModelUnderTest
  static Classifier model =
      Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities();

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/served-schema.json")
  static Dataset test;

  @Test
  void isToldToWomenAndMen() {
    Dataset.Split people = test.split(0.5, 1);
    assertSurrogateFidelity(
        model,
        people.second().groupedBy("sex"),
        SurrogateTree.fittedOn(people.first()).withLeaves(8),
        atLeast(0.95));
  }
}
