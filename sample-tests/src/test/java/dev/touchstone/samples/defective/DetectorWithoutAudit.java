package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.influence.EstimatedInfluence;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.influence.network.TracIn;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.LogisticRegressionTrainer;
import org.junit.jupiter.api.Test;

/** A detector that trusts the data: of errors that fit together it does not hear. */
@ModelTest
@CaughtOnPurpose
public class DetectorWithoutAudit {

  @DatasetUnderTest(
      value = "classpath:data/digits/train.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset adult;

  @Test
  void findsErrorsThatFitTogether() {
    assertMislabelledDetected(
        LogisticRegressionTrainer.withDefaults(),
        LabelNoise.systematic(4).plantedIn(train),
        TrainingLoss.withDefaults(),
        aurocAtLeast(0.85));
  }

  /** What a network learnt from them is no suspicion either. */
  @Test
  void findsIncomesThatAreWrongTogether() {
    assertMislabelledDetected(
        DjlTrainer.of(
                "16 units",
                () ->
                    new SequentialBlock()
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(2).build()))
            .withEpochs(6),
        LabelNoise.systematic(2).plantedIn(adult.first(600)),
        EstimatedInfluence.by(TracIn.withDefaults()),
        aurocAtLeast(0.90));
  }
}
