package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Progress;
import java.util.Arrays;
import java.util.function.DoubleConsumer;

/**
 * Changed examples that wait for what the model says of them and are sent when the memory budget is
 * filled, so that the peak does not depend on how many a method makes. Not thread-safe.
 */
final class RowQueue {
  private final QuantityOfInputs function;
  private final Progress progress;
  private final String work;
  private final long expected;
  private final int[] shape;
  private final float[][] rows;
  private final int[] examples;
  private final DoubleConsumer[] uses;
  private int waiting;
  private long answered;

  /**
   * An empty queue.
   *
   * @param shape of a batch; its first axis is ignored
   * @param work what to call it where progress is shown
   * @param expected how many rows there will be
   */
  RowQueue(QuantityOfInputs function, int[] shape, Progress progress, String work, long expected) {
    this.function = function;
    this.progress = progress;
    this.work = work;
    this.expected = expected;
    this.shape = shape.clone();
    int atOnce = function.rowsAtOnce();
    this.rows = new float[atOnce][];
    this.examples = new int[atOnce];
    this.uses = new DoubleConsumer[atOnce];
  }

  /**
   * Adds a row, and sends all that wait if the budget is now filled.
   *
   * @param example the place of the example that it was made of
   * @param use is given what is explained of the row
   */
  void add(float[] row, int example, DoubleConsumer use) {
    rows[waiting] = row;
    examples[waiting] = example;
    uses[waiting] = use;
    waiting++;
    if (waiting == rows.length) {
      flush();
    }
  }

  /** Sends all that wait. */
  void flush() {
    if (waiting == 0) {
      return;
    }
    int size = rows[0].length;
    float[] values = new float[Math.multiplyExact(waiting, size)];
    for (int i = 0; i < waiting; i++) {
      System.arraycopy(rows[i], 0, values, i * size, size);
    }
    int[] batch = shape.clone();
    batch[0] = waiting;
    double[] answers =
        function.of(Inputs.of(Tensor.of(values, batch)), Arrays.copyOf(examples, waiting));
    for (int i = 0; i < waiting; i++) {
      uses[i].accept(answers[i]);
    }
    answered += waiting;
    waiting = 0;
    progress.step(work, answered, expected);
  }
}
