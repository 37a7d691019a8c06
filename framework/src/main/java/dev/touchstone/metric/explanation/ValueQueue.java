package dev.touchstone.metric.explanation;

import dev.touchstone.data.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Rows that wait for a number of the model's and are sent when the memory budget is filled. Not
 * thread-safe.
 */
public final class ValueQueue {
  private final Source source;
  private final int atOnce;
  private final int[] shape;
  private final int rowSize;
  private final List<float[]> rows = new ArrayList<>();
  private final List<Integer> examples = new ArrayList<>();
  private final List<DoubleConsumer> uses = new ArrayList<>();

  /** Rows and what they were made of in, one number per row out. */
  @FunctionalInterface
  interface Source {
    double[] of(Tensor rows, int... examples);
  }

  /**
   * An empty queue.
   *
   * @param atOnce at least 1
   * @param shape of a batch; its first axis is ignored
   */
  ValueQueue(Source source, int atOnce, int... shape) {
    this.source = source;
    this.atOnce = atOnce;
    this.shape = shape.clone();
    this.rowSize = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
  }

  /**
   * Adds a row, and sends all that wait if the budget is now filled.
   *
   * @param row an example's features; not changed any more after this
   * @param example the place of the example that it was made of
   * @param use what becomes of the number
   */
  public void add(float[] row, int example, DoubleConsumer use) {
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
    int[] madeOf = examples.stream().mapToInt(Integer::intValue).toArray();
    double[] numbers = source.of(Tensor.of(values, batch), madeOf);
    for (int i = 0; i < numbers.length; i++) {
      uses.get(i).accept(numbers[i]);
    }
    rows.clear();
    examples.clear();
    uses.clear();
  }
}
