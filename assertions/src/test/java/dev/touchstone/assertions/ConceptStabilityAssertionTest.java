package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertNoUnstableConcepts;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConceptStabilityAssertionTest {
  private static final int N = 400;

  private static final Classifier MODEL =
      Models.function(
              "model",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> new double[] {0, batch.row(i)[0] - 0.5})
                      .toArray(double[][]::new))
          .emittingLogits();

  /** The first feature is the label, but for every tenth or every second; the second is its own. */
  private static Dataset domain(String name, int but) {
    float[] features = new float[2 * N];
    for (int i = 0; i < N; i++) {
      features[2 * i] = (i / 2) % but == 0 ? 1 - i % 2 : i % 2;
      features[2 * i + 1] = i;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(features, 2))
        .featureNames(List.of("tag", "number"))
        .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static final Dataset HERE = domain("here", 10);
  private static final Dataset THERE = domain("there", 2);
  private static final Dataset NEARBY = domain("nearby", 9);

  @Test
  void aConceptThatGoesWithTheLabelAlikePasses() {
    assertThat(assertNoUnstableConcepts(MODEL, HERE, NEARBY, List.of("tag"), atMost(0.3)).outcome())
        .isEqualTo(Outcome.PASS);
  }

  /** Correlations of 0.8 and of 0. */
  @Test
  void aTagThatMeansNothingElsewhereFails() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertNoUnstableConcepts(MODEL, HERE, THERE, List.of("tag", "number"), atMost(0.3)))
        .withMessageStartingWith("FAIL: change of correlation (tag) is 0.8 [")
        .withMessageContaining(
            "claim        the correlation of each concept with the label differs between here and"
                + " there by a number that is at most 0.3");
  }

  @Test
  void theSameIsSaidOfWhatWasAnnotated() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () -> assertNoUnstableConcepts(MODEL, annotated(HERE), annotated(THERE), atMost(0.3)))
        .withMessageStartingWith("FAIL: change of correlation (tag) is 0.8 [");
  }

  private static AuditSet annotated(Dataset data) {
    double[][] values =
        IntStream.range(0, N)
            .mapToObj(i -> new double[] {data.batch(i).values()[0]})
            .toArray(double[][]::new);
    return AuditSet.of(data).annotatedBy(Annotations.of(List.of("tag"), values));
  }

  @Test
  void aToleranceThatNothingCanBreakIsRefused() {
    for (Bound bound : List.of(atMost(0), atMost(2), atLeast(0.5))) {
      assertThatThrownBy(() -> assertNoUnstableConcepts(MODEL, HERE, THERE, List.of("tag"), bound))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("write atMost(0.2)");
    }
  }
}
