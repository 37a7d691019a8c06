package dev.touchstone.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the definitions, in loops, on matrices of one chunk and of many. */
class DesignMatrixTest {

  static Stream<DenseAlgebra> all() {
    return Stream.of(
        DenseAlgebra.plain(), DenseAlgebra.onNativeLibraries(), DenseAlgebra.onDevice("cpu"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void productsAreThoseOfTheDefinition(DenseAlgebra algebra) {
    for (int rows : new int[] {1, 7, 3001}) {
      Matrix x = DenseAlgebraTest.random(rows, 70, "x");
      Matrix v = DenseAlgebraTest.random(70, 6, "v");
      Matrix u = DenseAlgebraTest.random(rows, 5, "u");
      try (DesignMatrix design = algebra.design(RowSource.of(x))) {
        assertThat(design.toMatrix().values()).isEqualTo(x.values());
        near(design.product(v), DenseAlgebraTest.naive(x, v));
        near(design.crossProduct(u), DenseAlgebraTest.naive(DenseAlgebraTest.transposed(x), u));
        Matrix squared = DenseAlgebraTest.naive(x, v);
        for (int i = 0; i < squared.values().length; i++) {
          squared.values()[i] *= squared.values()[i] + i / 6;
        }
        near(
            design.sandwich(
                v,
                (from, to, values) -> {
                  for (int i = 0; i < (to - from) * 6; i++) {
                    values[i] *= values[i] + (from + i / 6);
                  }
                }),
            DenseAlgebraTest.naive(DenseAlgebraTest.transposed(x), squared));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void gramsAreThoseOfTheDefinition(DenseAlgebra algebra) {
    int rows = 2500;
    Matrix x = DenseAlgebraTest.random(rows, 11, "x");
    Matrix f = DenseAlgebraTest.random(rows, 3, "f");
    for (int i = 0; i < rows; i += 3) {
      for (int c = 0; c < 3; c++) {
        f.set(i, c, 0); // rows that add nothing
      }
    }
    double[] w = new double[rows];
    Matrix weighted = x.copy();
    Matrix kronecker = Matrix.zeros(rows, 33);
    double[] squares = new double[11];
    for (int i = 0; i < rows; i++) {
      w[i] = f.get(i, 1);
      for (int j = 0; j < 11; j++) {
        weighted.set(i, j, w[i] * x.get(i, j));
        squares[j] += w[i] * x.get(i, j) * x.get(i, j);
        for (int c = 0; c < 3; c++) {
          kronecker.set(i, c * 11 + j, f.get(i, c) * x.get(i, j));
        }
      }
    }
    try (DesignMatrix design = algebra.design(RowSource.of(x))) {
      near(design.gram(w), DenseAlgebraTest.naive(DenseAlgebraTest.transposed(x), weighted));
      Matrix[] grams = design.grams(f);
      assertThat(grams).hasSize(3);
      near(grams[1], DenseAlgebraTest.naive(DenseAlgebraTest.transposed(x), weighted));
      near(
          design.kroneckerGram(f),
          DenseAlgebraTest.naive(DenseAlgebraTest.transposed(kronecker), kronecker));
      near(Matrix.of(1, 11, design.squares(w)), Matrix.of(1, 11, squares));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void quadraticFormsAreThoseOfTheDefinition(DenseAlgebra algebra) {
    for (int p : new int[] {9, 140}) { // with and without the products of all pairs of columns
      quadraticForms(algebra, p == 9 ? 5000 : 700, p);
    }
  }

  private static void quadraticForms(DenseAlgebra algebra, int n, int p) {
    Matrix x = DenseAlgebraTest.random(n, p, "x");
    Matrix a = symmetric(p, "a");
    Matrix b = DenseAlgebraTest.random(p, p, "b");
    Matrix expected = Matrix.zeros(n, 2);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < p; j++) {
        for (int k = 0; k < p; k++) {
          double product = x.get(i, j) * x.get(i, k);
          expected.set(i, 0, expected.get(i, 0) + product * a.get(j, k));
          expected.set(i, 1, expected.get(i, 1) + product * b.get(j, k));
        }
      }
    }
    try (DesignMatrix design = algebra.design(RowSource.of(x))) {
      near(design.quadraticForms(a, b), expected);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void eigenvectorsRebuildTheMatrixAndAreOrthonormal(DenseAlgebra algebra) {
    for (int n : new int[] {1, 2, 40}) {
      Matrix a = symmetric(n, "a" + n);
      SymmetricEigen eigen = algebra.eigen(a);
      assertThat(eigen.values()).isSorted();
      Matrix scaled = eigen.vectors().copy();
      for (int i = 0; i < n; i++) {
        for (int c = 0; c < n; c++) {
          scaled.set(i, c, scaled.get(i, c) * eigen.values()[c]);
        }
      }
      near(DenseAlgebraTest.naive(scaled, DenseAlgebraTest.transposed(eigen.vectors())), a);
      near(
          DenseAlgebraTest.naive(DenseAlgebraTest.transposed(eigen.vectors()), eigen.vectors()),
          Matrix.identity(n));
    }
  }

  /** [2 1; 1 2] has the eigenvalues 1 and 3, of (1, -1)/√2 and (1, 1)/√2. */
  @ParameterizedTest
  @MethodSource("all")
  void eigenvaluesAreThoseByHand(DenseAlgebra algebra) {
    SymmetricEigen eigen = algebra.eigen(Matrix.of(2, 2, 2, 1, 1, 2));
    near(Matrix.of(1, 2, eigen.values()), Matrix.of(1, 2, 1, 3));
    assertThat(Math.abs(eigen.vectors().get(0, 1))).isCloseTo(Math.sqrt(0.5), within(1e-14));
    assertThat(eigen.vectors().get(0, 0)).isCloseTo(-eigen.vectors().get(1, 0), within(1e-14));
  }

  @ParameterizedTest
  @MethodSource("all")
  void theInverseTimesTheMatrixIsTheIdentity(DenseAlgebra algebra) {
    Matrix wide = DenseAlgebraTest.random(60, 20, "w");
    Matrix a = DenseAlgebraTest.naive(DenseAlgebraTest.transposed(wide), wide);
    near(DenseAlgebraTest.naive(algebra.cholesky(a).inverse(), a), Matrix.identity(20));
  }

  @ParameterizedTest
  @MethodSource("all")
  void refusesShapesThatDoNotFit(DenseAlgebra algebra) {
    try (DesignMatrix design = algebra.design(RowSource.of(Matrix.zeros(4, 3)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> design.product(Matrix.zeros(4, 2)))
          .withMessage("no product of a 4 x 3 design matrix and a 4 x 2 matrix");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> design.crossProduct(Matrix.zeros(3, 2)));
    }
  }

  /** Whoever fails fails the whole, and not before all parts have ended. */
  @ParameterizedTest
  @MethodSource("all")
  void aMapThatThrowsIsHeard(DenseAlgebra algebra) {
    try (DesignMatrix design =
        algebra.design(RowSource.of(DenseAlgebraTest.random(9000, 40, "x")))) {
      assertThatThrownBy(
              () ->
                  design.sandwich(
                      DenseAlgebraTest.random(40, 2, "v"),
                      (from, to, values) -> {
                        throw new IllegalStateException("row " + from);
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("row ");
    }
  }

  @Test
  void rowsAreReadInChunks() {
    Matrix x = DenseAlgebraTest.random(100_000, 3, "x");
    int[] largest = new int[1];
    RowSource counted =
        new RowSource() {
          @Override
          public int rows() {
            return x.rows();
          }

          @Override
          public int columns() {
            return 3;
          }

          @Override
          public void read(int from, int to, double[] into) {
            largest[0] = Math.max(largest[0], to - from);
            RowSource.of(x).read(from, to, into);
          }
        };
    assertThat(counted.toMatrix().values()).isEqualTo(x.values());
    assertThat(largest[0]).isEqualTo((1 << 17) / 3);
  }

  @Test
  void theNumberOfThreadsIsThatOfOpenMp() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(Workers.threads(null)).isEqualTo(processors);
    assertThat(Workers.threads("1")).isEqualTo(1);
    assertThat(Workers.threads("9999")).isEqualTo(processors);
    assertThat(Workers.threads("2,1")).isEqualTo(processors);
  }

  private static Matrix symmetric(int n, String stream) {
    Matrix a = DenseAlgebraTest.random(n, n, stream);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        a.set(i, j, a.get(j, i));
      }
    }
    return a;
  }

  private static void near(Matrix actual, Matrix expected) {
    assertThat(actual.rows()).isEqualTo(expected.rows());
    assertThat(actual.columns()).isEqualTo(expected.columns());
    double scale = 1;
    for (double value : expected.values()) {
      scale = Math.max(scale, Math.abs(value));
    }
    assertThat(worst(actual, expected)).isLessThanOrEqualTo(1e-11 * scale);
  }

  /** The largest difference, NaN if one is: AssertJ takes seconds for some hundred thousand. */
  private static double worst(Matrix actual, Matrix expected) {
    Matrix difference = actual.copy();
    for (int i = 0; i < difference.values().length; i++) {
      difference.values()[i] -= expected.values()[i];
    }
    return difference.largest();
  }
}
