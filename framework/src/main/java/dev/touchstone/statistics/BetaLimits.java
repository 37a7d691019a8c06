package dev.touchstone.statistics;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * Clopper and Pearson's (1934) limits of a share of a number of cases, neither of which needs to be
 * a whole number.
 *
 * @param share in [0, 1]
 * @param cases above 0
 */
record BetaLimits(double share, double cases) {

  double lower(double tail) {
    return share <= 0 ? 0 : Math.min(share, below().inverseCumulativeProbability(tail));
  }

  double upper(double tail) {
    return share >= 1 ? 1 : Math.max(share, above().inverseSurvivalProbability(tail));
  }

  /** The tail at which the lower limit is the bound. */
  double pValueAbove(double bound) {
    if (bound < 0) {
      return 0;
    }
    return share <= 0 || bound >= 1 ? 1 : below().cumulativeProbability(bound);
  }

  /** The tail at which the upper limit is the bound. */
  double pValueBelow(double bound) {
    if (bound > 1) {
      return 0;
    }
    return share >= 1 || bound <= 0 ? 1 : above().survivalProbability(bound);
  }

  private BetaDistribution below() {
    return BetaDistribution.of(share * cases, (1 - share) * cases + 1);
  }

  private BetaDistribution above() {
    return BetaDistribution.of(share * cases + 1, (1 - share) * cases);
  }
}
