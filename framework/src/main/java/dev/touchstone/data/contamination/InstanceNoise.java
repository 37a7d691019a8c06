package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.NormalizedGaussianSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Label noise that depends on what an example looks like (Xia et al. 2020, Algorithm 2, "instance-
 * dependent label noise"): an example's label goes wrong with a probability of its own, q ~ N(rate,
 * 0.1²) within [0, 1], and becomes class c ≠ y with probability softmax(x W_y), where the entries
 * of W_y, d × k, are drawn from N(0, 1) once for all examples of class y. Examples that look alike
 * therefore go wrong alike. Columns of tables are z-scored first.
 */
record InstanceNoise(double rate) implements LabelNoise {
  private static final double DEVIATION = 0.1;

  @Override
  public int[] relabelled(Dataset data, UniformRandomProvider random) {
    int k = WrongLabels.classes(data);
    int[] labels = data.labels();
    double[][] x = TwoMeans.rows(data, IntStream.range(0, labels.length).toArray());
    NormalizedGaussianSampler normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[][][] w = new double[k][x[0].length][k];
    for (double[][] ofClass : w) {
      for (double[] row : ofClass) {
        Arrays.setAll(row, c -> normal.sample());
      }
    }
    for (int i = 0; i < labels.length; i++) {
      double q = drawnRate(normal);
      double u = random.nextDouble();
      if (u < q) {
        labels[i] = wrongClass(x[i], w[labels[i]], labels[i], u / q);
      }
    }
    return labels;
  }

  private double drawnRate(NormalizedGaussianSampler normal) {
    double q = rate + DEVIATION * normal.sample();
    while (!(q >= 0 && q <= 1)) {
      q = rate + DEVIATION * normal.sample();
    }
    return q;
  }

  /** The class at which the cumulated shares of softmax(x W) without {@code right} pass u. */
  private static int wrongClass(double[] x, double[][] w, int right, double u) {
    int k = w[0].length;
    double[] shares = new double[k];
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < x.length; j++) {
        shares[c] += x[j] * w[j][c];
      }
    }
    shares[right] = Double.NEGATIVE_INFINITY;
    double largest = Arrays.stream(shares).max().orElseThrow();
    double total = 0;
    for (int c = 0; c < k; c++) {
      shares[c] = Math.exp(shares[c] - largest);
      total += shares[c];
    }
    double left = u * total;
    int last = right;
    for (int c = 0; c < k; c++) {
      if (c != right && shares[c] > 0) {
        last = c;
        left -= shares[c];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  @Override
  public String toString() {
    return "instance-dependent label noise at rate " + rate;
  }
}
