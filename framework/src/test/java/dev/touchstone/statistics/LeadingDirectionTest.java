package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.LargestSingularValue;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeadingDirectionTest {
  private static final int RUNS = 200;

  private static double uniform(SplittableRandom random) {
    return random.nextDouble() - 0.5;
  }

  private static double normal(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** Noise of variance 1 and a direction that has a share of all squares. */
  private static LeadingDirection drawn(
      int rows,
      int columns,
      double share,
      ToDoubleFunction<SplittableRandom> entry,
      double deviation,
      SplittableRandom random) {
    double strength = Math.sqrt(share / (1 - share) * rows * columns);
    double[] u = new double[rows];
    double[] v = new double[columns];
    double uu = 0;
    double vv = 0;
    for (int i = 0; i < rows; i++) {
      u[i] = normal(random);
      uu += u[i] * u[i];
    }
    for (int j = 0; j < columns; j++) {
      v[j] = normal(random);
      vv += v[j] * v[j];
    }
    float[] entries = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        entries[i * columns + j] =
            (float)
                (entry.applyAsDouble(random) / deviation
                    + strength * u[i] * v[j] / Math.sqrt(uu * vv));
      }
    }
    return LeadingDirection.of(LargestSingularValue.share(entries, rows, columns), rows, columns);
  }

  /** Each limit fails in at most 2.5 %; of 200 runs more than 12 then fail in one of 400. */
  @ParameterizedTest
  @CsvSource({
    "10, 64, 0",
    "10, 64, .3",
    "8, 25, .2",
    "16, 200, 0",
    "40, 60, .025",
    "40, 60, .05",
    "50, 320, 0",
    "50, 320, .1"
  })
  void limitsHoldForUniformAndNormalNoise(int rows, int columns, double share) {
    for (boolean gaussian : new boolean[] {false, true}) {
      SplittableRandom random = new SplittableRandom(31L * rows + columns);
      int above = 0;
      int below = 0;
      for (int run = 0; run < RUNS; run++) {
        LeadingDirection drawn =
            gaussian
                ? drawn(rows, columns, share, LeadingDirectionTest::normal, 1, random)
                : drawn(
                    rows,
                    columns,
                    share,
                    LeadingDirectionTest::uniform,
                    Math.sqrt(1 / 12.0),
                    random);
        above += drawn.pValueAbove(share) < 0.025 ? 1 : 0;
        below += drawn.pValueBelow(share) < 0.025 ? 1 : 0;
      }
      assertThat(above).as("lower limits above the truth").isLessThanOrEqualTo(12);
      assertThat(below).as("upper limits below the truth").isLessThanOrEqualTo(12);
    }
  }

  /** Quantiles of Tracy and Widom's distribution of order 1, as tables have them. */
  @ParameterizedTest
  @CsvSource({".99, -3.8954", ".5, -1.2686", ".05, .9793", ".025, 1.4538", ".01, 2.0234"})
  void noiseHasTheTailOfTracyAndWidom(double tail, double standardised) {
    double m = Math.sqrt(63.5);
    double n = Math.sqrt(199.5);
    double square = (m + n) * (m + n) + standardised * (m + n) * Math.cbrt(1 / m + 1 / n);
    LeadingDirection direction = LeadingDirection.of(square / (64 * 200), 64, 200);
    assertThat(direction.tailOfNoise()).isCloseTo(tail, within(6e-4));
    assertThat(direction.pValueAbove(0)).isEqualTo(direction.tailOfNoise());
  }

  /** Of a share ρ in 40 × 60 the largest singular value has (ρ + q/40)(ρ + q/60)/ρ, q = 1 − ρ. */
  @Test
  void theShareIsFoundBehindTheLargestSingularValue() {
    double share = 0.1;
    double seen = (share + 0.9 / 40) * (share + 0.9 / 60) / share;
    LeadingDirection direction = LeadingDirection.of(seen, 40, 60);
    assertThat(direction.value()).isCloseTo(share, within(1e-9));
    assertThat(direction.pValueAbove(share)).isCloseTo(0.5, within(1e-6));
    assertThat(direction.pValueBelow(share)).isCloseTo(0.5, within(1e-6));
    Interval interval = direction.interval(0.95);
    assertThat(direction.pValueAbove(interval.lower())).isCloseTo(0.025, within(1e-6));
    assertThat(direction.pValueBelow(interval.upper())).isCloseTo(0.025, within(1e-6));
  }

  @Test
  void noiseHasNoDirection() {
    LeadingDirection noise = LeadingDirection.of(0.037, 64, 200);
    assertThat(noise.value()).isZero();
    assertThat(noise.interval(0.95).lower()).isZero();
    assertThat(noise.interval(0.95).upper()).isBetween(0.009, 0.025);
  }

  @Test
  void fewRowsAndSharesOutsideAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> LeadingDirection.of(0.5, 4, 100));
    assertThatIllegalArgumentException().isThrownBy(() -> LeadingDirection.of(0, 10, 100));
    assertThatIllegalArgumentException().isThrownBy(() -> LeadingDirection.of(1.1, 10, 100));
  }
}
