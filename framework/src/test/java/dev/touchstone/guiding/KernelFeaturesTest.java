package dev.touchstone.guiding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.Matrix;
import org.junit.jupiter.api.Test;

class KernelFeaturesTest {
  private static final double BANDWIDTH = 1.5;

  private final Matrix rows = Problems.random(40, 3, "rows");
  private final Matrix others = Problems.random(7, 3, "others");

  @Test
  void productsOfFeaturesAreTheKernel() {
    KernelFeatures features = KernelFeatures.of(rows, BANDWIDTH, 40);
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < 40; j++) {
        assertThat(dot(features.training(), i, features.training(), j))
            .isCloseTo(kernel(rows, i, rows, j), within(1e-5));
      }
    }
  }

  @Test
  void rowsThatWereNotThereAreRepresentedToo() {
    KernelFeatures features = KernelFeatures.of(rows, BANDWIDTH, 40);
    Matrix represented = features.of(others);
    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 40; j++) {
        assertThat(dot(represented, i, features.training(), j))
            .isCloseTo(kernel(others, i, rows, j), within(2e-3));
      }
    }
    assertThat(features.of(rows).values())
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(features.training().values());
  }

  @Test
  void aSmallRankIsKeptTo() {
    KernelFeatures features = KernelFeatures.of(rows, BANDWIDTH, 5);
    assertThat(features.training().columns()).isEqualTo(5);
    assertThat(KernelFeatures.of(rows, 1e3, 40).training().columns()).isLessThan(10);
    for (int i = 0; i < 40; i++) {
      assertThat(dot(features.training(), i, features.training(), i)).isLessThan(1 + 1e-12);
    }
  }

  @Test
  void theMedianDistanceIsThatOfAllPairs() {
    Matrix line = Matrix.of(4, 1, 0, 1, 3, 7); // 1, 2, 3, 4, 6, 7
    assertThat(KernelFeatures.medianDistance(line)).isEqualTo(4);
    assertThat(KernelFeatures.medianDistance(Matrix.zeros(5, 2))).isEqualTo(1);
  }

  private static double kernel(Matrix a, int i, Matrix b, int j) {
    double sum = 0;
    for (int f = 0; f < a.columns(); f++) {
      sum += Math.pow(a.get(i, f) - b.get(j, f), 2);
    }
    return Math.exp(-sum / 2 / BANDWIDTH / BANDWIDTH);
  }

  private static double dot(Matrix a, int i, Matrix b, int j) {
    double sum = 0;
    for (int f = 0; f < a.columns(); f++) {
      sum += a.get(i, f) * b.get(j, f);
    }
    return sum;
  }
}
