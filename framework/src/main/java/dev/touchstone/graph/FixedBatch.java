package dev.touchstone.graph;

import dev.touchstone.data.Tensor;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Feeds a model that was exported for a fixed number of examples: in portions of that number, the
 * last one filled up with copies of its last example.
 */
public final class FixedBatch {
  private final int size;

  private FixedBatch(int size) {
    this.size = size;
  }

  /** For models that take {@code size} examples at a time. */
  public static FixedBatch of(int size) {
    return new FixedBatch(size);
  }

  /**
   * Applies a computation portion by portion.
   *
   * @param compute one row per example of a portion
   * @return one row per example of the batch
   */
  public double[][] apply(Tensor batch, Function<Tensor, double[][]> compute) {
    return apply(batch, new int[batch.rows()], (portion, ignored) -> compute.apply(portion));
  }

  /** The same with a number per example, such as its target. */
  double[][] apply(Tensor batch, int[] numbers, BiFunction<Tensor, int[], double[][]> compute) {
    double[][] rows = new double[batch.rows()][];
    for (int from = 0; from < rows.length; from += size) {
      int present = Math.min(size, rows.length - from);
      double[][] portion = compute.apply(portion(batch, from, present), portion(numbers, from));
      System.arraycopy(portion, 0, rows, from, present);
    }
    return rows;
  }

  private Tensor portion(Tensor batch, int from, int present) {
    int width = batch.rowSize();
    float[] values = new float[size * width];
    for (int i = 0; i < size; i++) {
      int row = from + Math.min(i, present - 1);
      System.arraycopy(batch.values(), row * width, values, i * width, width);
    }
    int[] shape = batch.shape();
    shape[0] = size;
    return Tensor.of(values, shape);
  }

  private int[] portion(int[] numbers, int from) {
    int[] portion = new int[size];
    Arrays.setAll(portion, i -> numbers[Math.min(from + i, numbers.length - 1)]);
    return portion;
  }
}
