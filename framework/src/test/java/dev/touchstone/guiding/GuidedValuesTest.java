package dev.touchstone.guiding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class GuidedValuesTest {
  private static final int N = 200;
  private static final int M = 30;
  private static final int D = 5;

  private final boolean[] wrong = new boolean[N];
  private final double[] right = new double[N];

  /** Prices in thousands, a linear function of features up to noise; some were set too high. */
  private Dataset prices(boolean systematic) {
    Matrix x = Problems.random(N, D, "prices");
    UniformRandomProvider random = new RandomStreams(4).of("noise");
    double[] given = new double[N];
    for (int i = 0; i < N; i++) {
      right[i] = price(x, i, random);
      wrong[i] = systematic ? x.get(i, 0) > 1 : i % 6 == 0;
      given[i] = right[i] + (wrong[i] ? 90 : 0);
    }
    return data("prices", x, given, "EUR");
  }

  private static double price(Matrix x, int row, UniformRandomProvider random) {
    return 300 + 40 * x.get(row, 0) - 25 * x.get(row, 1) + 6 * (random.nextDouble() - 0.5);
  }

  private static AuditSet audit() {
    Matrix x = Problems.random(M, D, "audited prices");
    UniformRandomProvider random = new RandomStreams(5).of("noise");
    double[] values = new double[M];
    Arrays.setAll(values, i -> price(x, i, random));
    return AuditSet.of(data("audit", x, values, "EUR"));
  }

  private static Dataset data(String name, Matrix x, double[] values, String unit) {
    float[] features = new float[x.values().length];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) x.values()[i];
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(features, x.columns()))
        .values(values, unit)
        .build();
  }

  @Test
  void valuesThatWereSetWrongMoveTowardWhatTheyWere() {
    for (boolean systematic : new boolean[] {false, true}) {
      Dataset prices = prices(systematic);
      BilevelResult result =
          GuidedValues.with(audit())
              .withGamma(0.2)
              .update(prices, Trainings::rows, RunContext.current());
      assertThat(result.stopped()).isEqualTo(BilevelResult.Stop.CONVERGED);
      assertThat(Auroc.of(result.suspicion(), wrong).value()).isGreaterThan(0.97);
      double before = 0;
      double after = 0;
      for (int i = 0; i < N; i++) {
        before += Math.abs(prices.target(i) - right[i]);
        after += Math.abs(result.targets().get(i, 0) - right[i]);
      }
      assertThat(after).isLessThan(0.6 * before);
      assertThat(result.proposed()).isEmpty();
    }
  }

  /** At the optimum of a convex problem the slope is ∓γ where a value moved, else within ±γ. */
  @Test
  void theOptimumSatisfiesTheFirstOrderConditions() {
    Matrix x = Problems.random(60, 4, "x");
    Matrix audited = Problems.random(12, 4, "audited");
    Matrix targets = Problems.random(60, 1, "y");
    Matrix trusted = Problems.random(12, 1, "trusted");
    double[] shares = new double[12];
    Arrays.fill(shares, 1.0 / 12);
    double gamma = 0.3;
    try (HeadProblem problem = Problems.of(new RidgeHead(0.05), x, targets, audited, trusted, 0)) {
      ProjectedGradient descent =
          new ProjectedGradient(
              new BilevelObjective(problem, new Trusted(trusted, shares), 1e-11),
              new TargetSpace.Values(targets),
              1e-14,
              1);
      descent.run(gamma, 5000);
      int moved = 0;
      for (int i = 0; i < 60; i++) {
        double delta = descent.targets().get(i, 0) - targets.get(i, 0);
        double slope = descent.gradient().get(i, 0);
        if (Math.abs(delta) > 1e-3) {
          moved++;
          assertThat(slope).isCloseTo(-gamma * Math.signum(delta), within(1e-2));
        } else {
          assertThat(Math.abs(slope)).isLessThan(gamma + 1e-2);
        }
      }
      assertThat(moved).isBetween(10, 59);
    }
  }

  /** One deviation of a concept is to move the value by one: the head comes nearer to that. */
  @Test
  void importancesAreMatchedWhereTheyAreAskedFor() {
    Dataset prices = prices(false);
    AuditSet audit = audit();
    double[][] concepts = new double[M][];
    int[][] importances = new int[M][];
    double[][] rows = rows(audit.data());
    for (int j = 0; j < M; j++) {
      concepts[j] = new double[] {rows[j][0], rows[j][1], rows[j][2]};
      importances[j] = new int[] {rows[j][0] > 0 ? 1 : -1, 0, 0};
    }
    AuditSet annotated =
        audit.annotatedBy(
            Annotations.of(List.of("size", "age", "colour"), concepts)
                .withImportances(importances));
    GuidedValues guided = GuidedValues.with(annotated).withGamma(0.2);
    BilevelResult plain = guided.update(prices, Trainings::rows, RunContext.current());
    BilevelResult matched =
        guided.matchingImportances().update(prices, Trainings::rows, RunContext.current());
    // Right are .81 and -.50 and 0 deviations; features are the concepts, but for a ridge.
    double before = Math.abs(plain.weights().get(0, 0) - 1) + Math.abs(plain.weights().get(1, 0));
    double after =
        Math.abs(matched.weights().get(0, 0) - 1) + Math.abs(matched.weights().get(1, 0));
    // Measured: .732 and .113.
    assertThat(after).isLessThan(0.5 * before);
    assertThat(matched.settings()).endsWith("matching importances");
    assertThat(matched.weights().rows()).isEqualTo(3 + 1);
    assertThatThrownBy(() -> GuidedValues.with(audit).matchingImportances())
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("annotate it");
  }

  private static double[][] rows(Dataset data) {
    Matrix rows = Trainings.rows(data).toMatrix();
    return IntStream.range(0, rows.rows()).mapToObj(rows::row).toArray(double[][]::new);
  }

  @Test
  void whatItCannotWorkOnIsRefused() {
    Dataset prices = prices(false);
    AuditSet classes =
        AuditSet.of(Trainings.data("classes", Problems.random(4, D, "c"), new int[4], 2));
    assertThatThrownBy(() -> GuidedValues.with(classes))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("ModelGuiding.with(audit)");
    Dataset dollars = data("dollars", Problems.random(9, D, "d"), new double[9], "USD");
    assertThatThrownBy(
            () -> GuidedValues.with(audit()).update(dollars, Trainings::rows, RunContext.current()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("one unit");
    Dataset constant = data("constant", Problems.random(9, D, "d"), new double[9], "EUR");
    assertThatThrownBy(
            () ->
                GuidedValues.with(audit()).update(constant, Trainings::rows, RunContext.current()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("all values");
    assertThatThrownBy(
            () ->
                GuidedValues.with(AuditSet.of(prices.first(5)))
                    .update(prices, Trainings::rows, RunContext.current()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("overlaps");
    assertThatThrownBy(() -> GuidedValues.with(audit()).withGamma(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
