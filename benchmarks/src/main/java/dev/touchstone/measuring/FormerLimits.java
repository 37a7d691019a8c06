package dev.touchstone.measuring;

import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.MeanEstimate;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** The limits that others replaced, to show what they let pass. */
final class FormerLimits {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private FormerLimits() {}

  /** Student's t. */
  static double lowerMean(double... values) {
    return MeanEstimate.of(values).interval(1 - 2 * FalsePasses.TAIL).lower();
  }

  /** Korn and Graubard (1998): Clopper and Pearson's for an effective number of examples. */
  static double upperClusteredRate(int[] events, int[] sizes) {
    int clusters = sizes.length;
    double n = Arrays.stream(sizes).sum();
    double rate = Arrays.stream(events).sum() / n;
    if (rate == 1) {
      return 1;
    }
    double effective = clusters;
    if (rate > 0) {
      double squares = 0;
      for (int g = 0; g < clusters; g++) {
        squares += Math.pow(events[g] - rate * sizes[g], 2);
      }
      double variance = clusters / (clusters - 1.0) * squares / n / n;
      double t = t(n - 1) / t(clusters - 1.0);
      effective = variance == 0 ? n : Math.min(n, rate * (1 - rate) / variance * t * t);
    }
    return BetaDistribution.of(rate * effective + 1, effective - rate * effective)
        .inverseSurvivalProbability(FalsePasses.TAIL);
  }

  private static double t(double freedom) {
    return TDistribution.of(freedom).inverseSurvivalProbability(FalsePasses.TAIL);
  }

  /** DeLong's standard error on the logit scale, exact where all pairs are in order. */
  static double lowerAuroc(Auroc auroc, int rarer) {
    return auroc(auroc, rarer, -1);
  }

  /** The same, the upper limit. */
  static double upperAuroc(Auroc auroc, int rarer) {
    return auroc(auroc, rarer, 1);
  }

  private static double auroc(Auroc auroc, int rarer, int sign) {
    double area = auroc.value();
    if (area == 1 || area == 0) {
      double limit = Math.pow(FalsePasses.TAIL, 1.0 / rarer);
      return area == 1 ? (sign < 0 ? limit : 1) : (sign < 0 ? 0 : 1 - limit);
    }
    double reach =
        NORMAL.inverseSurvivalProbability(FalsePasses.TAIL)
            * auroc.standardError()
            / (area * (1 - area));
    return 1 / (1 + Math.exp(-(Math.log(area / (1 - area)) + sign * reach)));
  }

  /** Boyd, Eng and Page (2013, section 3.3), by the number of positives. */
  static double averagePrecision(double area, int positives, int sign) {
    if (area == 1) {
      return 1;
    }
    double reach =
        NORMAL.inverseSurvivalProbability(FalsePasses.TAIL)
            / Math.sqrt(positives * area * (1 - area));
    return 1 / (1 + Math.exp(-(Math.log(area / (1 - area)) + sign * reach)));
  }

  /** Whether the score test of Miettinen and Nurminen (1985) refutes "p − q is at least δ". */
  static boolean increaseRefuted(int x, int n, int y, int m, double delta) {
    double low = Math.max(0, -delta);
    double high = Math.min(1, 1 - delta);
    for (int i = 0; i < 60; i++) {
      double q = (low + high) / 2;
      if (score(q + delta, x, n) + score(q, y, m) > 0) {
        low = q;
      } else {
        high = q;
      }
    }
    double q = (low + high) / 2;
    double p = q + delta;
    double all = (double) n + m;
    double variance = (p * (1 - p) / n + q * (1 - q) / m) * all / (all - 1);
    double gap = (double) x / n - (double) y / m - delta;
    return variance > 0
        && NORMAL.cumulativeProbability(gap / Math.sqrt(variance)) <= FalsePasses.TAIL;
  }

  private static double score(double rate, int successes, int trials) {
    return (successes == 0 ? 0 : successes / rate)
        - (successes == trials ? 0 : (trials - successes) / (1 - rate));
  }
}
