package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rows that wait for their gradients and are sent when the memory budget is filled, so that the
 * peak does not depend on how many steps or samples a method takes. Not thread-safe.
 */
final class GradientQueue {
  private final GradientFunction function;
  private final Quantity quantity;
  private final int[] shape;
  private final int rowSize;
  private final List<float[]> rows = new ArrayList<>();
  private final List<Integer> examples = new ArrayList<>();
  private final List<Consumer<double[]>> uses = new ArrayList<>();

  /**
   * An empty queue.
   *
   * @param shape the shape of a batch; its first axis is ignored
   * @param quantity what is differentiated, of the examples that rows are made of
   */
  GradientQueue(GradientFunction function, int[] shape, Quantity quantity) {
    this.function = function;
    this.quantity = quantity;
    this.shape = shape.clone();
    this.rowSize = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
  }

  /**
   * Adds a row, and sends all that wait if the budget is now filled.
   *
   * @param example the place of the example that it was made of
   */
  void add(float[] row, int example, Consumer<double[]> use) {
    rows.add(row);
    examples.add(example);
    uses.add(use);
    if (rows.size() == function.rowsAtOnce()) {
      flush();
    }
  }

  /** Sends all that wait. */
  void flush() {
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
    double[][] gradients = function.source().at(Tensor.of(values, batch), quantity.ofRows(madeOf));
    for (int i = 0; i < gradients.length; i++) {
      uses.get(i).accept(gradients[i]);
    }
    rows.clear();
    examples.clear();
    uses.clear();
  }
}
