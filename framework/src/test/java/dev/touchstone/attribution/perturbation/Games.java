package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Functions of a few numbers, examples and backgrounds, and Shapley values by all orders. */
final class Games {
  private Games() {}

  static final Quantity FIRST = Quantity.output(0);

  /** A model whose first score is a function. */
  static Classifier model(ToDoubleFunction<double[]> function) {
    return Models.function(
            "a function",
            "1",
            batch -> {
              double[][] rows = new double[batch.rows()][];
              for (int i = 0; i < rows.length; i++) {
                rows[i] = new double[] {function.applyAsDouble(row(batch, i)), 0};
              }
              return rows;
            })
        .emitting(OutputKind.LOGITS);
  }

  static double[] row(Tensor batch, int i) {
    float[] row = batch.row(i);
    double[] values = new double[row.length];
    Arrays.setAll(values, j -> row[j]);
    return values;
  }

  /** Uniform numbers from −1 to 1, all of them exact in single precision. */
  static Tensor numbers(int rows, int columns, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(32_001) - 16_000) / 16_384f;
    }
    return Tensor.of(values, rows, columns);
  }

  static Dataset background(Tensor rows) {
    return Dataset.named("background")
        .features(FeatureStore.inMemory(rows.values(), rows.rowSize()))
        .labels(new int[rows.rows()])
        .build();
  }

  static RunContext context(long seed) {
    return RunContext.of(
        Settings.from(
            key ->
                key.equals("touchstone.seed")
                    ? Optional.of(Long.toString(seed))
                    : Optional.empty()));
  }

  static Attribution explained(
      AttributionMethod method, ToDoubleFunction<double[]> function, Tensor examples) {
    return method.attribute(model(function), examples, FIRST, context(1));
  }

  /** What each player adds to those before it, on average over all orders of the players. */
  static double[] byAllOrders(
      ToDoubleFunction<double[]> function, double[] example, Tensor background) {
    double[] shares = new double[example.length];
    int[] order = new int[example.length];
    Arrays.setAll(order, i -> i);
    int[] orders = {0};
    permute(
        order,
        0,
        () -> {
          boolean[] kept = new boolean[example.length];
          double before = worth(function, example, background, kept);
          for (int player : order) {
            kept[player] = true;
            double after = worth(function, example, background, kept);
            shares[player] += after - before;
            before = after;
          }
          orders[0]++;
        });
    return Arrays.stream(shares).map(share -> share / orders[0]).toArray();
  }

  private static void permute(int[] order, int from, Runnable use) {
    if (from == order.length) {
      use.run();
      return;
    }
    for (int i = from; i < order.length; i++) {
      swap(order, from, i);
      permute(order, from + 1, use);
      swap(order, from, i);
    }
  }

  private static void swap(int[] order, int a, int b) {
    int swapped = order[a];
    order[a] = order[b];
    order[b] = swapped;
  }

  static double worth(
      ToDoubleFunction<double[]> function, double[] example, Tensor background, boolean... kept) {
    double sum = 0;
    for (int b = 0; b < background.rows(); b++) {
      double[] mixed = row(background, b);
      for (int j = 0; j < mixed.length; j++) {
        mixed[j] = kept[j] ? example[j] : mixed[j];
      }
      sum += function.applyAsDouble(mixed);
    }
    return sum / background.rows();
  }
}
