package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertGapBetweenGroups;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertRatioBetweenGroups;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.between;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.Accuracy;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.AveragePrecision;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.F1Score;
import dev.touchstone.metric.LogLoss;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.metric.Precision;
import dev.touchstone.metric.Recall;
import dev.touchstone.metric.SelectionRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricAssertionTest {
  private static final Classifier MODEL =
      Models.function(
              "as given",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> new double[] {1 - batch.row(i)[0], batch.row(i)[0]})
                      .toArray(double[][]::new))
          .emittingProbabilities();

  /** Two groups of n; one in ten errs in the first, and a given share of positives in the other. */
  private static Dataset data(int n, double missedInSecond) {
    float[] said = new float[2 * n];
    int[] labels = new int[2 * n];
    for (int i = 0; i < 2 * n; i++) {
      labels[i] = i % 2;
      boolean errs = i < n ? i % 20 < 2 : labels[i] == 1 && i % n < missedInSecond * n;
      said[i] = (labels[i] == 1) == errs ? 0.1f : 0.9f;
    }
    return Dataset.named("data")
        .features(FeatureStore.inMemory(said, 1))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("sex", IntStream.range(0, 2 * n).mapToObj(i -> i < n ? "f" : "m").toList())
        .build();
  }

  @Test
  void anyMetricIsClaimedForEveryGroup() {
    Dataset data = data(1000, 0.2).groupedBy("sex");

    assertThat(assertMetric(MODEL, data, Recall.ofClass(1), atLeast(0.75)).judgements())
        .hasSize(3)
        .allMatch(judgement -> judgement.outcome() == Outcome.PASS);
    assertThat(
            assertThatModel(MODEL)
                .on(data)
                .because("a miss costs a customer")
                .hasMetric(F1Score.ofClass(1), atLeast(0.8))
                .claim()
                .statement())
        .isEqualTo("the F1 score (class 1) is at least 0.8");
    assertMetric(MODEL, data, BrierScore.ofClass(1), atMost(0.12));
    assertMetric(MODEL, data, LogLoss.clippedAt(0.01), atMost(0.5));
    assertMetric(MODEL, data, AreaUnderRoc.ofClass(1), atLeast(0.8));
    assertMetric(MODEL, data, AveragePrecision.ofClass(1), atLeast(0.7));
    assertMetric(MODEL, data, Precision.ofClass(1), atLeast(0.8));
  }

  @Test
  void twoLimitsBothHaveToBeShown() {
    Dataset data = data(1000, 0.2);
    Verdict verdict = assertMetric(MODEL, data, SelectionRate.ofClass(1), between(0.4, 0.6));

    assertThat(verdict.judgements()).hasSize(2).allMatch(j -> j.outcome() == Outcome.PASS);
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertMetric(MODEL, data, SelectionRate.ofClass(1), between(0.5, 0.6)))
        .withMessageContaining("the selection rate (class 1) is between 0.5 and 0.6");
    assertThatIllegalArgumentException().isThrownBy(() -> between(0.5, 0.5));
  }

  @Test
  void aGapBetweenGroupsIsRefutedByOnePair() {
    assertGapBetweenGroups(MODEL, data(2000, 0.1).groupedBy("sex"), Recall.ofClass(1), atMost(0.1));
    Dataset apart = data(2000, 0.4).groupedBy("sex");

    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertGapBetweenGroups(MODEL, apart, Recall.ofClass(1), atMost(0.1)))
        .withMessageStartingWith("FAIL: recall (class 1) gap (sex=f − sex=m) is 0.3")
        .withMessageContaining(
            "claim        between any two groups the recall (class 1) differs by at most 0.1");
  }

  @Test
  void aRatioBetweenGroupsIsRefutedWhicheverGroupHasLess() {
    assertRatioBetweenGroups(
        MODEL, data(2000, 0.05).groupedBy("sex"), SelectionRate.ofClass(1), atLeast(0.8));
    Dataset apart = data(2000, 0.45).groupedBy("sex");

    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () -> assertRatioBetweenGroups(MODEL, apart, SelectionRate.ofClass(1), atLeast(0.8)))
        .withMessageStartingWith("FAIL: selection rate (class 1) ratio (sex=f / sex=m) is 1.8")
        .withMessageContaining("not ≤ 1.25");
  }

  @Test
  void aToleranceThatClaimsNothingIsRefused() {
    Dataset data = data(100, 0.1).groupedBy("sex");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertMetric(MODEL, data, BrierScore.ofClass(1), atMost(1)))
        .withMessage(
            "the Brier score (class 1) lies between 0 and 1, so that every model keeps the"
                + " tolerance at most 1; write one in between");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertMetric(MODEL, data, Accuracy.withDefaults(), atLeast(90)))
        .withMessageContaining("so that no model keeps the tolerance at least 90");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertGapBetweenGroups(MODEL, data, Recall.ofClass(1), atMost(0)))
        .withMessageContaining("write atMost(0.05)");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertRatioBetweenGroups(MODEL, data, Recall.ofClass(1), atMost(0.8)))
        .withMessageContaining("write atLeast(0.8)");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertMetric(MODEL, data, NegativeFlips.withDefaults(), atMost(0.1)))
        .withMessageContaining("assertNoRegression(candidate, approved, data, metric");
  }

  /** Twenty right answers leave an accuracy of .83 possible. */
  @Test
  void whatNoAnswerCouldShowIsSaid() {
    Dataset few = data(10, 0);
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertMetric(MODEL, few, Accuracy.withDefaults(), atLeast(0.95)))
        .satisfies(
            error ->
                assertThat(error.verdict().warnings())
                    .extracting(Warning::kind)
                    .contains(Warning.CANNOT_PASS));
  }

  @Test
  void anErrorRateIsOneMetricOfMany() {
    Dataset data = data(1000, 0.2).groupedBy("sex");
    assertThat(assertMetric(MODEL, data, ErrorRate.withDefaults(), atMost(0.15)).fingerprint())
        .isEqualTo(ModelAssertions.assertErrorRateWithin(MODEL, data, 0.15).fingerprint());
  }
}
