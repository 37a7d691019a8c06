package dev.touchstone.attribution;

import dev.touchstone.data.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Rows that were made of examples, wait for what a model says of them, and are sent when the memory
 * budget is filled, so that the peak does not depend on how many steps, samples or changes there
 * are. Not thread-safe.
 *
 * @param <U> what becomes of the answer to a row
 */
public final class RowQueue<U> {
  private final Sender<U> sender;
  private final int atOnce;
  private final int[] shape;
  private final int rowSize;
  private final List<float[]> rows = new ArrayList<>();
  private final List<Integer> examples = new ArrayList<>();
  private final List<U> uses = new ArrayList<>();

  /** Rows and what they were made of in, one number per row out. */
  @FunctionalInterface
  public interface Numbers {
    /**
     * Returns a number for each row.
     *
     * @param examples the place of the example that each row was made of
     */
    double[] of(Tensor rows, int... examples);
  }

  /** Rows and what they were made of in, one vector per row out. */
  @FunctionalInterface
  public interface Vectors {
    /**
     * Returns a vector for each row.
     *
     * @param examples the place of the example that each row was made of
     */
    double[][] of(Tensor rows, int... examples);
  }

  /** Sends rows, and hands on what comes back. */
  @FunctionalInterface
  private interface Sender<U> {
    void send(Tensor rows, int[] examples, List<U> uses);
  }

  private RowQueue(Sender<U> sender, int atOnce, int... shape) {
    this.sender = sender;
    this.atOnce = atOnce;
    this.shape = shape.clone();
    this.rowSize = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
  }

  /**
   * Returns an empty queue of rows that wait for a number.
   *
   * @param atOnce at least 1
   * @param shape of a batch; its first axis is ignored
   */
  public static RowQueue<DoubleConsumer> ofNumbers(Numbers source, int atOnce, int... shape) {
    return new RowQueue<>(
        (rows, examples, uses) -> {
          double[] numbers = source.of(rows, examples);
          for (int i = 0; i < numbers.length; i++) {
            uses.get(i).accept(numbers[i]);
          }
        },
        atOnce,
        shape);
  }

  /**
   * Returns an empty queue of rows that wait for a vector, such as a gradient.
   *
   * @param atOnce at least 1
   * @param shape of a batch; its first axis is ignored
   */
  public static RowQueue<Consumer<double[]>> ofVectors(Vectors source, int atOnce, int... shape) {
    return new RowQueue<>(
        (rows, examples, uses) -> {
          double[][] vectors = source.of(rows, examples);
          for (int i = 0; i < vectors.length; i++) {
            uses.get(i).accept(vectors[i]);
          }
        },
        atOnce,
        shape);
  }

  /**
   * Adds a row, and sends all that wait if the budget is now filled.
   *
   * @param row as long as an example; not changed any more after this
   * @param example the place of the example that it was made of
   * @param use what becomes of the answer
   */
  public void add(float[] row, int example, U use) {
    rows.add(row);
    examples.add(example);
    uses.add(use);
    if (rows.size() >= atOnce) {
      flush();
    }
  }

  /** Sends all that wait. */
  public void flush() {
    if (rows.isEmpty()) {
      return;
    }
    float[] values = new float[Math.multiplyExact(rows.size(), rowSize)];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * rowSize, rowSize);
    }
    int[] batch = shape.clone();
    batch[0] = rows.size();
    sender.send(
        Tensor.of(values, batch), examples.stream().mapToInt(Integer::intValue).toArray(), uses);
    rows.clear();
    examples.clear();
    uses.clear();
  }
}
