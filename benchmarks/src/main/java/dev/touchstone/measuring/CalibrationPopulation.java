package dev.touchstone.measuring;

import dev.touchstone.calibration.Confidences;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

  static int bin(double confidence, int bins) {
    return Math.max(0, Math.min(bins - 1, (int) Math.ceil((confidence - 1e-6) * bins) - 1));
  }

  /**
   * A sample of a population: how often each confidence was said, and how often it came true.
   *
   * @param said by confidence
   * @param cameTrue by confidence
   */
  record Sample(CalibrationPopulation of, int[] said, int[] cameTrue) {

    /** The sample's binned error: no limit lies below it, and most samples need none. */
    double error(int bins) {
      double[] gaps = new double[bins];
      int n = 0;
      for (int j = 0; j < said.length; j++) {
        gaps[bin(of.confidence[j], bins)] += said[j] * of.confidence[j] - cameTrue[j];
        n += said[j];
      }
      return Arrays.stream(gaps).map(Math::abs).sum() / n;
    }

    Confidences confidences() {
      int n = Arrays.stream(said).sum();
      double[] confidence = new double[n];
      boolean[] right = new boolean[n];
      int i = 0;
      for (int j = 0; j < said.length; j++) {
        Arrays.fill(confidence, i, i + said[j], of.confidence[j]);
        Arrays.fill(right, i, i + cameTrue[j], true);
        i += said[j];
      }
      return new Confidences(confidence, right);
    }
  }

  Sample draw(int n, SplittableRandom random) {
    int[] said = new int[weight.length];
    int[] cameTrue = new int[weight.length];
    for (int i = 0; i < n; i++) {
      int j = weight.length == 1 ? 0 : drawn(weight, random.nextDouble());
      said[j]++;
      cameTrue[j] += random.nextDouble() < truth[j] ? 1 : 0;
    }
    return new Sample(this, said, cameTrue);
  }

  /** Which of some weights a uniform number falls to. */
  static int drawn(double[] weights, double uniform) {
    double u = uniform;
    int j = 0;
    while (j < weights.length - 1 && u >= weights[j]) {
      u -= weights[j++];
    }
    return j;
  }

  /** The errors that can be a tolerance. */
  private static final double LEAST_ERROR = 0.005;

  private static final double MOST_ERROR = 0.5;

  /**
   * A random population; its own error is the tolerance that it lies on. One of four kinds: a few
   * confidences anywhere, with rare ones among them; all on edges of bins; as low as those of a
   * hundred classes; all bins filled. Gaps are of either sign, none, or as wide as can be.
   *
   * @param n how many examples a sample will have, of which a rare confidence gets some six at most
   */
  static CalibrationPopulation random(int bins, int n, SplittableRandom random) {
    while (true) {
      int kind = random.nextInt(4);
      int atoms = kind == 3 ? random.nextInt(bins / 2, 2 * bins) : random.nextInt(1, 7);
      double[] confidence = new double[atoms];
      double[] truth = new double[atoms];
      double[] weight = new double[atoms];
      double calibrated = random.nextDouble();
      for (int j = 0; j < atoms; j++) {
        confidence[j] =
            switch (kind) {
              case 0 -> confidence(bins, random);
              case 1 -> (double) random.nextInt(1, bins + 1) / bins;
              case 2 -> 0.01 + 0.3 * random.nextDouble() * random.nextDouble();
              default -> (j % bins + 1 - random.nextDouble()) / bins;
            };
        truth[j] = random.nextDouble() < calibrated ? confidence[j] : truth(confidence[j], random);
        weight[j] =
            random.nextInt(3) == 0 ? random.nextDouble(6) / n : -Math.log(1 - random.nextDouble());
      }
      CalibrationPopulation drawn = of(confidence, truth, weight);
      if (drawn.isOnATolerance(bins)) {
        return drawn;
      }
    }
  }

  /** A population like this one, in one confidence, truth or weight. */
  CalibrationPopulation changed(int bins, SplittableRandom random) {
    while (true) {
      double[] said = confidence.clone();
      double[] right = truth.clone();
      double[] weights = weight.clone();
      int j = random.nextInt(said.length);
      switch (random.nextInt(5)) {
        case 0 -> said[j] = confidence(bins, random);
        case 1 -> said[j] = near(said[j], random);
        case 2 -> right[j] = truth(said[j], random);
        case 3 -> right[j] = near(right[j], random);
        default -> weights[j] *= Math.exp(step(random) * random.nextGaussian());
      }
      CalibrationPopulation other = of(said, right, weights);
      if (other.isOnATolerance(bins)) {
        return other;
      }
    }
  }

  private boolean isOnATolerance(int bins) {
    double error = error(bins);
    return error >= LEAST_ERROR && error <= MOST_ERROR;
  }

  static double near(double value, SplittableRandom random) {
    return Math.max(0, Math.min(1, value + step(random) / 10 * random.nextGaussian()));
  }

  static double step(SplittableRandom random) {
    return Math.pow(10, -random.nextDouble(3));
  }

  static double confidence(int bins, SplittableRandom random) {
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

  /** How often a confidence comes true: as it says, always, never, nearly as it says, or ever. */
  static double truth(double confidence, SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> confidence;
      case 1 -> 0;
      case 2 -> 1;
      case 3, 4 -> near(confidence, random);
      default -> random.nextDouble();
    };
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
