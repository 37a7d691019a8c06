package dev.touchstone.linalg;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;

import org.bytedeco.openblas.global.openblas;

/**
 * The products xⱼ xₗ, j ≤ l, of some rows of a design matrix: what all its Gram matrices and all
 * quadratic forms share, so that either is one matrix product with them. They are made and used a
 * block at a time, of so many rows and pairs that the block stays in the cache, and stand pair by
 * pair: then both loops and OpenBLAS, which is a third slower the other way round, run along rows.
 */
final class PairProducts implements AutoCloseable {
  private static final int MOST_ROWS = 128;
  private static final int PAIRS_AT_ONCE = 256;

  private final int columns;
  private final int count;
  private final double[] byRows;
  private final double[] byColumns;
  private final double[] block;
  private final NativeDoubles products;
  private final NativeDoubles factors;
  private final NativeDoubles sums;

  /** How many pairs p columns have. */
  static int of(int columns) {
    return columns * (columns + 1) / 2;
  }

  /**
   * Room for blocks.
   *
   * @param columns of the design matrix, p
   * @param count how many Gram matrices or forms
   */
  PairProducts(int columns, int count) {
    this.columns = columns;
    this.count = count;
    this.byRows = new double[MOST_ROWS * columns];
    this.byColumns = new double[byRows.length];
    this.block = new double[MOST_ROWS * PAIRS_AT_ONCE];
    this.products = new NativeDoubles(block.length);
    this.factors = new NativeDoubles((long) MOST_ROWS * count);
    this.sums = new NativeDoubles((long) MOST_ROWS * count);
  }

  /** What is done with a block, and the number of its first pair. */
  private interface Use {
    void of(int firstPair, int pairs);
  }

  /**
   * Adds Σᵢ wᵢ xᵢⱼ xᵢₗ over rows.
   *
   * @param x n × p
   * @param w n × count
   * @param into count × pairs
   */
  void addGrams(NativeDoubles x, int from, int to, Matrix w, NativeDoubles into) {
    int pairs = of(columns);
    for (int first = from; first < to; first += MOST_ROWS) {
      int here = Math.min(MOST_ROWS, to - first);
      factors.pointer.put(w.values(), first * count, here * count);
      forBlocks(
          x,
          first,
          here,
          (pair, height) ->
              openblas.cblas_dgemm(
                  CblasRowMajor,
                  CblasTrans,
                  CblasTrans,
                  count,
                  height,
                  here,
                  1,
                  factors.pointer,
                  count,
                  products.pointer,
                  here,
                  1,
                  into.at(pair),
                  pairs));
    }
  }

  /**
   * Quadratic forms of rows.
   *
   * @param x n × p
   * @param forms count × pairs
   * @param into n × count
   */
  void forms(NativeDoubles x, int from, int to, NativeDoubles forms, Matrix into) {
    int pairs = of(columns);
    double[] values = new double[MOST_ROWS * count];
    for (int first = from; first < to; first += MOST_ROWS) {
      int here = Math.min(MOST_ROWS, to - first);
      forBlocks(
          x,
          first,
          here,
          (pair, height) ->
              openblas.cblas_dgemm(
                  CblasRowMajor,
                  CblasNoTrans,
                  CblasNoTrans,
                  count,
                  here,
                  height,
                  1,
                  forms.at(pair),
                  pairs,
                  products.pointer,
                  here,
                  pair == 0 ? 0 : 1,
                  sums.pointer,
                  here));
      sums.pointer.get(values, 0, here * count);
      for (int i = 0; i < here; i++) {
        for (int q = 0; q < count; q++) {
          into.set(first + i, q, values[q * here + i]);
        }
      }
    }
  }

  private void forBlocks(NativeDoubles x, int row, int here, Use use) {
    x.at((long) row * columns).get(byRows, 0, here * columns);
    for (int i = 0; i < here; i++) {
      for (int j = 0; j < columns; j++) {
        byColumns[j * here + i] = byRows[i * columns + j];
      }
    }
    int first = 0;
    int filled = 0;
    for (int j = 0; j < columns; j++) {
      for (int l = j; l < columns; l++) {
        multiply(byColumns, j * here, l * here, block, filled * here, here);
        if (++filled == PAIRS_AT_ONCE) {
          use(first, filled, here, use);
          first += filled;
          filled = 0;
        }
      }
    }
    if (filled > 0) {
      use(first, filled, here, use);
    }
  }

  private void use(int first, int filled, int here, Use use) {
    products.pointer.put(block, 0, filled * here);
    use.of(first, filled);
  }

  private static void multiply(double[] x, int j, int l, double[] into, int at, int length) {
    for (int i = 0; i < length; i++) {
      into[at + i] = x[j + i] * x[l + i];
    }
  }

  @Override
  public void close() {
    products.close();
    factors.close();
    sums.close();
  }
}
