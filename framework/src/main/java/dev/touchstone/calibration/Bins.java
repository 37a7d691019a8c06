package dev.touchstone.calibration;

import dev.touchstone.statistics.PoissonBinomial;
import java.util.ArrayList;
import java.util.List;

/** Confidences sorted into equal bins, closed on the right. */
public final class Bins {
  private final int size;
  private final double[][] confidences;
  private final double[] confidenceSum;
  private final int[] cameTrue;

  private Bins(int size, double[][] confidences, double[] confidenceSum, int[] cameTrue) {
    this.size = size;
    this.confidences = confidences;
    this.confidenceSum = confidenceSum;
    this.cameTrue = cameTrue;
  }

  /**
   * Sorts confidences into {@code bins} bins.
   *
   * @throws IllegalArgumentException for fewer than one bin or a confidence outside [0, 1]
   */
  public static Bins of(Confidences confidences, int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("at least one bin, was " + bins);
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
    int[] cameTrue = new int[bins];
    int[] filled = new int[bins];
    for (int i = 0; i < binOf.length; i++) {
      int b = binOf[i];
      sorted[b][filled[b]++] = confidences.confidence()[i];
      sums[b] += confidences.confidence()[i];
      cameTrue[b] += confidences.cameTrue()[i] ? 1 : 0;
    }
    return new Bins(binOf.length, sorted, sums, cameTrue);
  }

  /** The bin of a confidence: the first whose right edge m/M it does not exceed. */
  static int bin(double confidence, int bins) {
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("a confidence must lie in [0, 1], was " + confidence);
    }
    int bin = Math.max(0, Math.min(bins - 1, (int) (confidence * bins)));
    while (bin > 0 && confidence <= (double) bin / bins) {
      bin--;
    }
    while (bin < bins - 1 && confidence > (double) (bin + 1) / bins) {
      bin++;
    }
    return bin;
  }

  /** The number of examples. */
  public int size() {
    return size;
  }

  /** The number of bins M. */
  public int count() {
    return confidences.length;
  }

  /** How many examples lie in a bin. */
  public int count(int bin) {
    return confidences[bin].length;
  }

  /** The mean confidence in a bin; 0 if it is empty. */
  public double confidence(int bin) {
    return count(bin) == 0 ? 0 : confidenceSum[bin] / count(bin);
  }

  /** The share that came true in a bin; 0 if it is empty. */
  public double accuracy(int bin) {
    return count(bin) == 0 ? 0 : (double) cameTrue[bin] / count(bin);
  }

  /** Σₘ |Bₘ|/n · |conf(Bₘ) - acc(Bₘ)|. */
  public double error() {
    double error = 0;
    for (int b = 0; b < count(); b++) {
      error += Math.abs(confidenceSum[b] - cameTrue[b]);
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

  /** The bins that contribute most to the error, the worst first, empty ones left out. */
  public List<Integer> worstFirst() {
    List<Integer> order = new ArrayList<>();
    for (int b = 0; b < count(); b++) {
      if (count(b) > 0) {
        order.add(b);
      }
    }
    order.sort(
        (a, b) ->
            Double.compare(
                Math.abs(confidenceSum[b] - cameTrue[b]),
                Math.abs(confidenceSum[a] - cameTrue[a])));
    return order;
  }
}
