package dev.touchstone.linalg;

import java.util.Arrays;

/**
 * On the heap, twice: by rows, along which Xᵀ U adds, and by columns, along which X V does, since
 * the compiler makes vector instructions of sums of rows and not of scalar products.
 */
final class PlainDesignMatrix extends DesignMatrix {
  private final double[] byRows;
  private final double[] byColumns;

  PlainDesignMatrix(RowSource source) {
    super(source.rows(), source.columns());
    this.byRows = source.toMatrix().values();
    this.byColumns = new double[byRows.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        byColumns[j * rows + i] = byRows[i * columns + j];
      }
    }
  }

  /** The matrix as it is. */
  private record PlainOperand(Matrix v) implements Operand {
    @Override
    public void close() {}
  }

  @Override
  Operand operand(Matrix v) {
    return new PlainOperand(v);
  }

  @Override
  Workspace workspace(int k) {
    return new PlainWorkspace(k);
  }

  /** Plain arrays. */
  private final class PlainWorkspace implements Workspace {
    private final int k;
    private final double[] kept;
    private final double[] turned;
    private final double[] sum;

    PlainWorkspace(int k) {
      this.k = k;
      this.kept = new double[chunk * k];
      this.turned = new double[chunk * k];
      this.sum = new double[columns * k];
    }

    @Override
    public void multiply(int from, int to, Operand operand) {
      double[] v = ((PlainOperand) operand).v().values();
      int count = to - from;
      Arrays.fill(turned, 0, count * k, 0);
      int j = 0;
      for (; j + 4 <= columns; j += 4) {
        for (int c = 0; c < k; c++) {
          int w = j * k + c;
          add(
              byColumns,
              j * rows + from,
              rows,
              new double[] {v[w], v[w + k], v[w + 2 * k], v[w + 3 * k]},
              turned,
              c * count,
              count);
        }
      }
      for (; j < columns; j++) {
        for (int c = 0; c < k; c++) {
          addRow(v[j * k + c], byColumns, j * rows + from, turned, c * count, count);
        }
      }
      for (int i = 0; i < count; i++) {
        for (int c = 0; c < k; c++) {
          kept[i * k + c] = turned[c * count + i];
        }
      }
    }

    @Override
    public void readRows(int count, double[] into, int at) {
      System.arraycopy(kept, 0, into, at, count * k);
    }

    @Override
    public void writeRows(Matrix u, int from, int to) {
      System.arraycopy(u.values(), from * k, kept, 0, (to - from) * k);
    }

    @Override
    public void mapRows(int from, int to, RowMap f) {
      f.apply(from, to, kept);
    }

    @Override
    public void addCrossProduct(int from, int to) {
      int count = to - from;
      int i = 0;
      for (; i + 4 <= count; i += 4) {
        for (int c = 0; c < k; c++) {
          int u = i * k + c;
          add(
              byRows,
              (from + i) * columns,
              columns,
              new double[] {kept[u], kept[u + k], kept[u + 2 * k], kept[u + 3 * k]},
              sum,
              c * columns,
              columns);
        }
      }
      for (; i < count; i++) {
        for (int c = 0; c < k; c++) {
          addRow(kept[i * k + c], byRows, (from + i) * columns, sum, c * columns, columns);
        }
      }
    }

    @Override
    public Matrix sum() {
      Matrix result = Matrix.zeros(columns, k);
      for (int j = 0; j < columns; j++) {
        for (int c = 0; c < k; c++) {
          result.values()[j * k + c] = sum[c * columns + j];
        }
      }
      return result;
    }

    @Override
    public void close() {}
  }

  /** Adds a combination of four rows, each {@code stride} after the last. */
  private static void add(
      double[] from, int first, int stride, double[] factors, double[] into, int at, int count) {
    double a = factors[0];
    double b = factors[1];
    double c = factors[2];
    double d = factors[3];
    int second = first + stride;
    int third = second + stride;
    int fourth = third + stride;
    for (int i = 0; i < count; i++) {
      into[at + i] +=
          a * from[first + i] + b * from[second + i] + c * from[third + i] + d * from[fourth + i];
    }
  }

  private static void addRow(
      double factor, double[] from, int source, double[] into, int target, int count) {
    for (int i = 0; i < count; i++) {
      into[target + i] += factor * from[source + i];
    }
  }

  @Override
  public Matrix gram(double[] w) {
    Matrix gram = Matrix.zeros(columns, columns);
    for (int i = 0; i < rows; i++) {
      addOuter(byRows, i * columns, columns, w[i], gram);
    }
    mirrorUpper(gram);
    return gram;
  }

  @Override
  public Matrix kroneckerGram(Matrix f) {
    int size = columns * f.columns();
    Matrix gram = Matrix.zeros(size, size);
    double[] y = new double[size];
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < f.columns(); c++) {
        for (int j = 0; j < columns; j++) {
          y[c * columns + j] = f.get(i, c) * byRows[i * columns + j];
        }
      }
      addOuter(y, 0, size, 1, gram);
    }
    mirrorUpper(gram);
    return gram;
  }

  /** Adds a multiple of v vᵀ to the upper triangle. */
  private static void addOuter(double[] v, int at, int size, double factor, Matrix sum) {
    for (int j = 0; j < size; j++) {
      addRow(factor * v[at + j], v, at + j, sum.values(), j * size + j, size - j);
    }
  }

  static void mirrorUpper(Matrix square) {
    for (int i = 1; i < square.rows(); i++) {
      for (int j = 0; j < i; j++) {
        square.set(i, j, square.get(j, i));
      }
    }
  }

  @Override
  public Matrix quadraticForms(Matrix... forms) {
    Matrix results = Matrix.zeros(rows, forms.length);
    double[] product = new double[columns];
    for (int i = 0; i < rows; i++) {
      for (int form = 0; form < forms.length; form++) {
        Arrays.fill(product, 0);
        for (int j = 0; j < columns; j++) {
          double factor = byRows[i * columns + j];
          addRow(factor, forms[form].values(), j * columns, product, 0, columns);
        }
        results.set(i, form, dot(product, 0, byRows, i * columns, columns));
      }
    }
    return results;
  }

  @Override
  public double[] squares(double[] w) {
    double[] squares = new double[columns];
    addSquares(byRows, 0, rows, w, squares);
    return squares;
  }

  /** Adds the squares of the first rows, whose weights stand from {@code from} on. */
  static void addSquares(double[] x, int from, int count, double[] w, double[] sums) {
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < sums.length; j++) {
        double value = x[i * sums.length + j];
        sums[j] += w[from + i] * value * value;
      }
    }
  }

  /** The scalar product of two rows: four sums, as one would wait for each addition. */
  static double dot(double[] a, int from, double[] b, int at, int count) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int j = 0;
    for (; j + 4 <= count; j += 4) {
      first += a[from + j] * b[at + j];
      second += a[from + j + 1] * b[at + j + 1];
      third += a[from + j + 2] * b[at + j + 2];
      fourth += a[from + j + 3] * b[at + j + 3];
    }
    for (; j < count; j++) {
      first += a[from + j] * b[at + j];
    }
    return (first + second) + (third + fourth);
  }

  @Override
  public Matrix toMatrix() {
    return Matrix.of(rows, columns, byRows.clone());
  }
}
