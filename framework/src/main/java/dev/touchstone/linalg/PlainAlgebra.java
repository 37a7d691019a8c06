package dev.touchstone.linalg;

/** Loops over rows, which the JIT compiler turns into vector instructions. */
final class PlainAlgebra implements DenseAlgebra {
  static final PlainAlgebra INSTANCE = new PlainAlgebra();

  /** Rows of B that stay in the cache while they are used for all rows of A. */
  private static final int BLOCK = 64;

  private PlainAlgebra() {}

  @Override
  public Matrix product(Matrix a, Matrix b) {
    Shapes.checkProduct(a, b);
    Matrix product = Matrix.zeros(a.rows(), b.columns());
    for (int from = 0; from < a.columns(); from += BLOCK) {
      int to = Math.min(a.columns(), from + BLOCK);
      for (int i = 0; i < a.rows(); i++) {
        for (int j = from; j < to; j++) {
          addRow(a.get(i, j), b, j, product, i);
        }
      }
    }
    return product;
  }

  @Override
  public Matrix crossProduct(Matrix a, Matrix b) {
    Shapes.checkCrossProduct(a, b);
    Matrix product = Matrix.zeros(a.columns(), b.columns());
    for (int from = 0; from < a.rows(); from += BLOCK) {
      int to = Math.min(a.rows(), from + BLOCK);
      for (int j = 0; j < a.columns(); j++) {
        for (int i = from; i < to; i++) {
          addRow(a.get(i, j), b, i, product, j);
        }
      }
    }
    return product;
  }

  /** Adds a multiple of a row of {@code b} to a row of {@code sum}. */
  private static void addRow(double factor, Matrix b, int row, Matrix sum, int sumRow) {
    int columns = b.columns();
    double[] from = b.values();
    double[] into = sum.values();
    int source = row * columns;
    int target = sumRow * columns;
    for (int c = 0; c < columns; c++) {
      into[target + c] += factor * from[source + c];
    }
  }

  @Override
  public CholeskyFactor cholesky(Matrix symmetric) {
    int n = Shapes.checkSquare(symmetric);
    double[] l = symmetric.values().clone();
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double dot = 0;
        for (int c = 0; c < j; c++) {
          dot += l[i * n + c] * l[j * n + c];
        }
        double rest = l[i * n + j] - dot;
        if (i > j) {
          l[i * n + j] = rest / l[j * n + j];
        } else if (rest > 0 && rest < Double.POSITIVE_INFINITY) {
          l[j * n + j] = Math.sqrt(rest);
        } else {
          throw SingularMatrixException.notPositiveDefinite(n, j);
        }
      }
    }
    return new CholeskyFactor(this, symmetric, right -> solveInPlace(l, right));
  }

  @Override
  public SymmetricEigen eigen(Matrix symmetric) {
    return Jacobi.of(symmetric);
  }

  @Override
  public DesignMatrix design(RowSource rows) {
    return new PlainDesignMatrix(rows);
  }

  /** Forward through L, then back through Lᵀ, all right-hand sides at once. */
  private static void solveInPlace(double[] l, Matrix right) {
    int n = right.rows();
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < i; c++) {
        addRow(-l[i * n + c], right, c, right, i);
      }
      divideRow(right, i, l[i * n + i]);
    }
    for (int i = n - 1; i >= 0; i--) {
      divideRow(right, i, l[i * n + i]);
      for (int c = 0; c < i; c++) {
        addRow(-l[i * n + c], right, i, right, c);
      }
    }
  }

  private static void divideRow(Matrix matrix, int row, double divisor) {
    int columns = matrix.columns();
    for (int c = 0; c < columns; c++) {
      matrix.values()[row * columns + c] /= divisor;
    }
  }
}
