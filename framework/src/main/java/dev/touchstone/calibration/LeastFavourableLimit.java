package dev.touchstone.calibration;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * An upper limit of {@code Σ |μₘ|} from sums {@code Xₘ ~ N(μₘ, Vₘ)} of which only {@code T = Σ |Xₘ|
 * + ½} and the variances count, by the least favourable configuration of the means:
 *
 * <pre>S = inf{ s : max over μ ≥ 0, Σ μₘ = s, of P(Σ |N(μₘ, Vₘ)| ≤ T) ≤ α } + skew</pre>
 *
 * <p>Whatever the means are, a sum as small as T has a probability of at most α where their sum is
 * at the limit. {@code log P} is concave in μ (Prékopa 1973), so that exponentiated gradients
 * (Kivinen and Warmuth 1997) find its maximum on the simplex, and the Frank-Wolfe gap says how much
 * is left to find; it is added.
 *
 * <p>The half is for continuity: sums of residuals lie on a lattice. The sums of a few surprises
 * are not normal but skewed, and vary by more the larger they are: one surprise more adds 1 to the
 * sum and up to 1 to the variance. {@code skew = z²/2 + √(z²V + z⁴/4) − z√V} is by how much that
 * moves a normal limit of one sum with {@code V = Σ Vₘ}.
 */
final class LeastFavourableLimit {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double CONTINUITY = 0.5;

  /** How exactly log P is maximised, and how often it may be tried. */
  private static final double GAP = 0.002;

  private static final int MOST_STEPS = 300;

  /** The limit's precision, in standard deviations. */
  private static final double PRECISION = 1e-3;

  private final double[] sums;
  private final double[] variances;
  private final double total;
  private final double variance;

  private LeastFavourableLimit(double[] sums, double[] variances, double total, double variance) {
    this.sums = sums;
    this.variances = variances;
    this.total = total;
    this.variance = variance;
  }

  /**
   * Of sums.
   *
   * @param sums Xₘ
   * @param variances Vₘ, one per sum; where one is 0 its sum is
   */
  static LeastFavourableLimit of(double[] sums, double[] variances) {
    int kept = 0;
    double[] keptSums = new double[sums.length];
    double[] keptVariances = new double[sums.length];
    double total = CONTINUITY;
    double variance = 0;
    for (int m = 0; m < sums.length; m++) {
      total += Math.abs(sums[m]);
      variance += variances[m];
      if (variances[m] > 0) {
        keptSums[kept] = Math.abs(sums[m]);
        keptVariances[kept++] = variances[m];
      }
    }
    return new LeastFavourableLimit(
        Arrays.copyOf(keptSums, kept), Arrays.copyOf(keptVariances, kept), total, variance);
  }

  /** The limit at a one-sided tail probability in (0, 0.5). */
  double at(double tail) {
    double z = NORMAL.inverseSurvivalProbability(tail);
    double deviation = Math.sqrt(variance);
    if (sums.length == 0) {
      return total + skew(z);
    }
    Maximum maximum = new Maximum();
    double wanted = Math.log(tail);
    double low = total;
    double atLow = maximum.logarithm(low, wanted) - wanted;
    if (atLow <= 0) {
      return total + skew(z);
    }
    // Half a space in place of the polytope: there P is at most the tail.
    double high = total + z * deviation;
    double atHigh = Math.min(-1e-9, maximum.logarithm(high, wanted) - wanted);
    double atEnd = atHigh;
    int moved = 0;
    while (high - low > PRECISION * deviation) {
      double share = atLow / (atLow - atEnd);
      // Not so near an end that nothing is gained.
      double middle = low + Math.max(0.01, Math.min(0.99, share)) * (high - low);
      double atMiddle = maximum.logarithm(middle, wanted) - wanted;
      if (atMiddle > 0) {
        low = middle;
        atLow = atMiddle;
        atEnd = moved < 0 ? atEnd / 2 : atEnd;
        moved = -1;
      } else {
        high = middle;
        atEnd = atMiddle;
        atLow = moved > 0 ? atLow / 2 : atLow;
        moved = 1;
        if (atMiddle > -PRECISION) {
          break;
        }
      }
    }
    return high + skew(z);
  }

  /** Whether the limit at a tail is at most a bound: at the price of one step towards the limit. */
  boolean isWithin(double bound, double tail) {
    double z = NORMAL.inverseSurvivalProbability(tail);
    double sum = bound - skew(z);
    if (sum < total) {
      return false;
    }
    return sums.length == 0
        || sum >= total + z * Math.sqrt(variance)
        || new Maximum().logarithm(sum, Math.log(tail)) <= Math.log(tail);
  }

  /** The least limit that sums of variances of at most {@code variance} in all can have. */
  static double least(double variance, double tail) {
    return CONTINUITY + skew(NORMAL.inverseSurvivalProbability(tail), variance);
  }

  /** Σ |Xₘ| + ½. */
  double total() {
    return total;
  }

  private double skew(double z) {
    return skew(z, variance);
  }

  private static double skew(double z, double variance) {
    return z * z / 2 + Math.sqrt(z * z * variance + Math.pow(z, 4) / 4) - z * Math.sqrt(variance);
  }

  /** Searches for the means of a given sum that make a small Σ |Xₘ| most probable. */
  private final class Maximum {
    private final FoldedNormalSum sum = new FoldedNormalSum(variances, total);
    private final int terms = sums.length;
    private double[] shares = new double[terms];
    private double[] gradient = new double[terms];
    private double[] next = new double[terms];
    private double[] nextGradient = new double[terms];
    private final double[] means = new double[terms];

    Maximum() {
      double all = 0;
      for (int m = 0; m < terms; m++) {
        shares[m] = sums[m] + 0.3 * Math.sqrt(variances[m]);
        all += shares[m];
      }
      for (int m = 0; m < terms; m++) {
        shares[m] /= all;
      }
    }

    /**
     * log of the largest probability, from above; begins where the last search ended.
     *
     * @param wanted with what it is compared: far from it, less exactness does
     */
    double logarithm(double sumOfMeans, double wanted) {
      double all = 0;
      for (int m = 0; m < terms; m++) {
        // A share of 0 would stay 0.
        shares[m] += 1e-3 / terms;
        all += shares[m];
      }
      for (int m = 0; m < terms; m++) {
        shares[m] /= all;
      }
      double logarithm = evaluate(shares, sumOfMeans, gradient);
      double step = 0;
      double gap = Double.POSITIVE_INFINITY;
      for (int i = 0; i < MOST_STEPS; i++) {
        double most = Double.NEGATIVE_INFINITY;
        double mean = 0;
        for (int m = 0; m < terms; m++) {
          most = Math.max(most, gradient[m]);
          mean += shares[m] * gradient[m];
        }
        gap = most - mean;
        // What is still to be gained is at most the gap.
        if (gap < GAP || logarithm - wanted > 2 * gap || wanted - logarithm > 4 * gap) {
          break;
        }
        if (step == 0) {
          double furthest = 1e-9;
          for (int m = 0; m < terms; m++) {
            furthest = Math.max(furthest, Math.abs(gradient[m] - mean));
          }
          step = 1 / furthest;
        }
        double trial;
        while (true) {
          double sumOfShares = 0;
          for (int m = 0; m < terms; m++) {
            next[m] = shares[m] * Math.exp(step * (gradient[m] - most));
            sumOfShares += next[m];
          }
          for (int m = 0; m < terms; m++) {
            next[m] /= sumOfShares;
          }
          trial = evaluate(next, sumOfMeans, nextGradient);
          if (trial >= logarithm - 1e-9 || step < 1e-6) {
            break;
          }
          step /= 2;
        }
        double[] swapped = shares;
        shares = next;
        next = swapped;
        swapped = gradient;
        gradient = nextGradient;
        nextGradient = swapped;
        logarithm = trial;
        step *= 1.5;
      }
      return logarithm + gap;
    }

    /** log P and its gradient by the shares. */
    private double evaluate(double[] at, double sumOfMeans, double[] slopes) {
      for (int m = 0; m < terms; m++) {
        means[m] = at[m] * sumOfMeans;
      }
      double probability = Math.max(1e-300, sum.probability(means, slopes));
      for (int m = 0; m < terms; m++) {
        slopes[m] *= sumOfMeans / probability;
      }
      return Math.log(probability);
    }
  }
}
