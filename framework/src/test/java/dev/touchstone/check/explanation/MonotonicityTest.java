package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.check.explanation.Monotonicity.Direction;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MonotonicityTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Classifier model(DoubleUnaryOperator probability) {
    return Models.function(
            "a curve",
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToDouble(i -> probability.applyAsDouble(batch.row(i)[0]))
                    .mapToObj(p -> new double[] {1 - p, p})
                    .toArray(double[][]::new))
        .emittingProbabilities();
  }

  /** The numbers from 0 to 9 beside a column that does nothing. */
  private static final Dataset NUMBERS = numbers();

  private static Dataset numbers() {
    float[] values = new float[20];
    for (int i = 0; i < 10; i++) {
      values[2 * i] = i;
      values[2 * i + 1] = 7;
    }
    return Dataset.named("numbers")
        .features(FeatureStore.inMemory(values, 2))
        .featureNames(List.of("hours", "other"))
        .labels(new int[10])
        .classNames(List.of("no", "yes"))
        .column("half", IntStream.range(0, 10).mapToObj(i -> i < 5 ? "low" : "high").toList())
        .build();
  }

  private List<String> rates(Evidence evidence) {
    return evidence.measurements().stream().map(m -> m.slice() + " " + m.estimate()).toList();
  }

  @Test
  void whatOnlyRisesHasNoCounterexample() {
    Classifier rising = model(x -> x / 20);

    assertThat(
            rates(
                Monotonicity.in("hours", Direction.INCREASING).evaluate(rising, NUMBERS, context)))
        .containsExactly("overall 0/10");
    assertThat(
            rates(
                Monotonicity.in("hours", Direction.DECREASING).evaluate(rising, NUMBERS, context)))
        .containsExactly("overall 10/10");
    assertThat(
            rates(
                Monotonicity.in("hours", Direction.DECREASING)
                    .ofClass(0)
                    .evaluate(rising, NUMBERS, context)))
        .containsExactly("overall 0/10");
    assertThat(
            rates(
                Monotonicity.in("other", Direction.INCREASING)
                    .evaluate(
                        model(x -> 0.5),
                        NUMBERS.withFeatures(NUMBERS.features(), "again").withFeatures(both(), "b"),
                        context)))
        .containsExactly("overall 0/10");
  }

  private static FeatureStore both() {
    float[] values = new float[20];
    for (int i = 0; i < 20; i++) {
      values[i] = i;
    }
    return FeatureStore.inMemory(values, 2);
  }

  /**
   * A dip at 6: of 0 to 5 nothing is higher than there but 5's own .25, and 6 is below the rest.
   */
  @Test
  void aDipIsACounterexampleOfWhatStandsBesideIt() {
    Classifier dipping = model(x -> x == 6 ? 0.22 : x / 20);

    Evidence evidence =
        Monotonicity.in("hours", Direction.INCREASING)
            .evaluate(dipping, NUMBERS.groupedBy("half"), context);

    // 5 falls from .25 to .22 at 6; 6 rises to .25 at 5.
    assertThat(rates(evidence)).containsExactly("overall 2/10", "half=high 2/5", "half=low 0/5");
    assertThat(evidence.worst()).extracting(finding -> finding.subject()).containsExactly("5", "6");
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("hours", "5")
        .containsEntry("probability", "0.25")
        .containsEntry("hours changed to", "6")
        .containsEntry("probability then", "0.22");
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("10 of the data's 10 values"));
  }

  @Test
  void treesAreTriedBetweenTheirThresholds() {
    Classifier trees =
        Models.xgboost("classpath:attribution/tree-logistic.ubj").emittingProbabilities();
    float[] values = new float[300 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i) * 2;
    }
    Dataset data =
        Dataset.named("waves")
            .features(FeatureStore.inMemory(values, 5))
            .featureNames(List.of("a", "b", "c", "d", "e"))
            .labels(new int[300])
            .classNames(List.of("no", "yes"))
            .build();

    Evidence all =
        Monotonicity.in("a", Direction.INCREASING).withValues(500).evaluate(trees, data, context);
    Evidence some =
        Monotonicity.in("a", Direction.INCREASING).withValues(4).evaluate(trees, data, context);

    assertThat(all.notes())
        .anyMatch(note -> note.contains("one between each two of the trees' thresholds"));
    assertThat(some.notes()).anyMatch(note -> note.startsWith("4 values were tried of"));
    assertThat(all.measurements().get(0).estimate().value())
        .isGreaterThanOrEqualTo(some.measurements().get(0).estimate().value());
  }

  @Test
  void whatCannotBeChangedIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Monotonicity.in("hour", Direction.INCREASING)
                    .evaluate(model(x -> 0.5), NUMBERS, context))
        .withMessageContaining("perhaps \"hours\"");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Monotonicity.in("other", Direction.INCREASING)
                    .evaluate(model(x -> 0.5), NUMBERS, context))
        .withMessageContaining("the one value 7.0");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Monotonicity.in("hours", Direction.INCREASING)
                    .ofClass(2)
                    .evaluate(model(x -> 0.5), NUMBERS, context))
        .withMessageContaining("2 classes");
  }
}
