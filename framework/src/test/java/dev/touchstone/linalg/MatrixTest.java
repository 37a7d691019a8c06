package dev.touchstone.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixTest {
  @Test
  void theLargestEntryIsTheFarthestFromZero() {
    assertThat(Matrix.of(2, 2, 1, -7, 3, 0.5).largest()).isEqualTo(7);
    assertThat(Matrix.zeros(0, 3).largest()).isZero();
  }

  /** A solve whose solution is no number has no small residual. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theLargestEntryIsNoNumberWhereOneIsNone(int where) {
    double[] values = {1, -7, 3, 0.5};
    values[where] = Double.NaN;
    assertThat(Matrix.of(2, 2, values).largest()).isNaN();
  }

  @Test
  void theLargestEntryMayBeInfinite() {
    assertThat(Matrix.of(1, 2, Double.NEGATIVE_INFINITY, 4).largest())
        .isEqualTo(Double.POSITIVE_INFINITY);
  }
}
