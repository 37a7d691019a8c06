package dev.touchstone.measuring;

import dev.touchstone.calibration.Confidences;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A population of a few confidences, of which each comes true at a rate of its own, and of which
 * the binned calibration error is known.
 *
 * @param confidence what is said
 * @param truth how often it comes true
 * @param weight how often it is said; they sum to 1
 */
record CalibrationPopulation(double[] confidence, double[] truth, double[] weight) {

  /** One confidence that is said of everything. */
  static CalibrationPopulation constant(double confidence, double truth) {
    return of(new double[] {confidence}, new double[] {truth}, new double[] {1});
  }

  static CalibrationPopulation of(double[] confidence, double[] truth, double[] weight) {
    double all = Arrays.stream(weight).sum();
    return new CalibrationPopulation(
        confidence, truth, Arrays.stream(weight).map(w -> w / all).toArray());
  }

  /** Σₘ |Σ weight · (confidence − truth)| over right-closed bins. */
  double error(int bins) {
    double[] gaps = new double[bins];
    for (int j = 0; j < confidence.length; j++) {
      gaps[bin(confidence[j], bins)] += weight[j] * (confidence[j] - truth[j]);
    }
    return Arrays.stream(gaps).map(Math::abs).sum();
  }

  private static int bin(double confidence, int bins) {
    return Math.max(0, Math.min(bins - 1, (int) Math.ceil((confidence - 1e-6) * bins) - 1));
  }

  Confidences draw(int n, SplittableRandom random) {
    double[] said = new double[n];
    boolean[] cameTrue = new boolean[n];
    for (int i = 0; i < n; i++) {
      double u = random.nextDouble();
      int j = 0;
      while (j < weight.length - 1 && u >= weight[j]) {
        u -= weight[j++];
      }
      said[i] = confidence[j];
      cameTrue[i] = random.nextDouble() < truth[j];
    }
    return new Confidences(said, cameTrue);
  }

  /**
   * A random population whose error is a tolerance exactly: confidences on edges and beside them,
   * near 0 and 1, as low as those of a hundred classes; rare ones; gaps of either sign, and none.
   */
  static CalibrationPopulation random(int bins, double tolerance, int n, SplittableRandom random) {
    while (true) {
      int atoms = random.nextInt(1, 7);
      double[] confidence = new double[atoms];
      double[] gap = new double[atoms];
      double[] weight = new double[atoms];
      for (int j = 0; j < atoms; j++) {
        confidence[j] = confidence(bins, random);
        gap[j] = gap(confidence[j], random);
        weight[j] =
            random.nextInt(3) == 0 ? random.nextDouble(6) / n : -Math.log(1 - random.nextDouble());
      }
      CalibrationPopulation scaled = scaled(confidence, gap, weight, bins, tolerance);
      if (scaled != null) {
        return scaled;
      }
    }
  }

  /** A population like this one, with the same error. */
  CalibrationPopulation mutated(int bins, double tolerance, int n, SplittableRandom random) {
    for (int attempt = 0; attempt < 100; attempt++) {
      double[] said = confidence.clone();
      double[] gap = new double[said.length];
      double[] weights = weight.clone();
      int changed = random.nextInt(said.length);
      for (int j = 0; j < gap.length; j++) {
        gap[j] = confidence[j] - truth[j];
      }
      switch (random.nextInt(4)) {
        case 0 -> said[changed] = confidence(bins, random);
        case 1 -> gap[changed] = gap(said[changed], random);
        case 2 -> weights[changed] *= Math.exp(random.nextGaussian());
        default ->
            said[changed] = Math.max(0, Math.min(1, said[changed] + 0.03 * random.nextGaussian()));
      }
      CalibrationPopulation scaled = scaled(said, gap, weights, bins, tolerance);
      if (scaled != null) {
        return scaled;
      }
    }
    return random(bins, tolerance, n, random);
  }

  private static double confidence(int bins, SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> 1;
      case 1 -> (double) random.nextInt(1, bins + 1) / bins;
      case 2 -> Math.min(1, (double) random.nextInt(bins) / bins + 1e-3);
      case 3 -> 1 - Math.pow(10, -random.nextDouble(1, 4));
      case 4 -> random.nextDouble(0.01, 0.3);
      case 5 -> 0.5 + random.nextDouble(0.02);
      default -> random.nextDouble();
    };
  }

  private static double gap(double confidence, SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> confidence;
      case 2 -> confidence - 1;
      default -> confidence - random.nextDouble();
    };
  }

  /** The gaps times what makes the error the tolerance; null where a truth would leave [0, 1]. */
  private static @Nullable CalibrationPopulation scaled(
      double[] confidence, double[] gap, double[] weight, int bins, double tolerance) {
    double[] truth = new double[gap.length];
    for (int j = 0; j < gap.length; j++) {
      truth[j] = confidence[j] - gap[j];
    }
    double error = of(confidence, truth, weight).error(bins);
    if (error <= 0) {
      return null;
    }
    for (int j = 0; j < gap.length; j++) {
      truth[j] = confidence[j] - gap[j] * tolerance / error;
      if (truth[j] < -1e-12 || truth[j] > 1 + 1e-12) {
        return null;
      }
      truth[j] = Math.max(0, Math.min(1, truth[j]));
    }
    return of(confidence, truth, weight);
  }

  @Override
  public String toString() {
    return IntStream.range(0, weight.length)
        .mapToObj(
            j ->
                String.format(
                    Locale.ROOT, "%.4f of %.4g true %.4g", weight[j], confidence[j], truth[j]))
        .collect(Collectors.joining("; "));
  }
}
