package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertMonotoneIn;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.check.explanation.Monotonicity;
import dev.touchstone.check.explanation.Monotonicity.Direction;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MonotonicityAssertionTest {
  private static final Dataset HOURS = hours();

  private static Classifier model(String name, DoubleUnaryOperator score) {
    return Models.function(
            name,
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {0, score.applyAsDouble(batch.row(i)[0])})
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  private static Dataset hours() {
    int n = 600;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i / 100f;
    }
    return Dataset.named("hours")
        .features(FeatureStore.inMemory(values, 1))
        .featureNames(List.of("hours"))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .build();
  }

  @Test
  void aModelThatOnlyRisesPasses() {
    Verdict verdict =
        assertMonotoneIn(
            model("rises", Math::sqrt), HOURS, "hours", Direction.INCREASING, atMost(0.01));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "the probability of class 1 is increasing in hours, but for a share of examples that is"
                + " at most 0.01");
  }

  @Test
  void aModelThatWavesFails() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertThatModel(model("waves", Math::sin))
                    .on(HOURS)
                    .because("more work is never less pay")
                    .isMonotone(
                        Monotonicity.in("hours", Direction.INCREASING).withValues(30),
                        atMost(0.01)))
        .withMessageStartingWith("FAIL: share of counterexamples")
        .withMessageContaining("hours changed to")
        .withMessageContaining("because      more work is never less pay");
  }

  @Test
  void whatIsNoShareIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertMonotoneIn(
                    model("rises", Math::sqrt), HOURS, "hours", Direction.DECREASING, atMost(1)))
        .withMessageContaining("write atMost(0.01)");
  }

  @Test
  void valuesOfARegressorAreHeldToo() {
    Regressor dearer =
        Models.function(
                "dearer",
                "1",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> new double[] {100 * Math.sqrt(batch.row(i)[0])})
                        .toArray(double[][]::new))
            .emittingValues();
    Dataset flats =
        Dataset.named("flats")
            .features(HOURS.features())
            .featureNames(List.of("rooms"))
            .values(new double[HOURS.size()], "EUR")
            .build();

    Verdict verdict = assertMonotoneIn(dearer, flats, "rooms", Direction.INCREASING, atMost(0.01));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement()).startsWith("the value is increasing in rooms");
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () -> assertMonotoneIn(dearer, flats, "rooms", Direction.DECREASING, atMost(0.01)))
        .withMessageContaining("value then");
  }
}
