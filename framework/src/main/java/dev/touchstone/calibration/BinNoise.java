package dev.touchstone.calibration;

import dev.touchstone.statistics.PoissonBinomial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The distribution of {@code Σ |noise of bin m|}, the noise of a bin being by how much its sum of
 * residuals differs from the expected one: convolved on a lattice, without a draw, so that the same
 * confidences have the same limit wherever it is asked for.
 *
 * <p>Where the confidences are given, that is the noise of the number that came true ({@link
 * Bins#chance}). But how often a confidence is said is chance too: of answers of .9 that never come
 * true the residuals are all .9, and their sum varies with their number. A sum X of residuals of n
 * examples has the variance Σ residual² − X²/n; where that is the larger one the noise is normal.
 *
 * <p>A value between two points of the lattice counts at both in proportion, so that means stay,
 * and a probability is that of one point below what is asked for: it is not less than the true one.
 */
final class BinNoise {
  private static final int POINTS = 4096;

  /** What a transform of such a length knows of small probabilities. */
  private static final double LEAST = 1e-13;

  private final double width;

  /** The probability of at least so many widths. */
  private final double[] atLeast;

  private BinNoise(double width, double[] atLeast) {
    this.width = width;
    this.atLeast = atLeast;
  }

  static BinNoise of(Bins bins) {
    List<Noise> noises = new ArrayList<>();
    double most = 0;
    for (int b = 0; b < bins.count(); b++) {
      if (bins.count(b) > 0) {
        PoissonBinomial chance = bins.chance(b);
        double ofSums =
            bins.squaredResiduals(b) - bins.residual(b) * bins.residual(b) / bins.size();
        Noise noise = ofSums > chance.variance() ? new OfSums(ofSums) : new OfCounts(chance);
        noises.add(noise);
        most += noise.farthest();
      }
    }
    double width = most / (POINTS - 2);
    FastFourier fourier = new FastFourier(POINTS);
    double[] productReal = new double[POINTS];
    double[] productImaginary = new double[POINTS];
    Arrays.fill(productReal, 1);
    for (Noise noise : noises) {
      double[] real = new double[POINTS];
      double[] imaginary = new double[POINTS];
      noise.spread(width, real);
      fourier.forward(real, imaginary);
      for (int i = 0; i < POINTS; i++) {
        double re = productReal[i] * real[i] - productImaginary[i] * imaginary[i];
        productImaginary[i] = productReal[i] * imaginary[i] + productImaginary[i] * real[i];
        productReal[i] = re;
      }
    }
    fourier.inverse(productReal, productImaginary);
    double[] atLeast = new double[POINTS + 1];
    for (int i = POINTS - 1; i >= 0; i--) {
      atLeast[i] = atLeast[i + 1] + Math.max(0, productReal[i]);
    }
    return new BinNoise(width, atLeast);
  }

  /** One bin's. */
  private interface Noise {
    /** What it does not exceed but with a negligible probability. */
    double farthest();

    /** Adds the probabilities of its size at {@code 0, width, 2 width, …}. */
    void spread(double width, double[] masses);
  }

  /** Of the number that came true. */
  private record OfCounts(PoissonBinomial chance) implements Noise {
    @Override
    public double farthest() {
      return Math.max(chance.mean() - chance.smallest(), chance.largest() - chance.mean());
    }

    @Override
    public void spread(double width, double[] masses) {
      for (int k = chance.smallest(); k <= chance.largest(); k++) {
        double at = Math.abs(k - chance.mean()) / width;
        int below = (int) at;
        double above = at - below;
        masses[below] += chance.probability(k) * (1 - above);
        masses[below + 1] += chance.probability(k) * above;
      }
    }
  }

  /** Of a sum of residuals whose number varies too. */
  private record OfSums(double variance) implements Noise {
    private static final double DEVIATIONS = 8;

    @Override
    public double farthest() {
      return DEVIATIONS * Math.sqrt(variance);
    }

    @Override
    public void spread(double width, double[] masses) {
      double step = width / Math.sqrt(variance);
      double[] excess = new double[(int) Math.ceil(DEVIATIONS / step) + 1];
      double[] below = new double[excess.length];
      FoldedNormalSum.Normal.excess(0, step, 2, 1, excess, below);
      // Means stay here too: masses are second differences of E(|Z| − a)⁺.
      masses[0] += 1 - (excess[0] - excess[1]) / step;
      for (int c = 1; c < excess.length - 1; c++) {
        masses[c] += (excess[c - 1] - 2 * excess[c] + excess[c + 1]) / step;
      }
    }
  }

  /** The probability that the sum is at least {@code sum}. */
  double atLeast(double sum) {
    int point = (int) Math.floor(sum / width) - 1;
    return point <= 0
        ? 1
        : Math.max(LEAST, Math.min(1, atLeast[Math.min(point, atLeast.length - 1)]));
  }

  /** The smallest sum that is reached with a probability below {@code tail}. */
  double quantile(double tail) {
    int low = 0;
    int high = atLeast.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (atLeast[middle] < tail) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return (low + 1) * width;
  }
}
