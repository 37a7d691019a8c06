package dev.touchstone.calibration;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.PoissonBinomial;
import java.util.Arrays;
import java.util.function.Function;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The expected calibration error with M equal bins (thesis, appendix B.1.3; Guo et al. 2017):
 *
 * <pre>ECE = Σₘ |Bₘ|/n · |conf(Bₘ) - acc(Bₘ)|</pre>
 *
 * <p>Bin m is {@code ((m-1)/M, m/M]}, closed on the right as in Guo et al.; the first one holds 0
 * too. The limits are about the binned error of the population with these confidences.
 *
 * <p>The binned error is biased upwards and its bootstrap does not cover, so the two limits are
 * made differently. Let aᵢ say whether example i came true.
 *
 * <p><b>Upper limit.</b> The sum of the bins' errors with the signs of the true ones is unbiased,
 * is at most the ECE, and its variance is at most that of the residuals, V = Σ(p̂ᵢ - aᵢ)². Since V
 * is about 0 and not about the mean, that is so too where confidences are drawn with the examples:
 * the variance of a signed residual is then E(p̂ - a)² - ECE², gaps that differ within a bin
 * included, and the limit is one for the ECE of the whole population. Where confidences are near 0
 * or 1, V is small exactly when the sum is (both count the few surprises); it moves with the sum by
 * the slope κ = Σ vᵢ|2p̂ᵢ - 1| / V, vᵢ = (p̂ᵢ - aᵢ)², κ = 1 without residuals. So the limit is
 * where the sum would be z standard deviations below, with the variance there, V + κd:
 *
 * <pre>ECE + (κz²/2 + √(z²V + κ²z⁴/4)) / n</pre>
 *
 * <p>which is Wilson's limit for a Poisson count where all confidences are 1, and ECE + z√V/n where
 * n is large. Of models whose population's ECE was exactly the tolerance 0.05 (over-confident,
 * modest, both by bins, more so where surer, in one bin; wide and sharp confidences; all certain),
 * 0 to 1.75 % passed at 500 and 2,000 examples, 2,000 decisions each; fewest where many bins are
 * near calibration, whose noise the estimate includes.
 *
 * <p><b>Lower limit.</b> The ECE exceeds the true one by at most Σₘ |noise of bin m|/n, so the
 * limit is {@code ECE - q}, where q is a quantile of that sum if each bin's count varied as
 * {@linkplain Bins#chance the confidences or the bin's own share} make it vary, whichever is more.
 */
public final class CalibrationError implements Estimate {
  private static final int DRAWS = 20_000;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final double error;
  private final int size;
  private final double residuals;
  private final double slope;
  private final double[] noise;

  private CalibrationError(double error, int size, double residuals, double slope, double[] noise) {
    this.error = error;
    this.size = size;
    this.residuals = residuals;
    this.slope = slope;
    this.noise = noise;
  }

  /**
   * Estimates the error.
   *
   * @param bins the number of bins M, at least 1
   * @param random draws the noise of the bins
   */
  public static CalibrationError of(
      Confidences confidences, int bins, UniformRandomProvider random) {
    return of(confidences, bins, random, DRAWS);
  }

  static CalibrationError of(
      Confidences confidences, int bins, UniformRandomProvider random, int draws) {
    return of(confidences, bins, binned -> noise(binned, random, draws));
  }

  /** The upper limit alone, which needs no draws. */
  static double upperLimit(Confidences confidences, int bins, double level) {
    return of(confidences, bins, binned -> new double[1]).interval(level).upper();
  }

  private static CalibrationError of(
      Confidences confidences, int bins, Function<Bins, double[]> noise) {
    Bins binned = Bins.of(confidences, bins);
    double residuals = 0;
    double leaning = 0;
    for (int i = 0; i < confidences.size(); i++) {
      double confidence = confidences.confidence()[i];
      double residual = confidence - (confidences.cameTrue()[i] ? 1 : 0);
      residuals += residual * residual;
      leaning += residual * residual * Math.abs(2 * confidence - 1);
    }
    double slope = residuals == 0 ? 1 : leaning / residuals;
    return new CalibrationError(
        binned.error(), confidences.size(), residuals, slope, noise.apply(binned));
  }

  /** Draws of Σₘ |noise of bin m|/n, ascending. */
  private static double[] noise(Bins binned, UniformRandomProvider random, int draws) {
    double[] noise = new double[draws];
    for (int b = 0; b < binned.count(); b++) {
      if (binned.count(b) == 0) {
        continue;
      }
      PoissonBinomial chance = binned.chance(b);
      for (int draw = 0; draw < draws; draw++) {
        noise[draw] += Math.abs(chance.sample(random) - chance.mean()) / binned.size();
      }
    }
    Arrays.sort(noise);
    return noise;
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
    double z = NORMAL.inverseSurvivalProbability(tail);
    double reach =
        (slope * z * z / 2 + Math.sqrt(z * z * residuals + Math.pow(slope * z * z, 2) / 4)) / size;
    // The largest number of draws beyond a point that still gives it a p-value below the tail.
    int beyond = (int) Math.ceil(tail * (noise.length + 1)) - 2;
    double lower = beyond < 0 ? 0 : Math.max(0, error - noise[noise.length - 1 - beyond]);
    return new Interval(lower, Math.max(error, Math.min(1, error + reach)), level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < 0) {
      return 0;
    }
    double excess = error - bound;
    int below = Arrays.binarySearch(noise, excess);
    if (below < 0) {
      below = -below - 1;
    }
    while (below > 0 && noise[below - 1] >= excess) {
      below--;
    }
    return (1.0 + noise.length - below) / (noise.length + 1);
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound > 1) {
      return 0;
    }
    double distance = (bound - error) * size;
    double variance = residuals + slope * distance;
    return variance <= 0 ? 1 : NORMAL.survivalProbability(distance / Math.sqrt(variance));
  }

  @Override
  public String method() {
    return "residual score limit above, resampled-noise limit below";
  }

  @Override
  public String toString() {
    return "ECE " + error + ", n = " + size;
  }
}
