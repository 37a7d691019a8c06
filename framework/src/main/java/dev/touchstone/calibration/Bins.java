package dev.touchstone.calibration;

import dev.touchstone.statistics.PoissonBinomial;
import java.util.ArrayList;
import java.util.List;

/**
 * Confidences sorted into equal bins, closed on the right.
 *
 * <p>A confidence within 1e-6 of an edge lies on the edge, and so in the bin below it: .3 as a
 * {@code float} is 0.30000001, three votes of ten added up are 0.30000000000000004, and neither
 * says more than .3. That is about sixteen units in the last place of a float below 1.
 */
public final class Bins {
  /** How near to an edge a confidence lies on it. */
  static final double ON_THE_EDGE = 1e-6;

  /** So that bins stay much wider than what lies on their edges. */
  private static final int MOST_BINS = 10_000;

  private final int size;
  private final double[][] confidences;
  private final double[] confidenceSum;
  private final double[] squaredResiduals;
  private final int[] cameTrue;

  private Bins(
      int size,
      double[][] confidences,
      double[] confidenceSum,
      double[] squaredResiduals,
      int[] cameTrue) {
    this.size = size;
    this.confidences = confidences;
    this.confidenceSum = confidenceSum;
    this.squaredResiduals = squaredResiduals;
    this.cameTrue = cameTrue;
  }

  /**
   * Sorts confidences into {@code bins} bins.
   *
   * @throws IllegalArgumentException for fewer than one bin, more than 10,000, or a confidence
   *     outside [0, 1]
   */
  public static Bins of(Confidences confidences, int bins) {
    if (bins < 1 || bins > MOST_BINS) {
      throw new IllegalArgumentException("between 1 and 10,000 bins, was " + bins);
    }
    int[] binOf = new int[confidences.size()];
    int[] counts = new int[bins];
    for (int i = 0; i < binOf.length; i++) {
      binOf[i] = bin(confidences.confidence()[i], bins);
      counts[binOf[i]]++;
    }
    double[][] sorted = new double[bins][];
    for (int b = 0; b < bins; b++) {
      sorted[b] = new double[counts[b]];
    }
    double[] sums = new double[bins];
    double[] squares = new double[bins];
    int[] cameTrue = new int[bins];
    int[] filled = new int[bins];
    for (int i = 0; i < binOf.length; i++) {
      int b = binOf[i];
      double confidence = confidences.confidence()[i];
      int came = confidences.cameTrue()[i] ? 1 : 0;
      sorted[b][filled[b]++] = confidence;
      sums[b] += confidence;
      squares[b] += (confidence - came) * (confidence - came);
      cameTrue[b] += came;
    }
    return new Bins(binOf.length, sorted, sums, squares, cameTrue);
  }

  /** Returns the bin of a confidence: the first whose right edge m/M it does not exceed by 1e-6. */
  public static int bin(double confidence, int bins) {
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("a confidence must lie in [0, 1], was " + confidence);
    }
    double rightEdge = Math.ceil((confidence - ON_THE_EDGE) * bins);
    return Math.max(0, Math.min(bins - 1, (int) rightEdge - 1));
  }

  /** Returns the number of examples. */
  public int size() {
    return size;
  }

  /** Returns the number of bins M. */
  public int count() {
    return confidences.length;
  }

  /** Returns how many examples lie in a bin. */
  public int count(int bin) {
    return confidences[bin].length;
  }

  /** Returns the mean confidence in a bin; 0 if it is empty. */
  public double confidence(int bin) {
    return count(bin) == 0 ? 0 : confidenceSum[bin] / count(bin);
  }

  /** Returns the share that came true in a bin; 0 if it is empty. */
  public double accuracy(int bin) {
    return count(bin) == 0 ? 0 : (double) cameTrue[bin] / count(bin);
  }

  /** The sum of a bin's residuals, confidence less 1 where it came true. */
  double residual(int bin) {
    return confidenceSum[bin] - cameTrue[bin];
  }

  /** The sum of a bin's squared residuals. */
  double squaredResiduals(int bin) {
    return squaredResiduals[bin];
  }

  /** Which part of the bins' weighted squared gaps chance does not explain, in [0, 1]. */
  double shareBeyondChance() {
    double seen = 0;
    double byChance = 0;
    for (int b = 0; b < count(); b++) {
      if (count(b) > 0) {
        seen += residual(b) * residual(b) / count(b);
        byChance += squaredResiduals[b] / count(b);
      }
    }
    return seen == 0 ? 0 : Math.max(0, 1 - byChance / seen);
  }

  /** Returns σₘ |Bₘ|/n · |conf(Bₘ) - acc(Bₘ)|. */
  public double error() {
    double error = 0;
    for (int b = 0; b < count(); b++) {
      error += Math.abs(residual(b));
    }
    return error / size;
  }

  /**
   * By how much a bin's number of examples that came true varies by chance: the more variable of
   * two distributions, so that an over-confident model is not taken for a noiseless one.
   *
   * @return the number with the probabilities that the confidences say, or with the share that came
   *     true in the bin (Laplace's, that is with one more of either kind)
   */
  PoissonBinomial chance(int bin) {
    PoissonBinomial asSaid = PoissonBinomial.of(confidences[bin]);
    PoissonBinomial asSeen =
        PoissonBinomial.binomial(count(bin), (cameTrue[bin] + 1.0) / (count(bin) + 2.0));
    return asSaid.variance() >= asSeen.variance() ? asSaid : asSeen;
  }

  /** Returns the bins that contribute most to the error, the worst first, empty ones left out. */
  public List<Integer> worstFirst() {
    List<Integer> order = new ArrayList<>();
    for (int b = 0; b < count(); b++) {
      if (count(b) > 0) {
        order.add(b);
      }
    }
    order.sort((a, b) -> Double.compare(Math.abs(residual(b)), Math.abs(residual(a))));
    return order;
  }
}
