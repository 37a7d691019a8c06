package dev.touchstone.metric.explanation;

import dev.touchstone.data.Tensor;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Rows around each example: uniform noise of at most a radius on every feature (the L∞ ball).
 *
 * @param radius in the features' own unit
 * @param samples how many rows of each example
 */
record Nearby(double radius, int samples) {

  Nearby {
    if (!(radius > 0 && Double.isFinite(radius))) {
      throw new IllegalArgumentException("a radius is a positive number, was " + radius);
    }
    if (samples < 1) {
      throw new IllegalArgumentException("at least one row near each example, was " + samples);
    }
  }

  /** Explains them, example by example, and hands their maps on. */
  void explain(Explained explained, String purpose, BiConsumer<Integer, double[][]> use) {
    for (int i = 0; i < explained.size(); i++) {
      UniformRandomProvider random = explained.random(purpose, i);
      float[] row = explained.row(i);
      float[] rows = new float[Math.multiplyExact(samples, row.length)];
      int[] madeOf = new int[samples];
      for (int j = 0; j < rows.length; j++) {
        rows[j] = (float) (row[j % row.length] + radius * (2 * random.nextDouble() - 1));
      }
      Arrays.fill(madeOf, i);
      use.accept(i, explained.maps(Tensor.of(rows, shape(explained)), madeOf));
      explained.context().progress().step("examples and their like", i + 1, explained.size());
    }
  }

  private int[] shape(Explained explained) {
    int[] one = explained.examples().shape();
    int[] shape = new int[one.length + 1];
    shape[0] = samples;
    System.arraycopy(one, 0, shape, 1, one.length);
    return shape;
  }
}
