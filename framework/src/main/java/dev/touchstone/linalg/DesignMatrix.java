package dev.touchstone.linalg;

import java.lang.ref.Reference;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * A design matrix X, n × p, one row per example, kept where it is multiplied fast: for many
 * products with the same X. It is worked on in chunks of rows that stay in the cache, and the
 * chunks in a fixed number of stripes, so that no result depends on how many threads there are.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public abstract class DesignMatrix implements AutoCloseable {
  /** Up to so many columns their products with each other are made once for many weights. */
  public static final int FEW_COLUMNS = 128;

  private static final int MOST_STRIPES = 8;

  /** Sums of one stripe each are at most so many values together. */
  private static final long MOST_PARTIAL_SUMS = 1 << 24;

  final int rows;
  final int columns;
  final int chunk;

  DesignMatrix(int rows, int columns) {
    this(rows, columns, Math.max(128, (1 << 16) / Math.max(1, columns)));
  }

  /** With chunks of up to so many rows. */
  DesignMatrix(int rows, int columns, int mostRows) {
    this.rows = rows;
    this.columns = columns;
    this.chunk = Math.max(1, Math.min(rows, mostRows));
  }

  /** The number of rows n. */
  public int rows() {
    return rows;
  }

  /** The number of columns p. */
  public int columns() {
    return columns;
  }

  /** X · V, n × k. */
  public Matrix product(Matrix v) {
    checkColumns(v);
    Matrix product = Matrix.zeros(rows, v.columns());
    try (Operand prepared = operand(v)) {
      stripes(
          stripes(v.columns()),
          (stripe, first, last) -> {
            try (Workspace space = workspace(v.columns())) {
              for (int from = first; from < last; from += chunk) {
                int to = Math.min(last, from + chunk);
                space.multiply(from, to, prepared);
                space.readRows(to - from, product.values(), from * v.columns());
              }
            }
          });
    }
    return product;
  }

  /** Xᵀ · U, p × k. */
  public Matrix crossProduct(Matrix u) {
    if (u.rows() != rows) {
      throw new IllegalArgumentException("no cross product of a " + this + " and a " + u);
    }
    return sum(u.columns(), (from, to, space) -> space.writeRows(u, from, to));
  }

  /**
   * Xᵀ · f(X · V), p × k, reading X once: a gradient, or a product with a Hessian.
   *
   * @param f applied to rows of X · V
   */
  public Matrix sandwich(Matrix v, RowMap f) {
    checkColumns(v);
    try (Operand prepared = operand(v)) {
      return sum(
          v.columns(),
          (from, to, space) -> {
            space.multiply(from, to, prepared);
            space.mapRows(from, to, f);
          });
    }
  }

  /** Xᵀ · diag(w) · X, p × p. */
  public abstract Matrix gram(double[] w);

  /**
   * Xᵀ · diag(w) · X for several w: where there are few columns, much faster than one by one.
   *
   * @param w n × the number of Gram matrices
   */
  public Matrix[] grams(Matrix w) {
    Matrix[] grams = new Matrix[w.columns()];
    double[] column = new double[rows];
    for (int q = 0; q < grams.length; q++) {
      for (int i = 0; i < rows; i++) {
        column[i] = w.get(i, q);
      }
      grams[q] = gram(column);
    }
    return grams;
  }

  /**
   * Σᵢ (fᵢ ⊗ xᵢ)(fᵢ ⊗ xᵢ)ᵀ, pk × pk, where entry (c, j) of a Kronecker product is at c·p + j.
   *
   * @param f n × k
   */
  public abstract Matrix kroneckerGram(Matrix f);

  /**
   * Quadratic forms of every row.
   *
   * @param forms p × p
   * @return xᵢᵀ B xᵢ, n × the number of forms
   */
  public abstract Matrix quadraticForms(Matrix... forms);

  /** Σᵢ wᵢ xᵢⱼ², the diagonal of {@link #gram}. */
  public abstract double[] squares(double[] w);

  /** A copy, row-major on the heap. */
  public abstract Matrix toMatrix();

  /** Frees the memory now; otherwise it is freed some time after the last use. */
  @Override
  public void close() {}

  /** What X is multiplied by, once for many chunks. */
  interface Operand extends AutoCloseable {
    @Override
    void close();
  }

  /** Room for a chunk's rows of X · V, and for a sum. */
  interface Workspace extends AutoCloseable {
    /** Keeps rows of X · V. */
    void multiply(int from, int to, Operand v);

    /** Copies the first rows kept. */
    void readRows(int count, double[] into, int at);

    /** Keeps rows of U. */
    void writeRows(Matrix u, int from, int to);

    /** Changes the rows kept. */
    void mapRows(int from, int to, RowMap f);

    /** Adds Xᵀ times the rows kept to the sum. */
    void addCrossProduct(int from, int to);

    /** The sum, p × k. */
    Matrix sum();

    @Override
    void close();
  }

  abstract Operand operand(Matrix v);

  abstract Workspace workspace(int k);

  /** Puts rows into a workspace. */
  private interface ChunkStep {
    void apply(int from, int to, Workspace space);
  }

  private Matrix sum(int k, ChunkStep step) {
    int stripes = stripes(k);
    Matrix[] parts = new Matrix[stripes];
    stripes(
        stripes,
        (stripe, first, last) -> {
          try (Workspace space = workspace(k)) {
            for (int from = first; from < last; from += chunk) {
              int to = Math.min(last, from + chunk);
              step.apply(from, to, space);
              space.addCrossProduct(from, to);
            }
            parts[stripe] = space.sum();
          }
        });
    return added(parts);
  }

  static Matrix added(Matrix... parts) {
    Matrix sum = parts[0];
    for (Matrix part : Arrays.asList(parts).subList(1, parts.length)) {
      for (int i = 0; i < part.values().length; i++) {
        sum.values()[i] += part.values()[i];
      }
    }
    return sum;
  }

  /** Some consecutive chunks. */
  interface Stripe {
    void apply(int stripe, int first, int last);
  }

  int stripes(long columnsOfSum) {
    int chunks = Math.max(1, (rows + chunk - 1) / chunk);
    long affordable = MOST_PARTIAL_SUMS / Math.max(1, columns * columnsOfSum);
    return (int) Math.max(1, Math.min(Math.min(MOST_STRIPES, chunks), affordable));
  }

  void stripes(int stripes, Stripe work) {
    int chunks = Math.max(1, (rows + chunk - 1) / chunk);
    Workers.forEach(
        stripes,
        stripe -> {
          int first = (int) ((long) chunks * stripe / stripes) * chunk;
          int last = (int) Math.min(rows, ((long) chunks * (stripe + 1) / stripes) * chunk);
          work.apply(stripe, first, last);
        });
    Reference.reachabilityFence(this); // native code has used the memory that goes with it
  }

  private void checkColumns(Matrix v) {
    if (v.rows() != columns) {
      throw new IllegalArgumentException("no product of a " + this + " and a " + v);
    }
  }

  @Override
  public String toString() {
    return rows + " x " + columns + " design matrix";
  }
}
