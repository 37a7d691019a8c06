package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertNoUnstableConcepts;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A model that learnt from applications of which those that were refused an insurance were denied,
 * and is to decide in a branch that sends such applicants away before they apply.
 */
@ModelTest
@CaughtOnPurpose
public class MortgagesOfAnotherBranch {

  @ModelUnderTest(value = "classpath:models/hmda-logistic.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/hmda/train.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/hmda/test.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset test;

  @Test
  void aRefusedInsuranceMeansTheSameInTheBranch() {
    int refused = test.featureNames().indexOf("insurance=yes");
    int denied = test.classIndex("yes");
    Dataset branch =
        test.where(
            i -> test.batch(i).values()[refused] == 0 || test.label(i) != denied, "of the branch");
    assertNoUnstableConcepts(model, train, branch, List.of("insurance=yes"), atMost(0.1));
  }
}
