package dev.touchstone.samples.extending;

import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.samples.Defective;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("library")
class OwnDetectorTest {

  /** Two clouds of a hundred points, so many standard deviations apart. */
  private static Dataset clouds(double apart) {
    Random random = new Random(7);
    float[] values = new float[400];
    int[] labels = new int[200];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      values[2 * i] = (float) (random.nextGaussian() + apart * labels[i]);
      values[2 * i + 1] = (float) random.nextGaussian();
    }
    return Dataset.named("clouds")
        .features(FeatureStore.inMemory(values, 2))
        .labels(labels)
        .build();
  }

  @Test
  void neighboursAreCountedByHand() {
    Dataset line =
        Dataset.named("line")
            .features(FeatureStore.inMemory(new float[] {0, 1, 2, 10, 11, 12}, 1))
            .labels(0, 0, 1, 1, 1, 0)
            .build();

    LabelIssues issues = new WrongNeighbours(2).issues(line);

    assertThat(issues.suspicion()).containsExactly(0.5, 0.5, 1, 0.5, 0.5, 1);
    assertThat(issues.proposed()).hasValue(new int[] {0, 0, 0, 1, 1, 1});
    assertThat(issues.confidence(2)).hasValue(1);
    assertThat(issues.confidence(0)).hasValue(0.5);
  }

  @Test
  void wrongLabelsBetweenCloudsFarApartAreFound() {
    assertThat(
            assertMislabelledDetected(
                    LogisticRegressionTrainer.withDefaults(),
                    LabelNoise.uniform(0.2).plantedIn(clouds(6)),
                    new WrongNeighbours(9),
                    aurocAtLeast(0.9))
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void withinOneCloudTheyCannotBeFoundAndTheClaimIsRefuted() {
    try (RunContext.Binding binding = Defective.reports()) {
      assertThatExceptionOfType(ModelAssertionError.class)
          .isThrownBy(
              () ->
                  assertMislabelledDetected(
                      LogisticRegressionTrainer.withDefaults(),
                      LabelNoise.uniform(0.2).plantedIn(clouds(0)),
                      new WrongNeighbours(9),
                      aurocAtLeast(0.9)))
          .withMessageStartingWith("FAIL: ");
    }
  }

  @Test
  void asManyNeighboursAsPointsAreRefusedBeforeAnythingIsTrained() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertMislabelledDetected(
                    LogisticRegressionTrainer.withDefaults(),
                    LabelNoise.uniform(0.2).plantedIn(clouds(6)),
                    new WrongNeighbours(200),
                    aurocAtLeast(0.9)))
        .withMessageContaining("has from 1 to 199 neighbours, and 200 were asked for");
  }
}
