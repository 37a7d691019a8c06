package dev.touchstone.statistics;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The distribution of the studentised range: of the range of k independent standard normal
 * variables, divided by an independent estimate of their standard deviation with ν degrees of
 * freedom.
 *
 * <p>The tail is integrated as it is, and not as one minus the rest, so that it stays exact where
 * it is small:
 *
 * <pre>P(Q > q) = ∫ f_ν(s) · k ∫ φ(z) [Φ(z)^(k−1) − (Φ(z) − Φ(z − qs))^(k−1)] dz ds</pre>
 *
 * <p>with f_ν the density of χ_ν/√ν, by Gauss-Legendre panels over z and over log s.
 */
final class StudentizedRange {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Beyond it the normal density is below 1e-19. */
  private static final double FAR = 9.2;

  private static final double INNER_PANEL = 1.15;
  private static final double SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

  /** Nodes and weights of eight points on [−1, 1], the positive half. */
  private static final double[] NODES = {
    0.18343464249564980494, 0.52553240991632898582, 0.79666647741362673959, 0.96028985649753623168
  };

  private static final double[] WEIGHTS = {
    0.36268378337836198297, 0.31370664587788728734, 0.22238103445337447054, 0.10122853629037625915
  };

  private final int groups;
  private final double freedom;

  private StudentizedRange(int groups, double freedom) {
    this.groups = groups;
    this.freedom = freedom;
  }

  /**
   * Returns the distribution.
   *
   * @param groups k, at least 2
   * @param freedom ν, at least 1
   */
  static StudentizedRange of(int groups, double freedom) {
    if (groups < 2 || !(freedom >= 1)) {
      throw new IllegalArgumentException(
          "a studentised range has two groups or more and a degree of freedom or more, were %d and %s"
              .formatted(groups, freedom));
    }
    return new StudentizedRange(groups, freedom);
  }

  /** Returns P(Q &gt; q). */
  double survival(double q) {
    if (!(q > 0)) {
      return 1;
    }
    if (Double.isInfinite(q)) {
      return 0;
    }
    // log f(s) is at most ν(1 + 2t − e^2t)/2 + …, which lies below −νt² above 0, and below νt + ν/2
    // and, near 0, about −νt² under it: outside of these ends the density is less than e^−70.
    double upper = Math.sqrt(70 / freedom);
    double lower = -upper - 70 / freedom;
    double width = Math.min(0.2, 0.7 / Math.sqrt(freedom));
    int panels = (int) Math.ceil((upper - lower) / width);
    double logConstant =
        Math.log(2) + freedom / 2 * Math.log(freedom / 2) - LogGamma.value(freedom / 2);
    double tail =
        integral(
            t -> {
              double s = Math.exp(t);
              double density = Math.exp(logConstant + freedom * t - freedom * s * s / 2);
              return density == 0 ? 0 : density * rangeBeyond(q * s);
            },
            lower,
            upper,
            panels);
    return Math.min(1, tail);
  }

  /** P(range of k standard normal variables &gt; w). */
  private double rangeBeyond(double w) {
    double others = groups - 1;
    // A range of w is likeliest from −w/2 to w/2.
    double end = Math.min(w / 2, 40) + FAR;
    return Math.min(
        1,
        integral(
            z -> {
              double below = NORMAL.cumulativeProbability(z);
              double beyond = NORMAL.cumulativeProbability(z - w);
              double share =
                  beyond >= below ? 1 : -Math.expm1(others * Math.log1p(-beyond / below));
              return groups * Math.exp(-z * z / 2) / SQRT_TWO_PI * Math.pow(below, others) * share;
            },
            -FAR,
            end,
            (int) Math.ceil((end + FAR) / INNER_PANEL)));
  }

  private static double integral(DoubleUnaryOperator f, double lower, double upper, int panels) {
    double half = (upper - lower) / panels / 2;
    double sum = 0;
    for (int panel = 0; panel < panels; panel++) {
      double centre = lower + (2 * panel + 1) * half;
      for (int i = 0; i < NODES.length; i++) {
        sum +=
            WEIGHTS[i]
                * (f.applyAsDouble(centre - half * NODES[i])
                    + f.applyAsDouble(centre + half * NODES[i]));
      }
    }
    return sum * half;
  }

  /**
   * Returns the q that is exceeded with a probability.
   *
   * @param tail in (0, 1)
   */
  double quantile(double tail) {
    double low = 0;
    double high = 4;
    while (survival(high) > tail) {
      low = high;
      high *= 2;
    }
    // Illinois' regula falsi on the logarithm, which is nearly linear.
    double atLow = low == 0 ? -Math.log(tail) : Math.log(survival(low) / tail);
    double atHigh = Math.log(survival(high) / tail);
    for (int step = 0; step < 100 && Math.abs(high - low) > 1e-13 * high; step++) {
      double middle = (low * atHigh - high * atLow) / (atHigh - atLow);
      double at = Math.log(survival(middle) / tail);
      if (Math.abs(at) < 1e-13) {
        return middle;
      }
      if (at * atHigh < 0) {
        low = high;
        atLow = atHigh;
      } else {
        atLow /= 2;
      }
      high = middle;
      atHigh = at;
    }
    return high;
  }
}
