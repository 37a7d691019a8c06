package dev.touchstone.linalg;

/** Whether matrices fit each other. */
final class Shapes {
  private Shapes() {}

  static void checkProduct(Matrix a, Matrix b) {
    if (a.columns() != b.rows()) {
      throw new IllegalArgumentException("no product of a " + a + " and a " + b);
    }
  }

  static void checkCrossProduct(Matrix a, Matrix b) {
    if (a.rows() != b.rows()) {
      throw new IllegalArgumentException("no cross product of a " + a + " and a " + b);
    }
  }

  static int checkSquare(Matrix matrix) {
    if (matrix.rows() != matrix.columns()) {
      throw new IllegalArgumentException("a " + matrix + " is not symmetric");
    }
    return matrix.rows();
  }
}
