package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertLabelSensitivityWithin;
import static dev.touchstone.assertions.ModelAssertions.assertMembershipAdvantageAtMost;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.model.OutputKind.PROBABILITIES;

import dev.touchstone.check.privacy.LikelihoodRatio;
import dev.touchstone.check.privacy.OnlineLikelihoodRatio;
import dev.touchstone.check.training.LabelSensitivity;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.GroupBrierScore;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.LogisticRegressionTrainer;
import dev.touchstone.training.XgboostTrainer;
import org.junit.jupiter.api.Test;

/**
 * The income model's data on trial (UCI Adult): what wrong labels would change for women and men,
 * and whether the model tells whom it has seen.
 */
@ModelTest
class IncomeOnTrialTest {

  @ModelUnderTest(value = "classpath:models/adult-boosted.onnx", outputs = PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @Test
  void fewWrongLabelsInTheAuditChangeLittle() {
    assertLabelSensitivityWithin(
        model, test.groupedBy("sex"), LabelSensitivity.withDefaults().flipping(0.05), 0.06);
  }

  @Test
  void wrongLabelsInTrainingChangeTheBrierScoreLittle() {
    assertLabelSensitivityWithin(
        LogisticRegressionTrainer.withDefaults(),
        train.first(2000),
        test.first(4000).groupedBy("sex"),
        LabelSensitivity.of(GroupBrierScore.withDefaults()).flipping(0.1),
        0.05);
  }

  /** Shallow trees follow what most of the labels say, and not each wrong one. */
  @Test
  void wrongLabelsInTrainingMoveBoostedTreesLittle() {
    assertLabelSensitivityWithin(
        XgboostTrainer.withDefaults().withRounds(40).withDepth(2).withLearningRate(0.2),
        train.first(4000),
        test.first(4000).groupedBy("sex"),
        LabelSensitivity.of(GroupBrierScore.withDefaults()).flipping(0.05),
        0.02);
  }

  @Test
  void itDoesNotTellWhomItHasSeen() {
    assertMembershipAdvantageAtMost(model, train.first(4000), test.first(4000), 0.1);
  }

  @Test
  void shadowModelsDoNotTellEither() {
    LogisticRegressionTrainer trainer = LogisticRegressionTrainer.withDefaults();
    assertThatModel(model)
        .on(train.first(2000))
        .because("whoever is in the census has not agreed to be found in it")
        .hasMembershipAdvantageAtMost(
            test.first(2000),
            LikelihoodRatio.by(trainer, test.where(i -> i >= 2000 && i < 4000, "others like it"))
                .withModels(8),
            0.15);
  }

  /** The strongest attack on the model that is trained on half of the population. */
  @Test
  void modelsThatHaveSeenThemDoNotTellEither() {
    XgboostTrainer trainer =
        XgboostTrainer.withDefaults().withRounds(20).withDepth(2).withLearningRate(0.2);
    Dataset population = train.first(3000);
    Dataset members = population.where(i -> i % 2 == 0, "members");
    assertMembershipAdvantageAtMost(
        trainer.train(members, "on trial", RunContext.current()),
        members,
        population.where(i -> i % 2 == 1, "others"),
        OnlineLikelihoodRatio.by(trainer, population),
        0.15);
  }
}
