package dev.touchstone.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.runtime.RandomStreams;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DenseAlgebraTest {

  static Stream<DenseAlgebra> all() {
    return Stream.of(
        DenseAlgebra.plain(), DenseAlgebra.onNativeLibraries(), DenseAlgebra.onDevice("cpu"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void multipliesAsByHand(DenseAlgebra algebra) {
    Matrix a = Matrix.of(2, 3, 1, 2, 3, 4, 5, 6);
    Matrix b = Matrix.of(3, 2, 7, 8, 9, 10, 11, 12);
    assertThat(algebra.product(a, b).values()).containsExactly(58, 64, 139, 154);
    Matrix c = Matrix.of(2, 2, 1, -1, 2, 0);
    assertThat(algebra.crossProduct(a, c).values()).containsExactly(9, -1, 12, -2, 15, -3);
  }

  @ParameterizedTest
  @MethodSource("all")
  void multipliesAsTheDefinitionSays(DenseAlgebra algebra) {
    Matrix a = random(131, 70, "a");
    Matrix b = random(70, 203, "b");
    Matrix c = random(131, 17, "c");
    assertNear(algebra.product(a, b), naive(a, b), 1e-12);
    assertNear(algebra.crossProduct(a, c), naive(transposed(a), c), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("all")
  void solvesAsByHand(DenseAlgebra algebra) {
    // L = [2 0 0; 6 1 0; -8 5 3], the textbook example.
    Matrix a = Matrix.of(3, 3, 4, 12, -16, 12, 37, -43, -16, -43, 98);
    Matrix right = naive(a, Matrix.of(3, 2, 1, 0, 2, -1, 3, 5));
    assertNear(algebra.cholesky(a).solve(right), Matrix.of(3, 2, 1, 0, 2, -1, 3, 5), 1e-10);
  }

  @ParameterizedTest
  @MethodSource("all")
  void solvesLargeSystems(DenseAlgebra algebra) {
    Matrix wide = random(300, 250, "w");
    Matrix a = algebra.crossProduct(wide, wide);
    Matrix x = random(250, 7, "x");
    assertNear(algebra.cholesky(a).solve(naive(a, x)), x, 1e-8);
  }

  @ParameterizedTest
  @MethodSource("all")
  void readsTheLowerTriangleAndLeavesItsArgumentsAlone(DenseAlgebra algebra) {
    Matrix a = Matrix.of(2, 2, 4, 2, 2, 3);
    Matrix right = Matrix.of(2, 1, 8, 8);
    algebra.cholesky(a).solve(right);
    assertThat(a.values()).containsExactly(4, 2, 2, 3);
    assertThat(right.values()).containsExactly(8, 8);
  }

  @ParameterizedTest
  @MethodSource("all")
  void refusesWhatIsNotPositiveDefinite(DenseAlgebra algebra) {
    assertThatThrownBy(() -> algebra.cholesky(Matrix.of(2, 2, 1, 1, 1, 1)))
        .isInstanceOf(SingularMatrixException.class)
        .hasMessageContaining("2 x 2 system is not positive definite")
        .hasMessageContaining("larger ridge");
    assertThatThrownBy(() -> algebra.cholesky(Matrix.of(2, 2, 1, 0, 0, Double.NaN)))
        .isInstanceOf(SingularMatrixException.class);
  }

  @ParameterizedTest
  @MethodSource("all")
  void refusesARightHandSideThatIsNotFinite(DenseAlgebra algebra) {
    CholeskyFactor factor = algebra.cholesky(Matrix.identity(3));
    assertThatThrownBy(() -> factor.solve(Matrix.of(3, 1, 1, Double.NaN, 1)))
        .isInstanceOf(SingularMatrixException.class)
        .hasMessageContaining("right-hand side");
  }

  @ParameterizedTest
  @MethodSource("all")
  void refusesShapesThatDoNotFit(DenseAlgebra algebra) {
    Matrix a = Matrix.zeros(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> algebra.product(a, a))
        .withMessage("no product of a 2 x 3 matrix and a 2 x 3 matrix");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> algebra.crossProduct(a, Matrix.zeros(3, 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> algebra.cholesky(a));
  }

  @Test
  void checksTheResidualOfEverySolve() {
    CholeskyFactor wrong =
        new CholeskyFactor(
            DenseAlgebra.plain(),
            Matrix.of(2, 2, 2, 0, 0, 2),
            right -> right.set(0, 0, right.get(0, 0) + 1e-3));
    assertThatThrownBy(() -> wrong.solve(Matrix.of(2, 1, 1, 1)))
        .isInstanceOf(SingularMatrixException.class)
        .hasMessageContaining("residual");
  }

  @Test
  void smallWorkNeedsNoNativeLibraries() {
    assertThat(DenseAlgebra.forWork(1e6, "cpu")).isSameAs(DenseAlgebra.plain());
    assertThat(DenseAlgebra.forWork(1e12, "cpu")).isSameAs(DenseAlgebra.onNativeLibraries());
  }

  static Matrix random(int rows, int columns, String stream) {
    UniformRandomProvider random = new RandomStreams(1).of(stream);
    return Matrix.of(
        rows, columns, random.doubles((long) rows * columns).map(u -> 2 * u - 1).toArray());
  }

  static Matrix transposed(Matrix a) {
    Matrix turned = Matrix.zeros(a.columns(), a.rows());
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        turned.set(j, i, a.get(i, j));
      }
    }
    return turned;
  }

  static Matrix naive(Matrix a, Matrix b) {
    Matrix product = Matrix.zeros(a.rows(), b.columns());
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.columns(); j++) {
        double sum = 0;
        for (int c = 0; c < a.columns(); c++) {
          sum += a.get(i, c) * b.get(c, j);
        }
        product.set(i, j, sum);
      }
    }
    return product;
  }

  private static void assertNear(Matrix actual, Matrix expected, double tolerance) {
    assertThat(actual.rows()).isEqualTo(expected.rows());
    assertThat(actual.columns()).isEqualTo(expected.columns());
    assertThat(actual.values())
        .usingComparatorWithPrecision(tolerance)
        .containsExactly(expected.values());
    assertThat(actual.get(0, 0)).isCloseTo(expected.get(0, 0), within(tolerance));
  }
}
