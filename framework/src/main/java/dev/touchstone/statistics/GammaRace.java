package dev.touchstone.statistics;

import java.util.Arrays;

/**
 * The probability that a weighted sum of independent gamma variables of whole shapes is positive,
 *
 * <pre>P(Σⱼ wⱼ·Gⱼ > 0),  Gⱼ ~ Gamma(mⱼ, 1),</pre>
 *
 * <p>which is the tail of a mean whose weights are Dirichlet distributed. With two terms it is that
 * of a beta, and so of a binomial, distribution.
 *
 * <p>The moment generating function M(s) = Π (1 − s·wⱼ)^(−mⱼ) is inverted along the vertical line
 * through the saddle point of M(s)/s on the positive axis, where the integrand is largest and falls
 * off in both directions:
 *
 * <pre>P = 1/π · ∫₀^∞ Re[M(c + iy)/(c + iy)] dy,  c = argmin M(s)/s</pre>
 *
 * <p>by the trapezoidal rule after y = σ·sinh u, halving the step until nothing changes. The result
 * is accurate relative to its size, far into the tail (Lugannani and Rice 1980 keep only the first
 * term of this integral).
 *
 * <p>Of many terms of about one size, y·wⱼ/(1 − c·wⱼ) is small wherever the integrand is not: then
 * log M is the series of their power sums, which are taken once, and a point costs nothing more.
 */
final class GammaRace {
  private static final double PRECISION = 1e-10;
  private static final int MOST_HALVINGS = 7;

  /** Beyond so many standard deviations along the line M is negligible. */
  private static final double REACH = 9;

  /** Up to this share at the end of the reach the series settles well before its last power. */
  private static final double CONVERGES = 0.6;

  private static final int MOST_POWERS = 30;

  /** What the series may leave out of log M. */
  private static final double LEFT_OUT = 1e-13;

  /** Where partial products are taken into the logarithm, long before they overflow. */
  private static final double LARGE = 1e100;

  private final double[] weights;
  private final double[] shapes;
  private final double saddle;

  /** Of each weight, at the saddle point: w/(1 − c·w). */
  private final double[] ratios;

  /** One over the root of the curvature at the saddle point. */
  private final double scale;

  /** Beyond it M is negligible. */
  private final double reach;

  /** Σ m·(w/(1 − c·w))ᵏ/k for k = 1, 2, …, with the sign of iᵏ; none where a series takes more. */
  private final double[] series;

  private GammaRace(double[] weights, double[] shapes) {
    this.weights = weights;
    this.shapes = shapes;
    this.saddle = saddlePoint();
    this.ratios = new double[weights.length];
    double squares = 0;
    double largest = 0;
    double terms = 0;
    for (int j = 0; j < ratios.length; j++) {
      ratios[j] = weights[j] / (1 - saddle * weights[j]);
      squares += shapes[j] * ratios[j] * ratios[j];
      largest = Math.max(largest, Math.abs(ratios[j]));
      terms += shapes[j];
    }
    this.scale = 1 / Math.sqrt(1 / (saddle * saddle) + squares);
    double deviation = 1 / Math.sqrt(squares);
    this.reach = REACH * deviation;
    this.series = series(powers(terms, deviation * largest));
  }

  /**
   * How many powers leave out nothing that matters; 0 where these are too many. What k powers leave
   * out at y standard deviations, terms·(largest·y)ᵏ⁺¹/(k + 1), weighs as M does, about exp(−y²/2),
   * and so most at y² = k + 1.
   *
   * @param largest a term's share of one standard deviation
   */
  private static int powers(double terms, double largest) {
    if (REACH * largest > CONVERGES) {
      return 0;
    }
    for (int k = 1; k < MOST_POWERS; k++) {
      double next = k + 1;
      double log = Math.log(terms / next) + next * Math.log(largest * Math.sqrt(next)) - next / 2;
      if (log < Math.log(LEFT_OUT)) {
        return k;
      }
    }
    return 0;
  }

  private double[] series(int powers) {
    double[] sums = new double[powers];
    if (powers == 0) {
      return sums;
    }
    for (int j = 0; j < ratios.length; j++) {
      double power = shapes[j];
      for (int k = 0; k < powers; k++) {
        power *= ratios[j];
        sums[k] += power;
      }
    }
    for (int k = 1; k <= powers; k++) {
      sums[k - 1] *= (k / 2 % 2 == 0 ? 1.0 : -1.0) / k;
    }
    return sums;
  }

  /**
   * The probability.
   *
   * @param weights of either sign; zeros are left out
   * @param shapes as many, whole numbers from 1 on
   */
  static double probabilityPositive(double[] weights, double[] shapes) {
    double most = 0;
    boolean negative = false;
    int used = 0;
    double[] scaled = new double[weights.length];
    double[] kept = new double[weights.length];
    for (int j = 0; j < weights.length; j++) {
      most = Math.max(most, weights[j]);
      negative |= weights[j] < 0;
      if (weights[j] != 0) {
        scaled[used] = weights[j];
        kept[used++] = shapes[j];
      }
    }
    if (most == 0) {
      return 0;
    }
    if (!negative) {
      return 1;
    }
    // The sign does not mind the scale; with a largest weight of 1 the axis ends at 1.
    for (int j = 0; j < used; j++) {
      scaled[j] /= most;
    }
    return new GammaRace(Arrays.copyOf(scaled, used), kept).probability();
  }

  /**
   * Where log M(s) − log s, convex on (0, 1), is least: Newton's steps inside a bracket, from where
   * it would be of the first two terms of the slope.
   */
  private double saddlePoint() {
    double low = 0;
    double high = 1;
    double first = 0;
    double second = 0;
    for (int j = 0; j < weights.length; j++) {
      double term = shapes[j] * weights[j];
      first += term;
      second += term * weights[j];
    }
    double s = 2 / (first + Math.sqrt(first * first + 4 * second));
    if (!(s > 0 && s < 1)) {
      s = 0.5;
    }
    for (int iteration = 0; iteration < 200; iteration++) {
      double slope = -1 / s;
      double curvature = 1 / (s * s);
      for (int j = 0; j < weights.length; j++) {
        double ratio = weights[j] / (1 - s * weights[j]);
        double term = shapes[j] * ratio;
        slope += term;
        curvature += term * ratio;
      }
      if (slope == 0) {
        return s;
      }
      if (slope < 0) {
        low = s;
      } else {
        high = s;
      }
      double next = s - slope / curvature;
      if (!(next > low && next < high)) {
        next = (low + high) / 2;
      }
      if (Math.abs(next - s) <= 1e-6 * s) {
        return next;
      }
      s = next;
    }
    return s;
  }

  private double probability() {
    double log = -Math.log(saddle);
    for (int j = 0; j < weights.length; j++) {
      log -= shapes[j] * Math.log1p(-saddle * weights[j]);
    }
    double step = 0.5;
    // The first point counts half, as the integrand is even.
    double sum = 0.5 + points(step, step);
    double integral = sum * step;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
      sum += points(step / 2, step);
      step /= 2;
      double finer = sum * step;
      boolean settled = Math.abs(finer - integral) <= PRECISION * Math.abs(finer);
      integral = finer;
      if (settled && halving > 0) {
        break;
      }
    }
    return Math.max(0, Math.min(1, Math.exp(log) * scale * integral / Math.PI));
  }

  /** The sum of the integrand from a first point on, until it is negligible. */
  private double points(double first, double step) {
    double sum = 0;
    for (double u = first; u < 700; u += step) {
      double[] point = integrand(scale * Math.sinh(u));
      double size = point[0] * Math.cosh(u);
      if (size < 1e-17) {
        break;
      }
      sum += size * Math.cos(point[1]);
    }
    return sum;
  }

  /** The size of M(c + iy)/(c + iy) over its value at y = 0, and its angle. */
  private double[] integrand(double y) {
    double log = -0.5 * Math.log1p(y * y / (saddle * saddle));
    double angle = -Math.atan(y / saddle);
    if (series.length > 0) {
      if (y > reach) {
        return new double[] {0, angle};
      }
      double odd = 0;
      double even = 0;
      for (int k = series.length; k > 0; k--) {
        if (k % 2 == 0) {
          even = even * y * y + series[k - 1];
        } else {
          odd = odd * y * y + series[k - 1];
        }
      }
      return new double[] {Math.exp(log + even * y * y), angle + odd * y};
    }
    // Π (1 − i·xⱼ) of the terms of shape 1, without a logarithm each.
    double re = 1;
    double im = 0;
    for (int j = 0; j < ratios.length; j++) {
      double x = y * ratios[j];
      if (shapes[j] == 1) {
        double turned = im - x * re;
        re += x * im;
        im = turned;
        if (Math.abs(re) + Math.abs(im) > LARGE) {
          double size = Math.hypot(re, im);
          log -= Math.log(size);
          re /= size;
          im /= size;
        }
      } else {
        log -= 0.5 * shapes[j] * Math.log1p(x * x);
        angle += shapes[j] * Math.atan(x);
      }
    }
    return new double[] {Math.exp(log - Math.log(Math.hypot(re, im))), angle - Math.atan2(im, re)};
  }
}
