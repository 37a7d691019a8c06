package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.influence.Encoder;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A detector of wrong labels that guesses: it finds no more of them than chance does. */
@ModelTest
@CaughtOnPurpose
public class DetectorThatGuesses {

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset adult;

  @Test
  void findsMislabelled() {
    assertMislabelledDetected(
        LogisticRegressionTrainer.withDefaults(),
        LabelNoise.uniform(0.20).plantedIn(adult.first(1000)),
        new Guess(),
        aurocAtLeast(0.70));
  }

  /** Ranks at random. */
  private static final class Guess implements MislabelDetector {

    @Override
    public String name() {
      return "guess";
    }

    @Override
    public double[] suspicion(FittedHead head, Encoder encoder) {
      return new SplittableRandom(7).doubles(head.size()).toArray();
    }
  }
}
