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
    return several(batch, (portion, examples) -> Map.of("", compute.apply(portion, examples)))
        .getOrDefault("", new double[0][]);
  }

  /**
   * Applies a computation of several values portion by portion.
   *
   * @param compute of a portion and the places of its examples in the batch: by name, one row per
   *     example of the portion
   * @return by name, one row per example of the batch
   */
  Map<String, double[][]> several(
      Tensor batch, BiFunction<Tensor, int[], Map<String, double[][]>> compute) {
    Map<String, double[][]> rows = new HashMap<>();
    for (int from = 0; from < batch.rows(); from += size) {
      int start = from;
      int present = Math.min(size, batch.rows() - start);
      compute
          .apply(batch.select(examples(start, present)), examples(start, present))
          .forEach(
              (name, portion) ->
                  System.arraycopy(
                      portion,
                      0,
                      rows.computeIfAbsent(name, key -> new double[batch.rows()][]),
                      start,
                      present));
    }
    return rows;
  }

  private int[] examples(int from, int present) {
    int[] examples = new int[size];
    Arrays.setAll(examples, i -> from + Math.min(i, present - 1));
    return examples;
  }
}
