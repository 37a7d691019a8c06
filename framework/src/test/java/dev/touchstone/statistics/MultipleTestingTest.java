package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipleTestingTest {

  static Stream<JsonObject> cases() {
    return Oracle.cases("adjusted").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void adjustedPValuesAreThoseOfStatsmodels(JsonObject oracle) {
    double[] p = Oracle.numbers(oracle, "p");

    assertThat(MultipleTesting.holm(p))
        .containsExactly(Oracle.numbers(oracle, "holm"), within(1e-12));
    assertThat(MultipleTesting.benjaminiHochberg(p))
        .containsExactly(Oracle.numbers(oracle, "bh"), within(1e-12));
    assertThat(MultipleTesting.benjaminiYekutieli(p))
        .containsExactly(Oracle.numbers(oracle, "by"), within(1e-12));
  }

  @Test
  void noTestsNeedNoAdjustment() {
    assertThat(MultipleTesting.holm()).isEmpty();
    assertThat(MultipleTesting.benjaminiYekutieli()).isEmpty();
  }

  @Test
  void holmRarelyRejectsAnyTrueHypothesis() {
    Random random = new Random(4);
    int rejected = 0;
    for (int run = 0; run < 2000; run++) {
      double[] p = random.doubles(20).toArray();
      rejected += least(MultipleTesting.holm(p)) <= 0.05 ? 1 : 0;
    }
    // Independent uniform p-values: exactly 1 - (1 - 0.05/20)^20.
    assertThat(Proportion.of(rejected, 2000).interval(0.999).contains(1 - Math.pow(0.9975, 20)))
        .isTrue();
  }

  private static double least(double[] values) {
    return java.util.Arrays.stream(values).min().orElseThrow();
  }

  @Test
  void benjaminiHochbergKeepsTheShareOfFalseDiscoveriesOfIndependentTests() {
    // 20 of 50 hypotheses are true: the rate is exactly 20/50 of the level.
    assertThat(falseDiscoveryRate(MultipleTesting::benjaminiHochberg, 0).interval(0.999))
        .matches(interval -> interval.contains(0.05 * 20 / 50));
  }

  @Test
  void benjaminiYekutieliKeepsTheShareOfFalseDiscoveriesOfDependentTests() {
    assertThat(falseDiscoveryRate(MultipleTesting::benjaminiYekutieli, 0.9).interval(0.999).lower())
        .isLessThanOrEqualTo(0.05);
  }

  /** The mean share of true hypotheses among the rejected, of 20 true and 30 false ones. */
  private static MeanEstimate falseDiscoveryRate(UnaryOperator<double[]> method, double shared) {
    Random random = new Random(5);
    double[] shares = new double[2000];
    for (int run = 0; run < shares.length; run++) {
      double common = random.nextGaussian();
      double[] p = new double[50];
      for (int i = 0; i < p.length; i++) {
        double z =
            Math.sqrt(shared) * common
                + Math.sqrt(1 - shared) * random.nextGaussian()
                + (i < 20 ? 0 : 2.5);
        p[i] = NormalDistribution.of(0, 1).survivalProbability(z);
      }
      double[] adjusted = method.apply(p);
      int all = 0;
      int wrong = 0;
      for (int i = 0; i < p.length; i++) {
        all += adjusted[i] <= 0.05 ? 1 : 0;
        wrong += adjusted[i] <= 0.05 && i < 20 ? 1 : 0;
      }
      shares[run] = all == 0 ? 0 : (double) wrong / all;
    }
    return MeanEstimate.of(shares);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void pValuesOutsideTheScaleAreRefused(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MultipleTesting.holm(0.5, p))
        .withMessage("a p-value must lie in [0, 1], was " + p);
  }
}
