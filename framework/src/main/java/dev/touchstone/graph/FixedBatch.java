package dev.touchstone.graph;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Feeds a model that was exported for a fixed number of examples: in portions of that number, the
 * last one filled up with copies of its last example.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class FixedBatch {
  private final int size;
  private final boolean fillsUp;

  private FixedBatch(int size, boolean fillsUp) {
    this.size = size;
    this.fillsUp = fillsUp;
  }

  /** For models that take {@code size} examples at a time. */
  public static FixedBatch of(int size) {
    return new FixedBatch(size, true);
  }

  /** For models of which memory admits {@code size} examples at a time, or fewer. */
  static FixedBatch atMost(int size) {
    return new FixedBatch(size, false);
  }

  /**
   * Applies a computation portion by portion.
   *
   * @param compute one row per example of a portion
   * @return one row per example of the batch
   */
  public double[][] apply(Tensor batch, Function<Tensor, double[][]> compute) {
    return apply(batch, (portion, examples) -> compute.apply(portion));
  }

  /** Applies a computation portion by portion to examples of several inputs. */
  public double[][] apply(Inputs batch, Function<Inputs, double[][]> compute) {
    double[][] rows = new double[batch.rows()][];
    for (int from = 0; from < rows.length; from += size) {
      int present = Math.min(size, rows.length - from);
      double[][] portion = compute.apply(batch.select(examples(from, present)));
      System.arraycopy(portion, 0, rows, from, present);
    }
    return rows;
  }

  /** The same for a computation that needs to know the places of its examples in the batch. */
  public double[][] apply(Tensor batch, BiFunction<Tensor, int[], double[][]> compute) {
    double[][] rows = new double[batch.rows()][];
    for (int from = 0; from < rows.length; from += size) {
      int present = Math.min(size, rows.length - from);
      int[] examples = examples(from, present);
      System.arraycopy(compute.apply(batch.select(examples), examples), 0, rows, from, present);
    }
    return rows;
  }

  /**
   * Applies a computation of several values portion by portion.
   *
   * @param compute of a portion and the places of its examples in the batch: by name, one row per
   *     example of the portion
   * @return by name, one row per example of the batch
   */
  Map<String, ShapedRows> several(
      Inputs batch, BiFunction<Inputs, int[], Map<String, ShapedRows>> compute) {
    Map<String, ShapedRows> all = new HashMap<>();
    for (int from = 0; from < batch.rows(); from += size) {
      int start = from;
      int present = Math.min(size, batch.rows() - start);
      compute
          .apply(batch.select(examples(start, present)), examples(start, present))
          .forEach(
              (name, portion) ->
                  System.arraycopy(
                      portion.rows(),
                      0,
                      all.computeIfAbsent(name, key -> portion.empty(batch.rows())).rows(),
                      start,
                      present));
    }
    return all;
  }

  private int[] examples(int from, int present) {
    int[] examples = new int[fillsUp ? size : present];
    Arrays.setAll(examples, i -> from + Math.min(i, present - 1));
    return examples;
  }
}
