package dev.touchstone.statistics;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrelationChangeTest {

  /** Two correlated normals, n of each. */
  private static double[][] normals(int n, double rho, long seed) {
    Random random = new Random(seed);
    double[][] both = new double[2][n];
    for (int i = 0; i < n; i++) {
      both[0][i] = random.nextGaussian();
      both[1][i] = rho * both[0][i] + Math.sqrt(1 - rho * rho) * random.nextGaussian();
    }
    return both;
  }

  /** 0 and 1: x in a share of the examples, y more often with it than without. */
  private static double[][] binary(
      int n, double x, double with, double without, SplittableRandom random) {
    double[][] both = new double[2][n];
    for (int i = 0; i < n; i++) {
      both[0][i] = random.nextDouble() < x ? 1 : 0;
      both[1][i] = random.nextDouble() < (both[0][i] == 1 ? with : without) ? 1 : 0;
    }
    return both;
  }

  private static double phi(double x, double with, double without) {
    double y = x * with + (1 - x) * without;
    return (x * with - x * y) / Math.sqrt(x * (1 - x) * y * (1 - y));
  }

  @Test
  void theValueIsTheDifferenceOfPearsonsCorrelations() {
    // By hand: r = 4/5 of (1,2,3,4) and (1,3,2,4), −1 of (1,2,3,4) and (8,6,4,2).
    CorrelationChange change =
        CorrelationChange.between(
            new double[] {1, 2, 3, 4},
            new double[] {1, 3, 2, 4},
            new double[] {1, 2, 3, 4},
            new double[] {8, 6, 4, 2});

    assertThat(change.first()).isCloseTo(0.8, within(1e-15));
    assertThat(change.second()).isCloseTo(-1, within(1e-15));
    assertThat(change.value()).isCloseTo(1.8, within(1e-15));
    assertThat(change.sampleSize()).isEqualTo(8);
  }

  /** Of normals the influence has Fisher's standard error, and MOVER Zou's limits. */
  @Test
  void manyNormalsHaveFishersLimits() {
    double[][] a = normals(20_000, 0.6, 1);
    double[][] b = normals(30_000, 0.2, 2);
    CorrelationChange change = CorrelationChange.between(a[0], a[1], b[0], b[1]);
    double z1 = atanh(change.first());
    double z2 = atanh(change.second());
    double s1 = 1.959963984540054 / Math.sqrt(20_000 - 3);
    double s2 = 1.959963984540054 / Math.sqrt(30_000 - 3);
    double below =
        Math.hypot(change.first() - Math.tanh(z1 - s1), Math.tanh(z2 + s2) - change.second());
    double above =
        Math.hypot(Math.tanh(z1 + s1) - change.first(), change.second() - Math.tanh(z2 - s2));

    Interval interval = change.interval(0.95);
    assertThat(interval.lower()).isCloseTo(change.value() - below, within(3e-3));
    assertThat(interval.upper()).isCloseTo(change.value() + above, within(3e-3));
  }

  private static double atanh(double r) {
    return 0.5 * Math.log((1 + r) / (1 - r));
  }

  @Test
  void intervalsAndPValuesAgree() {
    double[][] a = normals(80, 0.7, 3);
    double[][] b = normals(60, -0.1, 4);
    double[][] c = normals(70, 0.68, 5);
    for (CorrelationChange change :
        new CorrelationChange[] {
          CorrelationChange.between(a[0], a[1], b[0], b[1]),
          CorrelationChange.between(b[0], b[1], a[0], a[1]),
          CorrelationChange.between(a[0], a[1], c[0], c[1])
        }) {
      assertIntervalsAndPValuesAgree(change, 0.01, 0.05, 0.2, 0.5, 0.7, 0.8, 1, 1.3, 1.9);
    }
  }

  @Test
  void aCorrelationOfOneHasALimitBelowIt() {
    double[] label = IntStream.range(0, 60).mapToDouble(i -> i % 2).toArray();
    double[][] none = binary(400, 0.5, 0.5, 0.5, new SplittableRandom(1));
    CorrelationChange change = CorrelationChange.between(label, label, none[0], none[1]);
    Interval interval = change.interval(0.95);

    assertThat(change.first()).isEqualTo(1);
    assertThat(interval.lower()).isBetween(0.6, change.value() - 0.08);
    assertThat(interval.upper()).isGreaterThan(change.value());
  }

  /**
   * Each limit fails in at most 2.5 % + 1.2 points of 1,200 samples (standard error .45 points).
   */
  @ParameterizedTest
  @CsvSource({
    "60, 100, 0.5, 0.8, 0.2, 0.5, 0.5",
    "60, 60, 0.5, 0.98, 0.02, 0.5, 0.5",
    "150, 80, 0.1, 0.8, 0.2, 0.1, 0.2",
    "300, 300, 0.05, 0.9, 0.5, 0.5, 0.5"
  })
  void limitsHoldForLabelsAndRareConcepts(
      int n1, int n2, double x, double with1, double without1, double with2, double without2) {
    SplittableRandom random = new SplittableRandom(5);
    double truth = Math.abs(phi(x, with1, without1) - phi(x, with2, without2));
    int samples = 1_200;
    int above = 0;
    int below = 0;
    int judged = 0;
    for (int sample = 0; sample < samples; sample++) {
      double[][] a = binary(n1, x, with1, without1, random);
      double[][] b = binary(n2, x, with2, without2, random);
      if (Arrays.stream(new double[][] {a[0], a[1], b[0], b[1]})
          .anyMatch(of -> Arrays.stream(of).distinct().count() < 2)) {
        continue;
      }
      judged++;
      Interval interval = CorrelationChange.between(a[0], a[1], b[0], b[1]).interval(0.95);
      above += interval.lower() > truth ? 1 : 0;
      below += interval.upper() < truth ? 1 : 0;
    }

    assertThat(judged).isGreaterThan(samples * 9 / 10);
    assertThat(above / (double) judged).isLessThan(0.037);
    assertThat(below / (double) judged).isLessThan(0.037);
  }

  /** The second domain shows the same 100 patients again, with noise. */
  @Test
  void sharedExamplesBringTheLimitsNearer() {
    SplittableRandom random = new SplittableRandom(9);
    int[] all = IntStream.range(0, 100).toArray();
    int samples = 1_000;
    int outside = 0;
    double independent = 0;
    double paired = 0;
    for (int sample = 0; sample < samples; sample++) {
      double[][] a = binary(100, 0.5, 0.8, 0.3, random);
      double[] again =
          Arrays.stream(a[0]).map(x -> random.nextDouble() < 0.1 ? 1 - x : x).toArray();
      CorrelationChange change = CorrelationChange.between(a[0], a[1], again, a[1]);
      Interval shared = change.sharing(all, all).interval(0.95);
      independent += change.interval(0.95).upper() / samples;
      paired += shared.upper() / samples;
      // With a share e of x turned around at random, the correlation is (1 − 2e) times as large.
      double truth = phi(0.5, 0.8, 0.3) * 0.2;
      outside += shared.contains(truth) ? 0 : 1;
    }

    assertThat(paired).isLessThan(0.8 * independent);
    assertThat(outside / (double) samples).isLessThan(0.07);
  }

  @Test
  void whatHasNoCorrelationIsRefused() {
    double[] four = {1, 2, 3, 4};
    double[] alike = {1, 1, 1, 1};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CorrelationChange.between(four, alike, four, four))
        .withMessage("a correlation is one of finite numbers that are not all alike");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CorrelationChange.between(four, four, new double[] {1, 2}, new double[] {1, 2}))
        .withMessageContaining("at least 4, and was given 2 and 2");
  }
}
