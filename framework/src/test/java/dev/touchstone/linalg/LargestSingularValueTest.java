package dev.touchstone.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargestSingularValueTest {

  @Test
  void diagonalMatricesSayTheirs() {
    assertThat(LargestSingularValue.share(new float[] {3, 0, 0, -4}, 2, 2))
        .isCloseTo(16.0 / 25, within(1e-12));
    assertThat(LargestSingularValue.share(new float[] {2, 0, 0, 0, 0, 2}, 2, 3))
        .isCloseTo(0.5, within(1e-12));
  }

  @Test
  void oneDirectionIsAllOfAMatrixOfRankOne() {
    assertThat(LargestSingularValue.share(new float[] {1, 2, 3, 2, 4, 6}, 2, 3))
        .isCloseTo(1, within(1e-12));
    assertThat(LargestSingularValue.share(new float[] {1, 2, 3, 4}, 1, 4))
        .isCloseTo(1, within(1e-12));
  }

  /** More rows and columns than steps, without a gap above the second singular value. */
  @ParameterizedTest
  @CsvSource({"7, 30", "30, 7", "120, 150"})
  void randomMatricesAsTheirProductWithThemselvesSays(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(7);
    float[] entries = new float[rows * columns];
    Matrix matrix = Matrix.zeros(columns, rows);
    double squares = 0;
    for (int i = 0; i < entries.length; i++) {
      entries[i] = (float) (random.nextDouble() - 0.5);
      matrix.set(i % columns, i / columns, entries[i]);
      squares += (double) entries[i] * entries[i];
    }
    double[] eigenvalues = Jacobi.of(DenseAlgebra.plain().crossProduct(matrix, matrix)).values();
    double largest = Math.max(eigenvalues[0], eigenvalues[eigenvalues.length - 1]);
    assertThat(LargestSingularValue.share(entries, rows, columns))
        .isCloseTo(largest / squares, within(1e-9));
  }

  @Test
  void entriesThatFillNoMatrixAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LargestSingularValue.share(new float[5], 2, 3));
  }
}
