package dev.touchstone.calibration;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The expected calibration error with M equal bins (thesis, appendix B.1.3; Guo et al. 2017):
 *
 * <pre>ECE = Σₘ |Bₘ|/n · |conf(Bₘ) - acc(Bₘ)|</pre>
 *
 * <p>Bin m is {@code ((m-1)/M, m/M]}, closed on the right as in Guo et al.; the first one holds 0
 * too.
 *
 * <p>The binned error is biased upwards and its bootstrap does not cover; so the upper limit is
 * {@code ECE + z·√(Σ(p̂ᵢ - aᵢ)²)/n}, where aᵢ says whether example i came true (the sum with the
 * signs of the true bin errors is unbiased, is at most the ECE, and varies no more than this), and
 * the lower limit is {@code ECE - q}, where q is a quantile of the ECE of labels resampled from the
 * confidences themselves, which is what a perfectly calibrated model shows.
 */
public final class CalibrationError implements Estimate {
  private static final int RESAMPLES = 2000;

  private final double error;
  private final int size;
  private final double spread;
  private final double[] ofCalibrated;

  private CalibrationError(double error, int size, double spread, double[] ofCalibrated) {
    this.error = error;
    this.size = size;
    this.spread = spread;
    this.ofCalibrated = ofCalibrated;
  }

  /**
   * Estimates the error.
   *
   * @param bins the number of bins M, at least 1
   * @param random draws the labels that a calibrated model would have seen
   */
  public static CalibrationError of(
      Confidences confidences, int bins, UniformRandomProvider random) {
    Bins binned = Bins.of(confidences, bins);
    double squares = 0;
    for (int i = 0; i < confidences.size(); i++) {
      double residual = confidences.confidence()[i] - (confidences.cameTrue()[i] ? 1 : 0);
      squares += residual * residual;
    }
    double[] resampled = new double[RESAMPLES];
    for (int b = 0; b < RESAMPLES; b++) {
      resampled[b] = binned.errorOfResampledLabels(random);
    }
    Arrays.sort(resampled);
    int n = confidences.size();
    return new CalibrationError(binned.error(), n, Math.sqrt(squares) / n, resampled);
  }

  @Override
  public double value() {
    return error;
  }

  @Override
  public long sampleSize() {
    return size;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    double z = NormalDistribution.of(0, 1).inverseSurvivalProbability(tail);
    // The largest count of resamples above the error that still gives a p-value below the tail.
    int beyond = Math.max(0, (int) Math.ceil(tail * (RESAMPLES + 1)) - 2);
    double quantile = ofCalibrated[RESAMPLES - 1 - beyond];
    return new Interval(Math.max(0, error - quantile), Math.min(1, error + z * spread), level);
  }

  @Override
  public double pValueAbove(double bound) {
    double excess = error - bound;
    int position = Arrays.binarySearch(ofCalibrated, excess);
    int below = position < 0 ? -position - 1 : position;
    while (below > 0 && ofCalibrated[below - 1] >= excess) {
      below--;
    }
    return (1.0 + RESAMPLES - below) / (RESAMPLES + 1);
  }

  @Override
  public double pValueBelow(double bound) {
    if (spread == 0) {
      return error < bound ? 0 : 1;
    }
    return NormalDistribution.of(0, 1).survivalProbability((bound - error) / spread);
  }

  @Override
  public String method() {
    return "residual upper limit, resampled-label lower limit";
  }
}
