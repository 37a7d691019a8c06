package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.check.explanation.Monotonicity.Direction;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.BitSet;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Rooms are four categories to these trees; 4.5 is none, and between two of them is nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"xgboost", "lightgbm"})
  void categoriesAreTriedAsTheDataHaveThem(String library) {
    Dataset homes = homes();
    Classifier trees =
        (library.equals("xgboost")
                ? Models.xgboost("classpath:trees/xgboost-logistic.json")
                : Models.lightgbm("classpath:trees/lightgbm-binary.txt"))
            .emittingProbabilities();

    Evidence evidence =
        Monotonicity.in("rooms", Direction.INCREASING).evaluate(trees, homes, context);

    double[] own = probabilities(trees, homes, Double.NaN);
    BitSet found = new BitSet();
    for (double rooms = 3; rooms <= 6; rooms++) {
      double[] changed = probabilities(trees, homes, rooms);
      for (int i = 0; i < own.length; i++) {
        float before = homes.batch(i).values()[1];
        found.set(i, found.get(i) || (rooms - before) * (own[i] - changed[i]) > 1e-6);
      }
    }
    assertThat(found.cardinality()).isPositive();
    assertThat(rates(evidence)).containsExactly("overall " + found.cardinality() + "/60");
    assertThat(evidence.notes()).contains("4 of the data's 4 values were tried");
  }

  /** These trees take 0 for missing, and send it elsewhere than the numbers on both sides. */
  @Test
  void whatTreesTreatByItselfIsTried() {
    Classifier trees =
        Models.lightgbm("classpath:trees/lightgbm-zeros.txt").emittingProbabilities();
    double[] own = {-1, 1};

    assertThat(TriedValues.of(trees, homes(), 3, own, 1000).values()).contains(0);
  }

  private static double[] probabilities(Classifier model, Dataset homes, double rooms) {
    float[] values = homes.batch(0, homes.size()).values().clone();
    for (int i = 0; i < homes.size(); i++) {
      values[4 * i + 1] = Double.isNaN(rooms) ? values[4 * i + 1] : (float) rooms;
    }
    Dataset changed = homes.withFeatures(FeatureStore.inMemory(values, 4), "changed");
    Predictions answers = model.predict(changed.inputs(0, changed.size()));
    return IntStream.range(0, homes.size()).mapToDouble(i -> answers.probability(i, 1)).toArray();
  }

  private static Dataset homes() {
    int n = 60;
    float[] values = new float[4 * n];
    String[] towns = new String[n];
    for (int i = 0; i < n; i++) {
      values[4 * i] = (float) Math.sin(i) * 2;
      values[4 * i + 1] = 3 + i % 4;
      values[4 * i + 2] = i % 5;
      values[4 * i + 3] = (float) Math.cos(i) * 800;
      towns[i] = List.of("Bonn", "Hof", "Jena", "Kiel", "Trier", "Ulm").get(i % 6);
    }
    return Dataset.named("homes")
        .features(FeatureStore.inMemory(values, 4))
        .featureNames(List.of("a", "rooms", "d", "e"))
        .input("town", new TypedTensor.Texts(towns, n, 1))
        .labels(new int[n])
        .classNames(List.of("no", "yes"))
        .build();
  }

  @Test
  void whatCannotBeChangedIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Monotonicity.in("hour", Direction.INCREASING)
                    .evaluate(model(x -> 0.5), NUMBERS, context))
        .withMessageContaining("perhaps \"hours\"");
    Dataset spread =
        Dataset.named("spread")
            .features(NUMBERS.features())
            .featureNames(List.of("job=clerk", "job=cook"))
            .labels(new int[10])
            .classNames(List.of("no", "yes"))
            .build();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Monotonicity.in("job", Direction.INCREASING)
                    .evaluate(model(x -> 0.5), spread, context))
        .withMessageContaining("of which none is more than another")
        .withMessageContaining("\"job=clerk\"");
    Dataset unnamed =
        Dataset.named("unnamed")
            .features(NUMBERS.features())
            .labels(new int[10])
            .classNames(List.of("no", "yes"))
            .build();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Monotonicity.in("job", Direction.INCREASING)
                    .evaluate(model(x -> 0.5), unnamed, context))
        .withMessageContaining("unnamed has no names of features");
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
