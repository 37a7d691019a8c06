package dev.touchstone.linalg;

import org.apiguardian.api.API;

/** A symmetric positive definite matrix A = L Lᵀ, ready to solve A X = B. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class CholeskyFactor {
  /** Backward-stable solvers stay near 1e-15; beyond this the solution is not one. */
  private static final double LARGEST_RESIDUAL = 1e-8;

  /** Solves L Lᵀ X = B in place. */
  interface Triangles {
    void solveInPlace(Matrix rightHandSides);

    /** A⁻¹, n × n. */
    default Matrix inverse(int n) {
      Matrix inverse = Matrix.identity(n);
      solveInPlace(inverse);
      return inverse;
    }
  }

  private final DenseAlgebra algebra;
  private final Matrix matrix;
  private final Triangles triangles;
  private final double largestEntry;

  CholeskyFactor(DenseAlgebra algebra, Matrix matrix, Triangles triangles) {
    this.algebra = algebra;
    this.matrix = matrix;
    this.triangles = triangles;
    this.largestEntry = matrix.largest();
  }

  /** The number of unknowns. */
  public int size() {
    return matrix.rows();
  }

  /**
   * Solves A X = B and checks the residual: ‖AX − B‖ relative to m‖A‖‖X‖ + ‖B‖, in largest entries.
   *
   * @param rightHandSides B, one system per column
   * @throws SingularMatrixException if B is not finite, or the residual shows that X is no solution
   */
  public Matrix solve(Matrix rightHandSides) {
    if (rightHandSides.rows() != size()) {
      throw new IllegalArgumentException(
          "the system has " + size() + " rows, the right-hand sides " + rightHandSides.rows());
    }
    double largestRight = rightHandSides.largest();
    if (!Double.isFinite(largestRight)) {
      throw new SingularMatrixException("a right-hand side holds a value that is not finite");
    }
    Matrix solution = rightHandSides.copy();
    triangles.solveInPlace(solution);
    checkResidual(solution, rightHandSides, largestRight);
    return solution;
  }

  /**
   * A⁻¹, with the residual of one product checked: that of A A⁻¹ v and v for a v of alternating
   * signs.
   *
   * @throws SingularMatrixException if the residual shows that it is no inverse
   */
  public Matrix inverse() {
    Matrix inverse = triangles.inverse(size());
    Matrix probe = Matrix.zeros(size(), 1);
    for (int i = 0; i < size(); i++) {
      probe.set(i, 0, i % 2 == 0 ? 1 : -1);
    }
    checkResidual(timesColumn(inverse, probe), probe, 1);
    return inverse;
  }

  private void checkResidual(Matrix solution, Matrix rightHandSides, double largestRight) {
    Matrix product =
        solution.columns() == 1 ? timesColumn(matrix, solution) : algebra.product(matrix, solution);
    for (int i = 0; i < product.values().length; i++) {
      product.values()[i] -= rightHandSides.values()[i];
    }
    double worst = product.largest();
    double scale = size() * largestEntry * solution.largest() + largestRight;
    if (!(worst <= LARGEST_RESIDUAL * scale)) {
      throw new SingularMatrixException(
          "the solution of a "
              + size()
              + " x "
              + size()
              + " system leaves a residual of "
              + worst
              + "; the system is nearly singular or not finite; use a larger ridge");
    }
  }

  /** A matrix times one column, along its rows. */
  private static Matrix timesColumn(Matrix a, Matrix column) {
    Matrix product = Matrix.zeros(a.rows(), 1);
    for (int i = 0; i < a.rows(); i++) {
      product.values()[i] =
          PlainDesignMatrix.dot(a.values(), i * a.columns(), column.values(), 0, a.columns());
    }
    return product;
  }
}
