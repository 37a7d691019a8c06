package dev.touchstone.calibration;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The probability that {@code Σ |Xₘ|} of independent normal {@code Xₘ ~ N(μₘ, Vₘ)} is at most a
 * total, and its gradient in μ.
 *
 * <p>Each |Xₘ| is spread over the points {@code 0, w, 2w, …} of a lattice, {@code w = total/cells},
 * between the two nearest ones so that its mean stays, and the lattices are convolved: by a Fourier
 * transform of twice the total's length. What it wraps around is damped beforehand (the mass at
 * point c is multiplied by ρᶜ) to 1e-8 of itself. Mass at the total itself counts half, as it does
 * in the limit of a fine lattice.
 */
final class FoldedNormalSum {
  private static final int FEWEST_CELLS = 64;
  private static final int MOST_CELLS = 2048;

  /** How many cells a standard deviation of the sum holds at least. */
  private static final int FINER = 16;

  private static final double WRAPPED = 1e-8;

  private final double[] deviations;
  private final double width;
  private final Lattice lattice;
  // Per bin, the spectra of its masses and of their derivatives.
  private final double[][] massReal;
  private final double[][] massImaginary;
  private final double[][] slopeReal;
  private final double[][] slopeImaginary;
  private final double[][] afterReal;
  private final double[][] afterImaginary;
  private final double[] real;
  private final double[] imaginary;
  private final double[] excess;
  private final double[] excessSlope;
  private final double[] mirror;
  private final double[] mirrorSlope;

  /**
   * A sum.
   *
   * @param variances Vₘ, one per term, each above 0
   * @param total what the sum may be at most, above 0
   */
  FoldedNormalSum(double[] variances, double total) {
    int terms = variances.length;
    double variance = 0;
    deviations = new double[terms];
    for (int m = 0; m < terms; m++) {
      variance += variances[m];
      deviations[m] = Math.sqrt(variances[m]);
    }
    int cells = FEWEST_CELLS;
    // A lattice adds up to w²/6 to each term's variance.
    while (cells < MOST_CELLS && FINER * total / cells > Math.sqrt(variance)) {
      cells *= 2;
    }
    lattice = Lattice.of(cells);
    width = total / cells;
    int spectrum = cells + 1;
    massReal = new double[terms][spectrum];
    massImaginary = new double[terms][spectrum];
    slopeReal = new double[terms][spectrum];
    slopeImaginary = new double[terms][spectrum];
    afterReal = new double[terms + 1][spectrum];
    afterImaginary = new double[terms + 1][spectrum];
    real = new double[2 * cells];
    imaginary = new double[2 * cells];
    excess = new double[cells + 2];
    excessSlope = new double[cells + 2];
    mirror = new double[cells + 2];
    mirrorSlope = new double[cells + 2];
  }

  /**
   * The probability at some means.
   *
   * @param means μₘ ≥ 0, one per term
   * @param gradient is filled with the derivatives by each mean
   */
  double probability(double[] means, double[] gradient) {
    int terms = deviations.length;
    for (int m = 0; m < terms; m++) {
      transform(m, means[m]);
    }
    int spectrum = lattice.cells + 1;
    Arrays.fill(afterReal[terms], 1);
    Arrays.fill(afterImaginary[terms], 0);
    for (int m = terms - 1; m >= 0; m--) {
      for (int k = 0; k < spectrum; k++) {
        double a = afterReal[m + 1][k];
        double b = afterImaginary[m + 1][k];
        afterReal[m][k] = a * massReal[m][k] - b * massImaginary[m][k];
        afterImaginary[m][k] = a * massImaginary[m][k] + b * massReal[m][k];
      }
    }
    double probability = 0;
    for (int k = 0; k < spectrum; k++) {
      probability +=
          afterReal[0][k] * lattice.upToTotalReal[k]
              - afterImaginary[0][k] * lattice.upToTotalImaginary[k];
    }
    // What stands before each term, with the weights of the points up to the total.
    double[] beforeReal = lattice.upToTotalReal.clone();
    double[] beforeImaginary = lattice.upToTotalImaginary.clone();
    for (int m = 0; m < terms; m++) {
      double derivative = 0;
      for (int k = 0; k < spectrum; k++) {
        double a =
            beforeReal[k] * afterReal[m + 1][k] - beforeImaginary[k] * afterImaginary[m + 1][k];
        double b =
            beforeReal[k] * afterImaginary[m + 1][k] + beforeImaginary[k] * afterReal[m + 1][k];
        derivative += a * slopeReal[m][k] - b * slopeImaginary[m][k];
        double c = beforeReal[k];
        beforeReal[k] = c * massReal[m][k] - beforeImaginary[k] * massImaginary[m][k];
        beforeImaginary[k] = c * massImaginary[m][k] + beforeImaginary[k] * massReal[m][k];
      }
      gradient[m] = derivative;
    }
    return Math.max(0, probability);
  }

  /**
   * The spectra of one term's masses (as the real part) and of their slopes (the imaginary one).
   */
  private void transform(int m, double mean) {
    int cells = lattice.cells;
    double deviation = deviations[m];
    // E(|X| − a)⁺ at the lattice's points: masses are its second differences.
    Normal.excess(mean / deviation, width / deviation, deviation, 1, excess, excessSlope);
    Normal.excess(-mean / deviation, width / deviation, deviation, -1, mirror, mirrorSlope);
    for (int c = 0; c <= cells + 1; c++) {
      excess[c] += mirror[c];
      excessSlope[c] += mirrorSlope[c];
    }
    Arrays.fill(real, 0);
    Arrays.fill(imaginary, 0);
    real[0] = 1 - (excess[0] - excess[1]) / width;
    imaginary[0] = -(excessSlope[0] - excessSlope[1]) / width;
    for (int c = 1; c <= cells; c++) {
      double damping = lattice.damping[c] / width;
      real[c] = damping * (excess[c - 1] - 2 * excess[c] + excess[c + 1]);
      imaginary[c] = damping * (excessSlope[c - 1] - 2 * excessSlope[c] + excessSlope[c + 1]);
    }
    lattice.fourier.forward(real, imaginary);
    for (int k = 0; k <= cells; k++) {
      int mirrored = (2 * cells - k) % (2 * cells);
      massReal[m][k] = (real[k] + real[mirrored]) / 2;
      massImaginary[m][k] = (imaginary[k] - imaginary[mirrored]) / 2;
      slopeReal[m][k] = (imaginary[k] + imaginary[mirrored]) / 2;
      slopeImaginary[m][k] = (real[mirrored] - real[k]) / 2;
    }
  }

  /** What depends on the number of cells alone. */
  private static final class Lattice {
    private static final Map<Integer, Lattice> LATTICES = new ConcurrentHashMap<>();

    final int cells;
    final FastFourier fourier;
    final double[] damping;
    // A spectrum times this one, its real part summed, is the undamped mass up to the total.
    final double[] upToTotalReal;
    final double[] upToTotalImaginary;

    private Lattice(int cells) {
      this.cells = cells;
      int size = 2 * cells;
      fourier = new FastFourier(size);
      damping = new double[cells + 1];
      double[] real = new double[size];
      double[] imaginary = new double[size];
      for (int c = 0; c <= cells; c++) {
        damping[c] = Math.pow(WRAPPED, (double) c / size);
        real[c] = (c < cells ? 1 : 0.5) / damping[c];
      }
      fourier.forward(real, imaginary);
      upToTotalReal = new double[cells + 1];
      upToTotalImaginary = new double[cells + 1];
      for (int k = 0; k <= cells; k++) {
        // Both halves of a real sequence's spectrum say the same.
        double times = k == 0 || k == cells ? 1 : 2;
        upToTotalReal[k] = times * real[k] / size;
        upToTotalImaginary[k] = -times * imaginary[k] / size;
      }
    }

    static Lattice of(int cells) {
      return LATTICES.computeIfAbsent(cells, Lattice::new);
    }
  }

  /** The standard normal distribution by a Taylor series at the nearest of 2,305 points. */
  static final class Normal {
    private static final int STEPS = 128;
    private static final int END = 9;
    private static final double[] BELOW = new double[2 * END * STEPS + 1];
    private static final double[] DENSITY = new double[2 * END * STEPS + 1];

    static {
      NormalDistribution normal = NormalDistribution.of(0, 1);
      for (int i = 0; i < BELOW.length; i++) {
        double t = (double) i / STEPS - END;
        BELOW[i] = normal.cumulativeProbability(t);
        DENSITY[i] = normal.density(t);
      }
    }

    private Normal() {}

    /**
     * E(X − a)⁺ = σ(φ(t) + tΦ(t)) at t = first, first − step, …, and its derivative by X's mean.
     *
     * @param sign of the derivative: −1 for the mirrored variable
     */
    static void excess(
        double first, double step, double deviation, int sign, double[] excess, double[] slope) {
      for (int c = 0; c < excess.length; c++) {
        double t = first - c * step;
        if (t <= -END) {
          Arrays.fill(excess, c, excess.length, 0);
          Arrays.fill(slope, c, slope.length, 0);
          return;
        }
        if (t >= END) {
          excess[c] = deviation * t;
          slope[c] = sign;
          continue;
        }
        int i = (int) ((t + END) * STEPS + 0.5);
        double at = (double) i / STEPS - END;
        double d = t - at;
        double density = DENSITY[i];
        double below = BELOW[i];
        double second = at * at - 1;
        double third = (2 - second) * at;
        slope[c] =
            sign * (below + density * d * (1 + d * (-at / 2 + d * (second / 6 + d * third / 24))));
        double change =
            below + density * d * (0.5 + d * (-at / 6 + d * (second / 24 + d * third / 120)));
        excess[c] = deviation * (density + at * below + d * change);
      }
    }
  }
}
