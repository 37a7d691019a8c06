package dev.touchstone.calibration;

import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Inversion;
import dev.touchstone.statistics.Power;
import java.util.OptionalLong;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The expected calibration error with M equal bins (thesis, appendix B.1.3; Guo et al. 2017):
 *
 * <pre>ECE = Σₘ |Bₘ|/n · |conf(Bₘ) - acc(Bₘ)|</pre>
 *
 * <p>Bin m is {@code ((m-1)/M, m/M]}, closed on the right as in Guo et al.; the first one holds 0
 * too, and a confidence within a millionth of an edge lies on it ({@link Bins}). The limits are
 * about the binned error of the population.
 *
 * <p>The binned error is biased upwards and its bootstrap does not cover, so the two limits are
 * made differently. Let aᵢ say whether example i came true, and Xₘ be the sum of the residuals p̂ᵢ
 * − aᵢ in bin m, about normal with a mean μₘ; the true error is Σ|μₘ|/n.
 *
 * <p><b>Upper limit.</b> The {@linkplain LeastFavourableLimit least favourable limit}: the largest
 * Σ|μₘ| of which some distribution over the bins still gives a sum Σ|Xₘ| as small as the one seen
 * with a probability of 2.5 %. The variances are Vₘ = Σ(p̂ᵢ - aᵢ)² in bin m, which is about 0 and
 * not about the mean, so that the limit is one for the whole population where confidences are drawn
 * with the examples: the variance of a bin's residual is then E(p̂ - a)² less a square, gaps that
 * differ within a bin included. Where all confidences are 1 and came true it is (z² + ½)/n.
 *
 * <p>Of models whose population's ECE was exactly the tolerance, at most 2.5 % pass, as far as a
 * search over populations of a few confidences could find (by enumeration and by simulation; {@code
 * CalibrationLimits} in benchmarks), and fewest where many bins are near calibration, whose noise
 * the estimate includes.
 *
 * <p><b>Lower limit.</b> The ECE exceeds the true one by at most Σₘ |noise of bin m|/n, so the
 * limit is {@code ECE - q}, where q is a quantile of that sum if each bin varied as the confidences
 * say, as the bin's own share has it, or by the variance Vₘ − Xₘ²/n, whichever is most ({@link
 * BinNoise}), and half an example for continuity, without which a constant model of 30 examples
 * failed wrongly in up to 3.1 %. With the last it is one for the whole population too: limits for
 * given confidences alone failed 18 % of models that rarely say .9 and then are always wrong.
 */
public final class CalibrationError implements Estimate {
  /** Counts lie on a lattice, and the noise is that of an estimated share. */
  private static final double CONTINUITY = 0.5;

  /** How many samples are drawn for a plan, and their seed. */
  private static final int PLANS = 100;

  private static final long PLANNED = 42;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final Bins binned;
  private final LeastFavourableLimit above;
  private final BinNoise noise;

  private CalibrationError(Bins binned, LeastFavourableLimit above, BinNoise noise) {
    this.binned = binned;
    this.above = above;
    this.noise = noise;
  }

  /**
   * Estimates the error.
   *
   * @param bins the number of bins M, at least 1
   */
  public static CalibrationError of(Confidences confidences, int bins) {
    Bins binned = Bins.of(confidences, bins);
    return new CalibrationError(binned, limit(binned), BinNoise.of(binned));
  }

  private static LeastFavourableLimit limit(Bins binned) {
    double[] sums = new double[binned.count()];
    double[] variances = new double[sums.length];
    for (int b = 0; b < sums.length; b++) {
      sums[b] = binned.residual(b);
      variances[b] = binned.squaredResiduals(b);
    }
    return LeastFavourableLimit.of(sums, variances);
  }

  /**
   * Says whether the upper limit is within a tolerance, at a fraction of its price: for planning by
   * simulation.
   *
   * @param level of the two-sided interval
   */
  public static boolean isWithin(
      double tolerance, Confidences confidences, int bins, double level) {
    return limit(Bins.of(confidences, bins))
        .isWithin(tolerance * confidences.size(), (1 - Interval.checkLevel(level)) / 2);
  }

  /**
   * Returns the number below which the upper limit of so many examples cannot lie, whatever the
   * model says and whatever comes true: the sums of all bins are 0, and their variances as large as
   * they can be.
   *
   * @param level of the two-sided interval
   */
  public static double leastUpperLimit(int examples, double level) {
    return LeastFavourableLimit.least(examples, (1 - Interval.checkLevel(level)) / 2) / examples;
  }

  @Override
  public double value() {
    return binned.error();
  }

  /**
   * The error without what chance adds to it: ECE · (1 − Σ Vₘ/nₘ / Σ Xₘ²/nₘ), where bins that
   * differ from their confidences by no more than chance has them differ leave nothing (James and
   * Stein 1961). The positive part is still too large where the model is calibrated, and too small
   * where it is not and examples are few.
   */
  @Override
  public double valueWithoutBias() {
    return binned.error() * binned.shareBeyondChance();
  }

  @Override
  public long sampleSize() {
    return binned.size();
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    double noiseOfBins = (noise.quantile(tail) + CONTINUITY) / binned.size();
    double lower = Math.max(0, value() - noiseOfBins);
    return new Interval(lower, upper(tail), level);
  }

  private double upper(double tail) {
    return Math.max(value(), Math.min(1, above.at(tail) / binned.size()));
  }

  @Override
  public double pValueAbove(double bound) {
    return bound < 0 ? 0 : noise.atLeast((value() - bound) * binned.size() - CONTINUITY);
  }

  /** By inversion of the upper limit, which is exact to about a thousandth of its reach. */
  @Override
  public double pValueBelow(double bound) {
    double sum = bound * binned.size();
    return bound > 1 ? 0 : Inversion.smallestTail(tail -> above.isWithin(sum, tail));
  }

  /**
   * By simulation, if every bin's gap were the share of the one seen that {@link #valueWithoutBias}
   * leaves. The draws are always the same ones.
   */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    double truth = valueWithoutBias();
    if (truth == bound || bound <= 0 || bound >= 1) {
      return OptionalLong.empty();
    }
    double tail = (1 - Interval.checkLevel(level)) / 2;
    double ofNoise = noise.quantile(tail);
    return Power.examples(
        binned.size(),
        n -> {
          double times = (double) n / binned.size();
          int decided = 0;
          UniformRandomProvider random = new RandomStreams(PLANNED).of("examples to decide");
          for (int plan = 0; plan < PLANS; plan++) {
            LeastFavourableLimit limit = again(times, random);
            decided +=
                (truth < bound
                        ? limit.isWithin(bound * n, tail)
                        : limit.total() - ofNoise * Math.sqrt(times) > bound * n + 2 * CONTINUITY)
                    ? 1
                    : 0;
          }
          return (double) decided / PLANS;
        });
  }

  /** Sums of another sample, so many times as large. */
  private LeastFavourableLimit again(double times, UniformRandomProvider random) {
    double share = binned.shareBeyondChance();
    double[] sums = new double[binned.count()];
    double[] variances = new double[sums.length];
    for (int b = 0; b < sums.length; b++) {
      variances[b] = binned.squaredResiduals(b) * times;
      sums[b] =
          binned.residual(b) * share * times
              + Math.sqrt(variances[b])
                  * NORMAL.inverseCumulativeProbability(Math.max(1e-9, random.nextDouble()));
    }
    return LeastFavourableLimit.of(sums, variances);
  }

  @Override
  public String method() {
    return "least favourable limit above, distribution of the bins' noise below";
  }

  @Override
  public String toString() {
    return "ECE " + value() + ", n = " + binned.size();
  }
}
