package dev.touchstone.linalg;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * In the memory of a device of PyTorch's, for its products in double precision. One thread hands
 * over chunk after chunk, larger ones than a processor's cache would like: the device has threads
 * of its own.
 */
final class TorchDesignMatrix extends DesignMatrix {
  /** Some tens of megabytes. */
  private static final int CHUNK_ENTRIES = 1 << 22;

  private static final Cleaner CLEANER = Cleaner.create();
  private static final AtomicLong LIVE = new AtomicLong();

  /** Beyond this, what is unreachable is looked for first: a collection sees no device's memory. */
  private static final long COLLECTED_AT = 1L << 31;

  private final NDManager memory;
  private final NDArray x;
  private final Cleaner.Cleanable cleanable;

  TorchDesignMatrix(RowSource source, String device) {
    super(
        source.rows(),
        source.columns(),
        Math.max(1, CHUNK_ENTRIES / Math.max(1, source.columns())));
    long bytes = (long) rows * columns * Double.BYTES;
    if (LIVE.get() + bytes > COLLECTED_AT) {
      System.gc();
    }
    this.memory = Torch.manager(device);
    LIVE.addAndGet(bytes);
    this.cleanable = CLEANER.register(this, new Free(memory, bytes));
    this.x = Torch.evaluate(() -> memory.zeros(new Shape(rows, columns), DataType.FLOAT64));
    int step = source.chunk();
    double[] buffer = new double[Math.multiplyExact(Math.min(step, rows), columns)];
    for (int from = 0; from < rows; from += step) {
      int to = Math.min(rows, from + step);
      source.read(from, to, buffer);
      put(from, to, buffer);
    }
  }

  /** Holds no reference to what it frees the memory of. */
  private record Free(NDManager memory, long bytes) implements Runnable {
    @Override
    public void run() {
      memory.close();
      LIVE.addAndGet(-bytes);
    }
  }

  private void put(int from, int to, double[] buffer) {
    double[] rowsRead = Arrays.copyOf(buffer, (to - from) * columns);
    evaluate(
        memory,
        step -> {
          x.set(rows(from, to), NativeArrays.of(step, rowsRead, new Shape(to - from, columns)));
          return true;
        });
  }

  private static NDIndex rows(int from, int to) {
    return new NDIndex("{}:{}", from, to);
  }

  /**
   * Runs a step whose arrays are freed when it ends; an array that it returns belongs to a scope.
   */
  private <T> T evaluate(NDManager scope, Function<NDManager, T> step) {
    try {
      return Torch.evaluate(
          () -> {
            try (NDManager arrays = scope.newSubManager()) {
              T result = step.apply(arrays);
              if (result instanceof NDArray kept) {
                kept.attach(scope);
              }
              return result;
            }
          });
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Rows of X, which belong to the step. */
  private NDArray chunk(NDManager step, int from, int to) {
    return x.get(step, rows(from, to));
  }

  /** One: sums are added up on the device. */
  @Override
  int stripes(long columnsOfSum) {
    return 1;
  }

  /** A matrix on the device. */
  private record TorchOperand(NDArray values) implements Operand {
    @Override
    public void close() {
      values.close();
    }
  }

  @Override
  TorchOperand operand(Matrix v) {
    return new TorchOperand(evaluate(memory, step -> TorchAlgebra.array(step, v)));
  }

  @Override
  Workspace workspace(int k) {
    return new TorchWorkspace(k);
  }

  /** Rows and sum on the device; maps work on a copy on the heap. */
  private final class TorchWorkspace implements Workspace {
    private final int k;
    private final NDManager scope = memory.newSubManager();
    private @Nullable NDArray kept;
    private @Nullable NDArray sum;

    TorchWorkspace(int k) {
      this.k = k;
    }

    private void keep(Function<NDManager, NDArray> step) {
      if (kept != null) {
        kept.close();
      }
      kept = evaluate(scope, step);
    }

    private NDArray kept() {
      return Objects.requireNonNull(kept, "rows are kept before they are used");
    }

    @Override
    public void multiply(int from, int to, Operand v) {
      keep(step -> chunk(step, from, to).matMul(((TorchOperand) v).values()));
    }

    @Override
    public void readRows(int count, double[] into, int at) {
      double[] rows = evaluate(scope, step -> kept().toDoubleArray());
      System.arraycopy(rows, 0, into, at, count * k);
    }

    @Override
    public void writeRows(Matrix u, int from, int to) {
      double[] rows = Arrays.copyOfRange(u.values(), from * k, to * k);
      keep(step -> NativeArrays.of(step, rows, new Shape(to - from, k)));
    }

    @Override
    public void mapRows(int from, int to, RowMap f) {
      double[] rows = evaluate(scope, step -> kept().toDoubleArray());
      f.apply(from, to, rows);
      keep(step -> NativeArrays.of(step, rows, new Shape(to - from, k)));
    }

    @Override
    public void addCrossProduct(int from, int to) {
      sum = evaluate(scope, step -> added(sum, chunk(step, from, to).transpose().matMul(kept())));
    }

    @Override
    public Matrix sum() {
      NDArray all = sum;
      return all == null
          ? Matrix.zeros(columns, k)
          : Matrix.of(columns, k, evaluate(scope, step -> all.toDoubleArray()));
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  /** The array itself where there is no sum yet. */
  private static NDArray added(@Nullable NDArray sum, NDArray part) {
    if (sum == null) {
      return part;
    }
    NDArray all = part.add(sum);
    sum.close();
    return all;
  }

  /** What a chunk of rows, the first of which is {@code from}, has to add to a sum. */
  private interface Part {
    NDArray of(NDManager step, NDArray rows, int from, int to);
  }

  /** Σ over chunks, row-major. */
  private double[] sum(int length, int chunkRows, Part part) {
    try (NDManager scope = memory.newSubManager()) {
      NDArray sum = null;
      for (int from = 0; from < rows; from += chunkRows) {
        int first = from;
        int last = Math.min(rows, from + chunkRows);
        NDArray before = sum;
        sum =
            evaluate(
                scope, step -> added(before, part.of(step, chunk(step, first, last), first, last)));
      }
      NDArray all = sum;
      return all == null ? new double[length] : evaluate(scope, step -> all.toDoubleArray());
    }
  }

  private static NDArray column(NDManager step, double[] values, int from, int to) {
    return NativeArrays.of(step, Arrays.copyOfRange(values, from, to), new Shape(to - from, 1));
  }

  @Override
  public Matrix gram(double[] w) {
    double[] sum =
        sum(
            columns * columns,
            chunk,
            (step, x, from, to) -> x.transpose().matMul(x.mul(column(step, w, from, to))));
    return symmetric(columns, sum);
  }

  @Override
  public Matrix kroneckerGram(Matrix f) {
    int k = f.columns();
    int size = Math.multiplyExact(columns, k);
    double[] sum =
        sum(
            Math.multiplyExact(size, size),
            Math.max(1, chunk / Math.max(1, k)),
            (step, x, from, to) -> {
              double[] factors = Arrays.copyOfRange(f.values(), from * k, to * k);
              NDArray y =
                  NativeArrays.of(step, factors, new Shape(to - from, k, 1))
                      .mul(x.expandDims(1))
                      .reshape(to - from, size);
              return y.transpose().matMul(y);
            });
    return symmetric(size, sum);
  }

  private static Matrix symmetric(int size, double[] values) {
    Matrix matrix = Matrix.of(size, size, values);
    PlainDesignMatrix.mirrorUpper(matrix);
    return matrix;
  }

  @Override
  public Matrix quadraticForms(Matrix... forms) {
    Matrix results = Matrix.zeros(rows, forms.length);
    for (int form = 0; form < forms.length; form++) {
      try (TorchOperand b = operand(forms[form])) {
        for (int from = 0; from < rows; from += chunk) {
          int first = from;
          int last = Math.min(rows, from + chunk);
          double[] part =
              evaluate(
                  memory,
                  step -> {
                    NDArray x = chunk(step, first, last);
                    return x.matMul(b.values()).mul(x).sum(new int[] {1}).toDoubleArray();
                  });
          for (int i = first; i < last; i++) {
            results.set(i, form, part[i - first]);
          }
        }
      }
    }
    return results;
  }

  @Override
  public double[] squares(double[] w) {
    return sum(
        columns,
        chunk,
        (step, x, from, to) -> x.square().mul(column(step, w, from, to)).sum(new int[] {0}));
  }

  @Override
  public Matrix toMatrix() {
    return Matrix.of(rows, columns, evaluate(memory, step -> x.toDoubleArray()));
  }

  @Override
  public void close() {
    cleanable.clean();
  }
}
