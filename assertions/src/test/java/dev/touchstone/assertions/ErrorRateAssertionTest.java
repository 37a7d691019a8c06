package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertModelBugRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorRateAssertionTest {

  /** Says "yes" with the probability that is its only feature. */
  private static final Classifier MODEL =
      Models.function("as given", "1", ErrorRateAssertionTest::asGiven).emittingProbabilities();

  private static double[][] asGiven(Tensor batch) {
    return IntStream.range(0, batch.rows())
        .mapToObj(i -> new double[] {1 - batch.row(i)[0], batch.row(i)[0]})
        .toArray(double[][]::new);
  }

  /** Two groups of n; the model is wrong on the first few of the second group, 0.8 sure of it. */
  private static Dataset data(int n, int wrongOfSecondGroup) {
    float[] probabilities = new float[2 * n];
    int[] labels = new int[2 * n];
    for (int i = 0; i < 2 * n; i++) {
      labels[i] = i % 2;
      boolean wrong = i >= n && i < n + wrongOfSecondGroup;
      probabilities[i] = (labels[i] == 1) == wrong ? 0.2f : 0.8f;
    }
    return Dataset.named("data")
        .features(FeatureStore.inMemory(probabilities, 1))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("sex", IntStream.range(0, 2 * n).mapToObj(i -> i < n ? "f" : "m").toList())
        .build();
  }

  @Test
  void enoughRightAnswersPassForEveryGroup() {
    Verdict verdict = assertErrorRateWithin(MODEL, data(200, 4).groupedBy("sex"), 0.1);

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.judgements()).hasSize(3);
    assertThat(verdict.claim().statement())
        .isEqualTo("the share of wrongly classified examples is at most 0.1");
  }

  @Test
  void oneGroupWithManyErrorsFailsTheClaimThatHoldsOverall() {
    Dataset data = data(500, 90);
    assertThat(assertErrorRateWithin(MODEL, data, 0.12).outcome()).isEqualTo(Outcome.PASS);

    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertErrorRateWithin(MODEL, data.groupedBy("sex"), 0.12))
        .satisfies(
            error -> {
              assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
              assertThat(error).hasMessageContaining("sex=m").hasMessageContaining("0.18");
            });
  }

  @Test
  void fewExamplesAreInconclusiveAndAreRefusedUnlessThatIsAllowed() {
    Dataset data = data(10, 0);

    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertThatModel(MODEL).on(data).hasErrorRateWithin(0.1))
        .satisfies(error -> assertThat(error.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE))
        .withMessageContaining(
            "20 examples (overall) cannot show a value ≤ 0.1, whatever the model answers: that"
                + " takes 36, of which none counts against the model");
    assertThat(
            assertThatModel(MODEL)
                .on(data)
                .allowInconclusive("a pilot")
                .hasErrorRateWithin(0.1)
                .outcome())
        .isEqualTo(Outcome.INCONCLUSIVE);
  }

  @Test
  void anErrorRateOfZeroCannotBeShown() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertErrorRateWithin(MODEL, data(500, 0), 0))
        .satisfies(error -> assertThat(error.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE));
  }

  @Test
  void aModelBugDependsOnItsNormAndTolerance() {
    Dataset data = data(200, 50);
    ModelBug.Norm largest = ModelBug.withNorm(Double.POSITIVE_INFINITY);

    // A right answer lies 0.2 from its label, a wrong one 0.8.
    assertThat(assertModelBugRateWithin(MODEL, data, largest.tolerance(0.81), 0.02).outcome())
        .isEqualTo(Outcome.PASS);
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertModelBugRateWithin(MODEL, data, largest.tolerance(0.79), 0.02))
        .satisfies(error -> assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL))
        .withMessageContaining(
            "the share of examples with a model bug, ‖f(x) - y‖∞ ≥ 0.79, is at most 0.02");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 5, Double.NaN})
  void aToleranceThatIsNoShareIsRefusedBeforeAnythingIsPredicted(double tolerance) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertErrorRateWithin(MODEL, data(10, 0), tolerance))
        .withMessage(
            "an error rate is a share of the examples, and the tolerance was "
                + tolerance
                + "; write 0.05 for 5 %");
  }
}
