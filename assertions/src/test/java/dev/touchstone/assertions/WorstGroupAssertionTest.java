package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertRepairImprovesWorstGroup;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorstGroupAssertionTest {
  private static final Classifier BEFORE = reading(0, "before");
  private static final Classifier AFTER = reading(1, "after");

  /** Says "yes" with the probability that is one of its features. */
  private static Classifier reading(int feature, String name) {
    return Models.function(
            name,
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {1 - batch.row(i)[feature], batch.row(i)[feature]})
                    .toArray(double[][]::new))
        .emittingProbabilities();
  }

  /** On land 10 of 200 were wrong and on water 80; after it so many. */
  private static Dataset data(int onLand, int onWater) {
    float[] features = new float[800];
    int[] labels = new int[400];
    for (int i = 0; i < 400; i++) {
      labels[i] = i % 2;
      boolean land = i < 200;
      boolean wasWrong = i % 200 < (land ? 10 : 80);
      boolean isWrong = i % 200 < (land ? onLand : onWater);
      features[2 * i] = (labels[i] == 1) == wasWrong ? 0.2f : 0.8f;
      features[2 * i + 1] = (labels[i] == 1) == isWrong ? 0.3f : 0.7f;
    }
    return Dataset.named("birds")
        .features(FeatureStore.inMemory(features, 2))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("place", IntStream.range(0, 400).mapToObj(i -> i < 200 ? "land" : "water").toList())
        .build()
        .groupedBy("place");
  }

  @Test
  void passesWhereTheWorstGroupIsBetterOff() {
    Verdict verdict = assertRepairImprovesWorstGroup(BEFORE, AFTER, data(12, 10), byAtLeast(0.2));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "against before, the share of wrongly classified examples of the worst group is better"
                + " by at least 0.2");
  }

  @Test
  void failsWhereTheErrorsMoveToAnotherGroup() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () -> assertRepairImprovesWorstGroup(BEFORE, AFTER, data(80, 10), byAtLeast(0.2)))
        .withMessageStartingWith(
            "FAIL: error rate below the worst group's before (place=land) is 0 [");
  }

  @Test
  void takesOtherMetrics() {
    Verdict verdict =
        assertThatModel(AFTER)
            .on(data(0, 0))
            .improvesWorstGroupOver(BEFORE, AreaUnderRoc.ofClass(1), byAtLeast(0.05));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
  }

  @Test
  void refusesWhatIsNoImprovement() {
    for (Bound tolerance : List.of(byAtMost(0.1), byAtLeast(-0.1), byAtLeast(1))) {
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> assertRepairImprovesWorstGroup(BEFORE, AFTER, data(12, 10), tolerance))
          .withMessageStartingWith("the worst group has to be better off by at least so much")
          .withMessageEndingWith("write byAtLeast(0.10)");
    }
  }

  @Test
  void refusesTheSameModelAndDataWithoutGroups() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> assertRepairImprovesWorstGroup(BEFORE, BEFORE, data(12, 10), byAtLeast(0.1)));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertRepairImprovesWorstGroup(
                    BEFORE, AFTER, data(12, 10).groupedBy(), byAtLeast(0.1)))
        .withMessageContaining("is not grouped");
  }
}
