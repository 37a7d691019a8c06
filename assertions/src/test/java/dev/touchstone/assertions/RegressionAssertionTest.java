package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.AveragePrecision;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.MeanLoss;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RegressionAssertionTest {
  private static final Classifier APPROVED = reading(0, "approved");
  private static final Classifier CANDIDATE = reading(1, "candidate");

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

  /** Two groups of n; the candidate breaks the first few of the second, and mends as many. */
  private static Dataset data(int n, int broken, int mended) {
    float[] features = new float[4 * n];
    int[] labels = new int[2 * n];
    for (int i = 0; i < 2 * n; i++) {
      labels[i] = i % 2;
      boolean breaks = i >= n && i < n + broken;
      boolean mends = i >= n + broken && i < n + broken + mended;
      features[2 * i] = (labels[i] == 1) == mends ? 0.2f : 0.8f;
      features[2 * i + 1] = (labels[i] == 1) == breaks ? 0.3f : 0.7f;
    }
    return Dataset.named("data")
        .features(FeatureStore.inMemory(features, 2))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("sex", IntStream.range(0, 2 * n).mapToObj(i -> i < n ? "f" : "m").toList())
        .build();
  }

  @Test
  void aCandidateThatBreaksLittlePassesForEveryGroup() {
    Verdict verdict =
        assertNoRegression(
            CANDIDATE,
            APPROVED,
            data(1000, 2, 3).groupedBy("sex"),
            ErrorRate.withDefaults(),
            byAtMost(0.01));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.judgements()).hasSize(3);
    assertThat(verdict.claim().statement())
        .isEqualTo("against approved, the error rate increase is at most 0.01");
  }

  /** Groups of four: 2·(1 − .025^¼) − 1 = .205 is left however much better the candidate is. */
  @Test
  void groupsThatNoCandidateCouldPassAreNamedWithTheNumberThatWouldDo() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertNoRegression(
                    CANDIDATE,
                    APPROVED,
                    data(4, 0, 0).groupedBy("sex"),
                    ErrorRate.withDefaults(),
                    byAtMost(0.01)))
        .satisfies(error -> assertThat(error.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE))
        .withMessageContaining(
            "4 examples (sex=f) cannot show a value ≤ 0.01, whatever the model answers: that takes"
                + " 6, at each of which the candidate answers as well as can be");
  }

  @Test
  void aCandidateThatBreaksOneGroupFailsWithTheExamplesThatItBroke() {
    Dataset data = data(500, 40, 0);

    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertNoRegression(
                    CANDIDATE,
                    APPROVED,
                    data.groupedBy("sex"),
                    ErrorRate.withDefaults(),
                    byAtMost(0.02)))
        .satisfies(
            error -> {
              assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
              assertThat(error)
                  .hasMessageStartingWith("FAIL: error rate increase (sex=m) is 0.08 [")
                  .hasMessageContaining("before no (0.8), now yes (0.7), sex m")
                  .hasMessageContaining("overall 40 newly wrong, 0 newly right (McNemar p =");
            });
  }

  @Test
  void asManyErrorsAsBeforeMayStillBeFlips() {
    Dataset data = data(500, 60, 60);

    assertThat(
            assertNoRegression(CANDIDATE, APPROVED, data, ErrorRate.withDefaults(), byAtMost(0.03))
                .outcome())
        .isEqualTo(Outcome.PASS);
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertNoRegression(
                    CANDIDATE, APPROVED, data, NegativeFlips.withDefaults(), byAtMost(0.03)))
        .satisfies(error -> assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL));
  }

  @Test
  void theFluentFormIsTheSameAndKeepsItsReason() {
    Dataset data = data(1000, 2, 3).groupedBy("sex");
    Verdict verdict =
        assertThatModel(CANDIDATE)
            .on(data)
            .because("release 7 replaces release 6")
            .hasNotRegressedFrom(APPROVED, NegativeFlips.withDefaults(), byAtMost(0.01));

    assertThat(verdict.claim().because()).hasValue("release 7 replaces release 6");
    assertThat(verdict.evidence())
        .isSameAs(
            assertNoRegression(
                    CANDIDATE, APPROVED, data, NegativeFlips.withDefaults(), byAtMost(0.01))
                .evidence());
  }

  @Test
  void fewExamplesAreInconclusive() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertNoRegression(
                    CANDIDATE, APPROVED, data(20, 0, 1), ErrorRate.withDefaults(), byAtMost(0.01)))
        .withMessageStartingWith("INCONCLUSIVE: error rate increase (overall) is -0.025 [");
  }

  static List<Bound> tolerancesOfNoRegression() {
    return List.of(atLeast(0.01), atMost(-0.01));
  }

  @ParameterizedTest
  @MethodSource("tolerancesOfNoRegression")
  void aToleranceThatIsNoneIsRefusedBeforeAnythingRuns(Bound tolerance) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertNoRegression(
                    CANDIDATE, APPROVED, data(20, 0, 1), ErrorRate.withDefaults(), tolerance))
        .withMessageStartingWith("a candidate may be worse by at most so much, and the tolerance")
        .withMessageEndingWith("write byAtMost(0.01)");
  }

  static List<Arguments> metricsAndHowMuchWorseTheyCanBe() {
    return List.of(
        arguments(ErrorRate.withDefaults(), 1.0),
        arguments(NegativeFlips.withDefaults(), 1.0),
        arguments(AreaUnderRoc.ofClass(1), 1.0),
        arguments(AveragePrecision.ofClass(1), 1.0),
        arguments(Calibration.withDefaults(), 1.0),
        arguments(BrierScore.withDefaults(), 2.0),
        arguments(MeanLoss.of("refunds in euro", -10, 30, (p, label) -> 0), 40.0));
  }

  @ParameterizedTest
  @MethodSource("metricsAndHowMuchWorseTheyCanBe")
  void aToleranceThatEveryModelMeetsIsRefused(ClassificationMetric metric, double most) {
    for (double tolerance : new double[] {most, 5 * most}) {
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(
              () ->
                  assertNoRegression(
                      CANDIDATE, APPROVED, data(20, 0, 1), metric, byAtMost(tolerance)))
          .withMessageStartingWith("no model can be worse by more than " + Numbers.format(most))
          .withMessageContaining(metric.quantity());
    }
    Bound lessThanMost = byAtMost(0.99 * most);
    assertThat(
            assertNoRegression(CANDIDATE, APPROVED, data(200, 0, 1), metric, lessThanMost)
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  /** In euro, as its author wrote it: without a word on how bad it can become. */
  private record Cost(ClassificationMetric loss) implements ClassificationMetric {
    @Override
    public String quantity() {
      return loss.quantity();
    }

    @Override
    public double[] outcome(double[] probabilities, int label) {
      return loss.outcome(probabilities, label);
    }

    @Override
    public Optional<Estimate> value(Outcomes outcomes) {
      return loss.value(outcomes);
    }

    @Override
    public Estimate regression(Outcomes candidate, Outcomes approved) {
      return loss.regression(candidate, approved);
    }
  }

  @Test
  void whatAMetricOfOnesOwnCanComeToIsNotGuessed() {
    ClassificationMetric cost = new Cost(MeanLoss.of("cost in euro", 0, 30, (p, label) -> 0));
    assertThat(
            assertNoRegression(CANDIDATE, APPROVED, data(200, 0, 1), cost, byAtMost(3)).outcome())
        .isEqualTo(Outcome.PASS);
  }
}
