package dev.touchstone.linalg;

/**
 * The rows of a matrix, a chunk at a time, so that whoever reads them never holds all of them. The
 * same rows are given however often, and in whatever chunks, they are read.
 */
public interface RowSource {

  /** Returns the number of rows. */
  int rows();

  /** Returns the number of columns. */
  int columns();

  /**
   * Reads consecutive rows.
   *
   * @param from the first row
   * @param to the row after the last
   * @param into filled from its start with (to − from) × columns values, row-major
   */
  void read(int from, int to, double[] into);

  /** Returns the rows of a matrix. */
  static RowSource of(Matrix matrix) {
    return new RowSource() {
      @Override
      public int rows() {
        return matrix.rows();
      }

      @Override
      public int columns() {
        return matrix.columns();
      }

      @Override
      public void read(int from, int to, double[] into) {
        int columns = matrix.columns();
        System.arraycopy(matrix.values(), from * columns, into, 0, (to - from) * columns);
      }

      @Override
      public String toString() {
        return matrix.toString();
      }
    };
  }

  /** Returns how many rows to read at once: about a megabyte, and at least sixteen. */
  default int chunk() {
    return Math.max(16, (1 << 17) / Math.max(1, columns()));
  }

  /** Returns all rows at once, for what cannot do with less. */
  default Matrix toMatrix() {
    Matrix matrix = Matrix.zeros(rows(), columns());
    double[] chunk = new double[Math.multiplyExact(Math.min(chunk(), rows()), columns())];
    for (int from = 0; from < rows(); from += chunk()) {
      int to = Math.min(rows(), from + chunk());
      read(from, to, chunk);
      System.arraycopy(chunk, 0, matrix.values(), from * columns(), (to - from) * columns());
    }
    return matrix;
  }
}
