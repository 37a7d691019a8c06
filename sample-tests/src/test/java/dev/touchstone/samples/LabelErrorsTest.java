package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertLabelErrorRateAtMost;
import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.assertThatTrainer;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.assertions.ModelAssertions.precisionAtLeast;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.check.training.LabelAudit;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.influence.ConfidentLearning;
import dev.touchstone.influence.EstimatedInfluence;
import dev.touchstone.influence.KohLiangInfluence;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.OutOfFold;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.influence.network.TracIn;
import dev.touchstone.influence.tree.BoostIn;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.LogisticRegressionTrainer;
import dev.touchstone.training.XgboostTrainer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would we notice if a fifth of the labels were wrong? The errors are planted and the model is
 * trained again with them, five times, before anybody looks for them.
 */
@ModelTest
class LabelErrorsTest {

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset adult;

  @DatasetUnderTest(
      value = "classpath:data/fashion/train-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/train-labels-idx1-ubyte.gz",
      scale = 1 / 255f)
  static Dataset fashion;

  @Test
  @Tag("slow")
  void aNetworkRetrainedWithWrongLabelsStillGivesThemAway() {
    assertMislabelledDetected(
        DjlTrainer.of("small CNN", () -> Cnn.small(10)).withEpochs(4),
        LabelNoise.uniform(0.20).plantedIn(fashion.first(1500)),
        TrainingLoss.withDefaults(),
        aurocAtLeast(0.92));
  }

  /** Many incomes are hard to tell, so that some wrong labels look right. */
  @Test
  void wrongIncomesAreFoundInMostCases() {
    assertMislabelledDetected(
        LogisticRegressionTrainer.withDefaults(),
        LabelNoise.uniform(0.20).plantedIn(adult.first(2000)),
        LeaveOneOutConfidence.withDefaults(),
        aurocAtLeast(0.85),
        precisionAtLeast(0.6));
  }

  /** What most teams serve: the detector reads the leaves that the wrong labels have moved. */
  @Test
  void wrongIncomesAreFoundInTheLeavesOfBoostedTrees() {
    assertMislabelledDetected(
        XgboostTrainer.withDefaults().withRounds(30).withDepth(3),
        LabelNoise.uniform(0.20).plantedIn(adult.first(2000)),
        EstimatedInfluence.by(BoostIn.withDefaults()),
        aurocAtLeast(0.80));
  }

  /** Self-influence by the checkpoints of a network's training, without an audit set. */
  @Test
  void wrongIncomesAreFoundByWhatANetworkLearntFromThem() {
    assertMislabelledDetected(
        DjlTrainer.of(
                "16 units",
                () ->
                    new SequentialBlock()
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(2).build()))
            .withEpochs(6),
        LabelNoise.uniform(0.20).plantedIn(adult.first(600)),
        EstimatedInfluence.by(TracIn.withDefaults()),
        aurocAtLeast(0.70));
  }

  @Test
  void aClerkWithAnHourFindsMostlyErrors() {
    assertThatTrainer(LogisticRegressionTrainer.withDefaults())
        .on(LabelNoise.uniform(0.20).plantedIn(adult.first(2000)))
        .because("a clerk checks a hundred files in an hour")
        .withBudget(100)
        .detectsMislabelledBy(KohLiangInfluence.withDefaults(), precisionAtLeast(0.5));
  }

  @Test
  void predictionsAloneGiveWrongIncomesAway() {
    LogisticRegressionTrainer trainer = LogisticRegressionTrainer.withDefaults();
    assertMislabelledDetected(
        trainer,
        LabelNoise.inGroups("sex", Map.of("Male", 0.1, "Female", 0.3)).plantedIn(adult.first(1000)),
        ConfidentLearning.withDefaults().on(OutOfFold.by(trainer)).pruningByBoth(),
        aurocAtLeast(0.85));
  }

  /** The official labels stand for somebody who looks at 300 incomes again. */
  @Test
  void fewOfOurLabelsAreWrong() {
    Dataset given = adult.first(2000);
    LabelAudit audit = LabelAudit.ofRandom(given, 300, 7);
    assertLabelErrorRateAtMost(audit.answeredBy(adult), 0.05);
  }
}
