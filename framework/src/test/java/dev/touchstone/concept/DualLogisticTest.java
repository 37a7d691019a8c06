package dev.touchstone.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DualLogisticTest {
  private static final double RIDGE = 0.01;

  private static double[][] rows(int n, int d, int having, double shift) {
    UniformRandomProvider rng = new RandomStreams(3).of("rows", n, d);
    ZigguratSampler.NormalizedGaussian gauss = ZigguratSampler.NormalizedGaussian.of(rng);
    double[][] rows = new double[n][d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        rows[i][j] = 5 + gauss.sample() + (i < having && j == 0 ? shift : 0);
      }
    }
    return rows;
  }

  private static Matrix products(double[][] rows) {
    Matrix products = Matrix.zeros(rows.length, rows.length);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        products.set(i, j, dot(rows[i], rows[j]));
      }
    }
    return products;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** w in the units of the rows. */
  private static double[] weights(DualLogistic.Fit fit, double[][] rows) {
    double[] w = new double[rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < w.length; j++) {
        w[j] += fit.coefficients()[i] * rows[i][j];
      }
    }
    return w;
  }

  @ParameterizedTest
  @CsvSource({"12, 3, 6, 1", "30, 200, 10, 3", "40, 5, 20, 0", "16, 50, 2, 20"})
  void theGradientOfThePrintedObjectiveIsZeroInTheNumbersThemselves(
      int n, int d, int having, double shift) {
    double[][] rows = rows(n, d, having, shift);
    DualLogistic.Fit fit = DualLogistic.fit(products(rows), having, RIDGE);
    double[] w = weights(fit, rows);
    double square = 0;
    double[] mean = new double[d];
    for (double[] row : rows) {
      for (int j = 0; j < d; j++) {
        mean[j] += row[j] / n;
      }
    }
    for (double[] row : rows) {
      for (int j = 0; j < d; j++) {
        square += (row[j] - mean[j]) * (row[j] - mean[j]) / n;
      }
    }
    // (1/n) Σ (p − y) x + λ s² w = 0 in the rows' own units, and (1/n) Σ (p − y) = 0.
    double[] gradient = new double[d];
    double ofOffset = 0;
    for (int i = 0; i < n; i++) {
      double p = 1 / (1 + Math.exp(-dot(w, rows[i]) - fit.offset()));
      double residual = (p - (i < having ? 1 : 0)) / n;
      ofOffset += residual;
      for (int j = 0; j < d; j++) {
        gradient[j] += residual * rows[i][j];
      }
    }
    assertThat(ofOffset).isCloseTo(0, within(1e-9));
    for (int j = 0; j < d; j++) {
      assertThat(gradient[j] + RIDGE * square * w[j]).isCloseTo(0, within(1e-8));
    }
  }

  @Test
  void twoNumbersHaveTheRootOfOneEquation() {
    // x = ±1 after centring and scaling: w solves λw = 1/(1 + e^w), here at λ = 0.01.
    DualLogistic.Fit fit =
        DualLogistic.fit(Matrix.of(2, 2, 49, 35, 35, 25), 1, RIDGE); // of 7 and 5
    double w = fit.coefficients()[0] * 7 + fit.coefficients()[1] * 5;
    assertThat(RIDGE * w).isCloseTo(1 / (1 + Math.exp(w)), within(1e-10));
    assertThat(fit.offset()).isCloseTo(-6 * w, within(1e-8));
  }

  @Test
  void coefficientsAddUpToZeroWhateverTheOrigin() {
    double[][] rows = rows(20, 8, 10, 2);
    double[] near = DualLogistic.fit(products(rows), 10, RIDGE).coefficients();
    for (double[] row : rows) {
      for (int j = 0; j < row.length; j++) {
        row[j] += 100;
      }
    }
    double[] far = DualLogistic.fit(products(rows), 10, RIDGE).coefficients();
    double sum = 0;
    for (int i = 0; i < near.length; i++) {
      sum += near[i];
      assertThat(far[i]).isCloseTo(near[i], within(1e-7));
    }
    assertThat(sum).isCloseTo(0, within(1e-12));
  }

  @Test
  void valuesThatAreAllAlikeAreRefused() {
    Matrix same = Matrix.zeros(6, 6);
    Arrays.fill(same.values(), 4.0);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> DualLogistic.fit(same, 3, RIDGE))
        .withMessageContaining("same values");
  }
}
