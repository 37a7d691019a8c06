package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.CombinedInputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Pairs of points that mirror each other at an example and wait for the mean of their gradients. In
 * what is affine at the network's start the one is made of the other and of the example, and the
 * mean goes back once. Not thread-safe.
 */
final class MirroredPairs implements AutoCloseable {
  private final CombinedInputs inputs;
  private final String who;
  private final int[] shape;
  private final Quantity quantity;
  private final int pairsAtOnce;

  /** Of the pairs that wait: each example's once. */
  private final List<float[]> examples = new ArrayList<>();

  private final List<Pair> pairs = new ArrayList<>();
  private int latest = -1;

  private MirroredPairs(
      CombinedInputs inputs, String who, int[] shape, Quantity quantity, int pairsAtOnce) {
    this.inputs = inputs;
    this.who = who;
    this.shape = shape;
    this.quantity = quantity;
    this.pairsAtOnce = pairsAtOnce;
  }

  /**
   * In a network that {@link CombinedInputs} serve.
   *
   * @param shape of a batch; its first axis is ignored
   * @param quantity of the examples
   */
  static MirroredPairs of(WhiteBox box, int[] shape, Quantity quantity, RunContext context) {
    int rows = box.batchSize(context.settings().memoryBytes(), true);
    return new MirroredPairs(
        CombinedInputs.of(box), box.name(), shape, quantity, Math.max(1, rows / 2));
  }

  /**
   * A pair.
   *
   * @param place of the example in the batch
   * @param example its place among those that wait
   * @param above one of the two points
   */
  private record Pair(int place, int example, float[] above, Consumer<double[]> use) {}

  /**
   * Adds a pair, and asks for all that wait if the memory is now filled.
   *
   * @param place of the example in the batch; pairs of an example come one after the other
   * @param above one of the two points; not changed any more after this
   * @param use gets the mean of both gradients
   */
  void add(int place, float[] example, float[] above, Consumer<double[]> use) {
    if (place != latest) {
      examples.add(example);
      latest = place;
    }
    pairs.add(new Pair(place, examples.size() - 1, above, use));
    if (pairs.size() == pairsAtOnce) {
      flush();
    }
  }

  /** Asks for all that wait. */
  void flush() {
    if (pairs.isEmpty()) {
      return;
    }
    inputs.take(rows());
    int n = pairs.size();
    double[][] parts = new double[2 * n][examples.size() + n];
    double[][] shares = new double[n][2 * n];
    int[] places = new int[2 * n];
    for (int k = 0; k < n; k++) {
      Pair pair = pairs.get(k);
      parts[2 * k][examples.size() + k] = 1;
      parts[2 * k + 1][examples.size() + k] = -1;
      parts[2 * k + 1][pair.example()] = 2;
      Arrays.fill(shares[k], 2 * k, 2 * k + 2, .5);
      Arrays.fill(places, 2 * k, 2 * k + 2, pair.place());
    }
    Quantity ofPoints = quantity.ofRows(places);
    inputs.add(parts, shares, BackwardRules.derivatives(), scores -> ofPoints);
    double[][] means = CheckedAnswers.gradients(who, inputs.sums(), n, pairs.get(0).above().length);
    for (int k = 0; k < n; k++) {
      pairs.get(k).use().accept(means[k]);
    }
    pairs.clear();
    examples.clear();
    latest = -1;
  }

  /** The examples, and behind them each pair's point. */
  private Tensor rows() {
    int width = pairs.get(0).above().length;
    int[] batch = shape.clone();
    batch[0] = examples.size() + pairs.size();
    float[] values = new float[Math.multiplyExact(batch[0], width)];
    for (int i = 0; i < batch[0]; i++) {
      float[] row = i < examples.size() ? examples.get(i) : pairs.get(i - examples.size()).above();
      System.arraycopy(row, 0, values, i * width, width);
    }
    return Tensor.of(values, batch);
  }

  @Override
  public void close() {
    inputs.close();
  }
}
