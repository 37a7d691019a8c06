package dev.touchstone.statistics;

import java.util.OptionalLong;
import org.apache.commons.statistics.distribution.GammaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apiguardian.api.API;

/**
 * How much of a matrix is one direction, and not noise: the share ρ of its squared entries that a
 * matrix of rank one has, where the rest are independent entries of one variance. It is found by
 * the largest singular value σ, of which nothing is needed but {@code r = σ² / ‖W‖²}.
 *
 * <p>With m rows, n columns and entries of variance s², a direction of strength θ·s has the share
 * {@code ρ = θ² / (θ² + mn)}. Where {@code θ⁴ ≤ mn} it cannot be seen: σ lies where that of noise
 * does (Baik, Ben Arous and Péché 2005), at {@code σ² = s²(√(m−½) + √(n−½))²} and about it by Tracy
 * and Widom's distribution (Johnstone 2001; the halves are Ma's, 2012). Beyond, {@code σ² → s²(θ² +
 * m)(θ² + n)/θ²} (Benaych-Georges and Nadakuditi 2012), and σ varies by no more than {@code s}, as
 * it changes by no more than the entries do (Gaussian concentration); the limits take it for normal
 * with that deviation. They are asymptotic; simulations with the initialisers of neural networks
 * from 10 × 64 on are part of the tests.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class LeadingDirection implements Estimate {
  /** Below so many rows or columns a largest singular value says little. */
  public static final int FEWEST = 5;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Tracy and Widom's distribution for real matrices as a shifted gamma (Chiani 2014). */
  private static final GammaDistribution GAMMA = GammaDistribution.of(46.446, 0.186054);

  private static final double SHIFT = 9.84801;
  private static final int HALVINGS = 60;

  private final double share;
  private final double rows;
  private final double columns;

  private LeadingDirection(double share, int rows, int columns) {
    this.share = share;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Returns the estimate.
   *
   * @param share σ² / ‖W‖², in (0, 1]
   * @param rows at least {@value #FEWEST}, as columns are
   * @throws IllegalArgumentException for fewer, or a share that lies elsewhere
   */
  public static LeadingDirection of(double share, int rows, int columns) {
    if (Math.min(rows, columns) < FEWEST || !(share > 0 && share <= 1 + 1e-9)) {
      throw new IllegalArgumentException(
          "a share in (0, 1] of at least %d rows and columns, was %s of %d x %d"
              .formatted(FEWEST, share, rows, columns));
    }
    return new LeadingDirection(Math.min(1, share), rows, columns);
  }

  /** The probability that noise has a largest singular value so large, by Tracy and Widom. */
  double tailOfNoise() {
    double m = Math.sqrt(rows - 0.5);
    double n = Math.sqrt(columns - 0.5);
    double scale = (m + n) * Math.cbrt(1 / m + 1 / n);
    double standardised = (share * rows * columns - edge()) / scale;
    return GAMMA.survivalProbability(Math.max(0, standardised + SHIFT));
  }

  /** Where the square of the largest singular value of noise of variance 1 lies. */
  private double edge() {
    double sum = Math.sqrt(rows - 0.5) + Math.sqrt(columns - 0.5);
    return sum * sum;
  }

  /** Where σ/s is expected at a share in [0, 1). */
  private double expected(double direction) {
    double strength = strength(direction);
    return isHidden(strength)
        ? Math.sqrt(edge())
        : Math.sqrt((strength + rows) * (strength + columns) / strength);
  }

  /** Whether a direction of so large a θ² is lost in noise. */
  private boolean isHidden(double strength) {
    return strength * strength <= rows * columns;
  }

  /** θ². */
  private double strength(double direction) {
    return direction * rows * columns / (1 - direction);
  }

  /** What σ/s is if so much is the direction and the rest noise. */
  private double seen(double direction) {
    return Math.sqrt(share * rows * columns / (1 - direction));
  }

  @Override
  public double value() {
    double low = 1 / (1 + Math.sqrt(rows * columns));
    if (seen(low) <= expected(low + 1e-12)) {
      return 0;
    }
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (seen(middle) > expected(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public long sampleSize() {
    return (long) (rows * columns);
  }

  @Override
  public String unit() {
    return "weights";
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    double value = value();
    double lower = 0;
    double above = value;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (lower + above) / 2;
      if (pValueAbove(middle) < tail) {
        lower = middle;
      } else {
        above = middle;
      }
    }
    double upper = 1;
    double below = value;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (upper + below) / 2;
      if (pValueBelow(middle) < tail) {
        upper = middle;
      } else {
        below = middle;
      }
    }
    return new Interval(lower, upper, level);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < 0 || bound >= 1) {
      return bound < 0 ? 0 : 1;
    }
    double noise = tailOfNoise();
    return isHidden(strength(bound))
        ? noise
        : Math.max(noise, NORMAL.survivalProbability(seen(bound) - expected(bound)));
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound <= 0 || bound >= 1) {
      return bound <= 0 ? 1 : 0;
    }
    return NORMAL.cumulativeProbability(seen(bound) - expected(bound));
  }

  /** Empty: a network has the weights that it has. */
  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    return OptionalLong.empty();
  }

  @Override
  public String method() {
    return "Johnstone, largest singular value";
  }

  @Override
  public String toString() {
    return "direction of " + (long) rows + " x " + (long) columns + " with share " + share;
  }
}
