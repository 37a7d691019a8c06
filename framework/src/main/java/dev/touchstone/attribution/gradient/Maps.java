package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Arithmetic on maps. */
final class Maps {
  private Maps() {}

  /** In place. */
  static double[][] absolute(double[][] maps) {
    for (double[] map : maps) {
      for (int j = 0; j < map.length; j++) {
        map[j] = Math.abs(map[j]);
      }
    }
    return maps;
  }

  /**
   * Value by value, in place.
   *
   * @param values one row per map, of its length
   */
  static double[][] times(double[][] maps, double[][] values) {
    for (int i = 0; i < maps.length; i++) {
      for (int j = 0; j < maps[i].length; j++) {
        maps[i][j] *= values[i][j];
      }
    }
    return maps;
  }

  /** The rows of a batch in double precision. */
  static double[][] rows(Tensor batch) {
    float[] values = batch.values();
    int size = batch.rowSize();
    double[][] rows = new double[batch.rows()][size];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < size; j++) {
        rows[i][j] = values[i * size + j];
      }
    }
    return rows;
  }

  /** The same maps without their last axis: of embeddings, a number per token. */
  static Attribution summedOverLastAxis(Attribution attribution) {
    int[] shape = attribution.exampleShape();
    int last = shape[shape.length - 1];
    double[][] sums =
        Arrays.stream(attribution.maps())
            .map(
                map ->
                    IntStream.range(0, map.length / last)
                        .mapToDouble(i -> Arrays.stream(map, i * last, (i + 1) * last).sum())
                        .toArray())
            .toArray(double[][]::new);
    return new Attribution(
        sums,
        Arrays.copyOf(shape, shape.length - 1),
        attribution.quantity(),
        attribution.rule(),
        attribution.fidelity());
  }

  static double norm(double[] map) {
    return Math.sqrt(Arrays.stream(map).map(value -> value * value).sum());
  }

  static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int j = 0; j < a.length; j++) {
      squares += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(squares);
  }
}
