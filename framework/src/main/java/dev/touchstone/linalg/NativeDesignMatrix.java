package dev.touchstone.linalg;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;

/** Outside the heap, for OpenBLAS, which would copy an array of Java's for every product. */
final class NativeDesignMatrix extends DesignMatrix {
  private final NativeDoubles x;
  private final Queue<NativeWorkspace> idle = new ConcurrentLinkedQueue<>();

  NativeDesignMatrix(RowSource source) {
    super(source.rows(), source.columns());
    this.x = new NativeDoubles((long) rows * columns);
    int step = source.chunk();
    double[] buffer = new double[Math.multiplyExact(Math.min(step, rows), columns)];
    for (int from = 0; from < rows; from += step) {
      int to = Math.min(rows, from + step);
      source.read(from, to, buffer);
      at(from).put(buffer, 0, (to - from) * columns);
    }
  }

  private DoublePointer at(int row) {
    return x.at((long) row * columns);
  }

  /** A matrix outside the heap. */
  private record NativeOperand(NativeDoubles values, int columns) implements Operand {
    @Override
    public void close() {
      values.close();
    }
  }

  @Override
  NativeOperand operand(Matrix v) {
    return new NativeOperand(copied(v), v.columns());
  }

  private static NativeDoubles copied(Matrix v) {
    return NativeDoubles.of(v.values());
  }

  @Override
  Workspace workspace(int k) {
    for (NativeWorkspace space = idle.poll(); space != null; space = idle.poll()) {
      if (space.k == k) {
        space.begun = false;
        return space;
      }
      space.free();
    }
    return new NativeWorkspace(k);
  }

  /** Rows and sum outside the heap; maps work on a copy on it. */
  private final class NativeWorkspace implements Workspace {
    private final int k;
    private final NativeDoubles kept;
    private final NativeDoubles sum;
    private final double[] heap;
    private boolean begun;

    NativeWorkspace(int k) {
      this.k = k;
      this.heap = new double[Math.multiplyExact(chunk, k)];
      this.kept = new NativeDoubles(heap.length);
      this.sum = new NativeDoubles((long) columns * k);
    }

    @Override
    public void multiply(int from, int to, Operand v) {
      DoublePointer right = ((NativeOperand) v).values().pointer;
      openblas.cblas_dgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasNoTrans,
          to - from,
          k,
          columns,
          1,
          at(from),
          columns,
          right,
          k,
          0,
          kept.pointer,
          k);
    }

    @Override
    public void readRows(int count, double[] into, int at) {
      kept.pointer.get(into, at, count * k);
    }

    @Override
    public void writeRows(Matrix u, int from, int to) {
      kept.pointer.put(u.values(), from * k, (to - from) * k);
    }

    @Override
    public void mapRows(int from, int to, RowMap f) {
      readRows(to - from, heap, 0);
      f.apply(from, to, heap);
      kept.pointer.put(heap, 0, (to - from) * k);
    }

    @Override
    public void addCrossProduct(int from, int to) {
      openblas.cblas_dgemm(
          CblasRowMajor,
          CblasTrans,
          CblasNoTrans,
          columns,
          k,
          to - from,
          1,
          at(from),
          columns,
          kept.pointer,
          k,
          begun ? 1 : 0,
          sum.pointer,
          k);
      begun = true;
    }

    @Override
    public Matrix sum() {
      Matrix result = Matrix.zeros(columns, k);
      if (begun) {
        sum.pointer.get(result.values(), 0, result.values().length);
      }
      return result;
    }

    /** To be used again, as the next product mostly has as many columns. */
    @Override
    public void close() {
      idle.add(this);
    }

    private void free() {
      kept.close();
      sum.close();
    }
  }

  @Override
  public Matrix gram(double[] w) {
    boolean negative = Arrays.stream(w).anyMatch(weight -> weight < 0);
    return gramOf(
        columns,
        negative ? new int[] {1, -1} : new int[] {1},
        (x, row, sign, of, into, at) -> {
          double weight = sign * w[of];
          if (weight > 0) {
            scale(x, row, Math.sqrt(weight), into, at);
          }
          return weight > 0;
        });
  }

  @Override
  public Matrix kroneckerGram(Matrix f) {
    int k = f.columns();
    return gramOf(
        Math.multiplyExact(columns, k),
        new int[] {1},
        (x, row, sign, of, into, at) -> {
          boolean adds = false;
          for (int c = 0; c < k; c++) {
            adds |= f.get(of, c) != 0;
            scale(x, row, f.get(of, c), into, at + c * columns);
          }
          return adds;
        });
  }

  /** What a row adds with a sign. */
  private interface Addend {
    /**
     * Writes y.
     *
     * @param row where x has it
     * @param of its number among all rows
     * @return whether it adds anything
     */
    boolean write(double[] x, int row, int sign, int of, double[] into, int at);
  }

  /** Σᵢ of ± yᵢ yᵢᵀ. Rows that add nothing are passed over, and the others gathered. */
  private Matrix gramOf(int size, int[] signs, Addend addend) {
    int stripes = stripes((long) size * size / columns);
    Matrix[] parts = new Matrix[stripes];
    stripes(
        stripes,
        (stripe, first, last) -> {
          double[] heap = new double[Math.multiplyExact(chunk, columns)];
          double[] gathered = new double[Math.multiplyExact(chunk, size)];
          Matrix result = Matrix.zeros(size, size);
          try (NativeDoubles y = new NativeDoubles(gathered.length);
              NativeDoubles sum = NativeDoubles.of(result.values())) {
            for (int sign : signs) {
              int kept = 0;
              for (int from = first; from < last; from += chunk) {
                int count = Math.min(last, from + chunk) - from;
                at(from).get(heap, 0, count * columns);
                for (int i = 0; i < count; i++) {
                  kept += addend.write(heap, i, sign, from + i, gathered, kept * size) ? 1 : 0;
                  if (kept == chunk) {
                    addSquares(gathered, kept, size, sign, y, sum);
                    kept = 0;
                  }
                }
              }
              addSquares(gathered, kept, size, sign, y, sum);
            }
            sum.pointer.get(result.values(), 0, result.values().length);
          }
          parts[stripe] = result;
        });
    Matrix gram = added(parts);
    PlainDesignMatrix.mirrorUpper(gram);
    return gram;
  }

  /** Adds ± YᵀY of some rows to the upper triangle. */
  private static void addSquares(
      double[] rows, int count, int size, int sign, NativeDoubles y, NativeDoubles sum) {
    y.pointer.put(rows, 0, count * size);
    openblas.cblas_dsyrk(
        CblasRowMajor,
        CblasUpper,
        CblasTrans,
        size,
        count,
        sign,
        y.pointer,
        size,
        1,
        sum.pointer,
        size);
  }

  private void scale(double[] x, int row, double factor, double[] into, int at) {
    int source = row * columns;
    for (int j = 0; j < columns; j++) {
      into[at + j] = factor * x[source + j];
    }
  }

  @Override
  public Matrix[] grams(Matrix w) {
    if (columns > FEW_COLUMNS) {
      return super.grams(w);
    }
    int count = w.columns();
    int pairs = PairProducts.of(columns);
    int stripes = stripes((long) columns * count);
    Matrix[] parts = new Matrix[stripes];
    stripes(
        stripes,
        (stripe, first, last) -> {
          Matrix part = Matrix.zeros(count, pairs);
          try (PairProducts products = new PairProducts(columns, count);
              NativeDoubles sum = copied(part)) {
            products.addGrams(x, first, last, w, sum);
            sum.pointer.get(part.values(), 0, part.values().length);
          }
          parts[stripe] = part;
        });
    Matrix packed = added(parts);
    Matrix[] grams = new Matrix[count];
    for (int q = 0; q < count; q++) {
      grams[q] = Matrix.zeros(columns, columns);
      double[] gram = grams[q].values();
      int pair = q * pairs;
      for (int j = 0; j < columns; j++) {
        System.arraycopy(packed.values(), pair, gram, j * columns + j, columns - j);
        pair += columns - j;
      }
      PlainDesignMatrix.mirrorUpper(grams[q]);
    }
    return grams;
  }

  private Matrix formsOfPairs(Matrix... forms) {
    int count = forms.length;
    int pairs = PairProducts.of(columns);
    double[] packed = new double[Math.multiplyExact(count, pairs)];
    int pair = 0;
    for (Matrix form : forms) {
      for (int j = 0; j < columns; j++) {
        packed[pair++] = form.get(j, j);
        for (int l = j + 1; l < columns; l++) {
          packed[pair++] = form.get(j, l) + form.get(l, j);
        }
      }
    }
    Matrix results = Matrix.zeros(rows, count);
    try (NativeDoubles right = NativeDoubles.of(packed)) {
      stripes(
          stripes(1),
          (stripe, first, last) -> {
            try (PairProducts products = new PairProducts(columns, count)) {
              products.forms(x, first, last, right, results);
            }
          });
    }
    return results;
  }

  @Override
  public Matrix quadraticForms(Matrix... forms) {
    if (columns <= FEW_COLUMNS) {
      return formsOfPairs(forms);
    }
    Matrix results = Matrix.zeros(rows, forms.length);
    NativeDoubles[] natives = new NativeDoubles[forms.length];
    for (int form = 0; form < forms.length; form++) {
      natives[form] = copied(forms[form]);
    }
    stripes(
        stripes(1),
        (stripe, first, last) -> {
          double[] left = new double[Math.multiplyExact(chunk, columns)];
          double[] right = new double[left.length];
          try (NativeDoubles product = new NativeDoubles(left.length)) {
            for (int from = first; from < last; from += chunk) {
              int count = Math.min(last, from + chunk) - from;
              at(from).get(left, 0, count * columns);
              for (int form = 0; form < natives.length; form++) {
                openblas.cblas_dgemm(
                    CblasRowMajor,
                    CblasNoTrans,
                    CblasNoTrans,
                    count,
                    columns,
                    columns,
                    1,
                    at(from),
                    columns,
                    natives[form].pointer,
                    columns,
                    0,
                    product.pointer,
                    columns);
                product.pointer.get(right, 0, count * columns);
                for (int i = 0; i < count; i++) {
                  int at = i * columns;
                  results.set(from + i, form, PlainDesignMatrix.dot(left, at, right, at, columns));
                }
              }
            }
          }
        });
    for (NativeDoubles form : natives) {
      form.close();
    }
    return results;
  }

  @Override
  public double[] squares(double[] w) {
    double[] squares = new double[columns];
    double[] heap = new double[Math.multiplyExact(chunk, columns)];
    for (int from = 0; from < rows; from += chunk) {
      int count = Math.min(rows, from + chunk) - from;
      at(from).get(heap, 0, count * columns);
      PlainDesignMatrix.addSquares(heap, from, count, w, squares);
    }
    Reference.reachabilityFence(this);
    return squares;
  }

  @Override
  public Matrix toMatrix() {
    Matrix copy = Matrix.zeros(rows, columns);
    x.at(0).get(copy.values(), 0, copy.values().length);
    Reference.reachabilityFence(this);
    return copy;
  }

  @Override
  public void close() {
    x.close();
    for (NativeWorkspace space = idle.poll(); space != null; space = idle.poll()) {
      space.free();
    }
  }
}
