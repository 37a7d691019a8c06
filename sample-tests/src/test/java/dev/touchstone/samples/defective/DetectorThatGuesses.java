package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
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
    public LabelIssues detect(InfluenceContext context) {
      return LabelIssues.ranked(
          new SplittableRandom(7).doubles(context.training().size()).toArray());
    }
  }
}
