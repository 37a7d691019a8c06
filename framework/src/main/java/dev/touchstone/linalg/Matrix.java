package dev.touchstone.linalg;

import java.util.Arrays;

/** A dense matrix of doubles in one row-major Java array. */
public final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] values;

  private Matrix(int rows, int columns, double[] values) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /** Returns zeros. */
  public static Matrix zeros(int rows, int columns) {
    return new Matrix(rows, columns, new double[Math.multiplyExact(rows, columns)]);
  }

  /**
   * Returns a matrix over values that are shared, not copied.
   *
   * @param values row-major
   * @throws IllegalArgumentException if the values do not fill the shape
   */
  public static Matrix of(int rows, int columns, double... values) {
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          values.length + " values do not fill " + rows + " x " + columns);
    }
    return new Matrix(rows, columns, values);
  }

  /**
   * Returns a copy of rows.
   *
   * @throws IllegalArgumentException if they differ in length
   */
  public static Matrix ofRows(double[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    Matrix matrix = zeros(rows.length, columns);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != columns) {
        throw new IllegalArgumentException(
            "row " + i + " has " + rows[i].length + " values, row 0 has " + columns);
      }
      System.arraycopy(rows[i], 0, matrix.values, i * columns, columns);
    }
    return matrix;
  }

  /** Returns the identity. */
  public static Matrix identity(int size) {
    Matrix matrix = zeros(size, size);
    for (int i = 0; i < size; i++) {
      matrix.values[i * size + i] = 1;
    }
    return matrix;
  }

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the number of columns. */
  public int columns() {
    return columns;
  }

  /** Returns one entry. */
  public double get(int row, int column) {
    return values[row * columns + column];
  }

  /** Sets one entry. */
  public void set(int row, int column, double value) {
    values[row * columns + column] = value;
  }

  /** Returns the entries, row-major; not a copy. */
  public double[] values() {
    return values;
  }

  /** Returns a copy of one row. */
  public double[] row(int row) {
    return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
  }

  /** Returns the largest magnitude of an entry, 0 if there is none; NaN if an entry is. */
  public double largest() {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Returns a copy. */
  public Matrix copy() {
    return new Matrix(rows, columns, values.clone());
  }

  @Override
  public String toString() {
    return rows + " x " + columns + " matrix";
  }
}
