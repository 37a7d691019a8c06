package dev.touchstone.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * By how much a correlation differs between two samples, |ρ₁ − ρ₂|.
 *
 * <p>Each correlation has limits on Fisher's scale, atanh r ± z·s, where s is not Fisher's
 * 1/√(n−3), which is that of normal variables and wrong for labels and other variables of few
 * values, but the standard error of its influence function {@code xy − r(x² + y²)/2} of
 * standardised x and y (Steiger and Hakstian 1982, British Journal of Mathematical and Statistical
 * Psychology 35). What was not seen in n examples may still occur at a rate of about 1/n, as one
 * that goes against all others: each limit is the further one of that of the sample and that of the
 * sample with one more example, in the corner of what was seen that lies farthest against it.
 *
 * <p>The difference has limits by MOVER (Zou 2007, Psychological Methods 12), {@code d − √((r₁−l₁)²
 * + (u₂−r₂)² − 2c(r₁−l₁)(u₂−r₂))}, where c is the correlation of r₁ and r₂: 0 of independent
 * samples, and else that of the influence of the examples that both share. The absolute difference
 * is at least so large as the nearer limit, and at most as the further one.
 */
public final class CorrelationChange implements Estimate {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** A correlation of 1 has no place on Fisher's scale. */
  private static final double NEARLY_ONE = 1 - 1e-12;

  /** Beyond so many standard errors nothing is told apart. */
  private static final double FARTHEST = 38;

  private final Sample first;
  private final Sample second;

  /** The correlation of the two correlations. */
  private final double shared;

  private CorrelationChange(Sample first, Sample second, double shared) {
    this.first = first;
    this.second = second;
    this.shared = shared;
  }

  /**
   * Compares the correlations of two independent samples.
   *
   * @param x1 of at least four examples, not all alike
   * @param y1 as many, not all alike
   * @param x2 of the second sample, likewise
   * @param y2 likewise
   * @throws IllegalArgumentException for fewer, numbers that are all alike or not finite, or of
   *     different lengths
   */
  public static CorrelationChange between(double[] x1, double[] y1, double[] x2, double[] y2) {
    return new CorrelationChange(Sample.of(x1, y1), Sample.of(x2, y2), 0);
  }

  /**
   * Returns the same of samples that share some examples.
   *
   * @param inFirst the positions of these in the first sample
   * @param inSecond the positions of the same examples in the second
   * @throws IllegalArgumentException if there are not as many
   */
  public CorrelationChange sharing(int[] inFirst, int[] inSecond) {
    if (inFirst.length != inSecond.length) {
      throw new IllegalArgumentException(
          "%d shared examples in the first sample and %d in the second"
              .formatted(inFirst.length, inSecond.length));
    }
    double sum = 0;
    for (int i = 0; i < inFirst.length; i++) {
      sum += first.influence[inFirst[i]] * second.influence[inSecond[i]];
    }
    double scale = Math.sqrt(first.squares * second.squares);
    return new CorrelationChange(
        first, second, scale == 0 ? 0 : Math.max(-1, Math.min(1, sum / scale)));
  }

  /** Returns the correlation in the first sample, r₁. */
  public double first() {
    return first.r;
  }

  /** Returns the correlation in the second sample, r₂. */
  public double second() {
    return second.r;
  }

  @Override
  public double value() {
    return Math.abs(first.r - second.r);
  }

  /** The examples of both samples. */
  @Override
  public long sampleSize() {
    return (long) first.n + second.n;
  }

  @Override
  public Range range() {
    return new Range(0, 2);
  }

  @Override
  public Interval interval(double level) {
    double z = NORMAL.inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2);
    double low = signed(z, false);
    double high = signed(z, true);
    double nearest = low > 0 ? low : high < 0 ? -high : 0;
    return new Interval(
        Math.min(nearest, value()), Math.min(2, Math.max(Math.abs(low), Math.abs(high))), level);
  }

  /** The lower or the upper limit of r₁ − r₂ at z standard errors, at least 0. */
  private double signed(double z, boolean upper) {
    double difference = first.r - second.r;
    double a = upper ? first.limit(z, true) - first.r : first.r - first.limit(z, false);
    double b = upper ? second.r - second.limit(z, false) : second.limit(z, true) - second.r;
    double reach = Math.sqrt(Math.max(0, a * a + b * b - 2 * shared * a * b));
    return difference + (upper ? reach : -reach);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < 0) {
      return 0;
    }
    return Math.min(tail(bound, false), tail(-bound, true));
  }

  @Override
  public double pValueBelow(double bound) {
    if (bound <= 0) {
      return 1;
    }
    return bound > 2 ? 0 : Math.max(tail(bound, true), tail(-bound, false));
  }

  /**
   * The tail at which a limit of r₁ − r₂ meets a bound: small where the difference is above it, or
   * with {@code upper} below it. At least a half where it is not.
   */
  private double tail(double bound, boolean upper) {
    if (upper ? signed(0, true) >= bound : signed(0, false) <= bound) {
      return upper ? 1 - Math.min(0.5, met(bound, false)) : 1 - Math.min(0.5, met(bound, true));
    }
    return met(bound, upper);
  }

  /** The tail at which a limit that begins on this side of a bound has come to it. */
  private double met(double bound, boolean upper) {
    double near = 0;
    double far = FARTHEST;
    for (int step = 0; step < 100 && far - near > 1e-12; step++) {
      double middle = (near + far) / 2;
      double limit = signed(middle, upper);
      if (upper ? limit < bound : limit > bound) {
        near = middle;
      } else {
        far = middle;
      }
    }
    return NORMAL.survivalProbability((near + far) / 2);
  }

  @Override
  public String method() {
    return shared == 0
        ? "MOVER of Fisher's z by influence"
        : "MOVER of Fisher's z by influence, paired where examples are shared";
  }

  @Override
  public String toString() {
    return "|%s − %s|".formatted(first.r, second.r);
  }

  /** A correlation on Fisher's scale. */
  private record Fisher(double z, double error) {
    double limit(double deviations) {
      return Math.tanh(z + deviations * error);
    }
  }

  /** One sample: its correlation, and what each example moves it by, to first order. */
  private static final class Sample {
    private static final int FEWEST = 4;

    private final int n;
    private final double r;
    private final double[] influence;
    private final double squares;
    private final Fisher seen;
    private final Fisher withOneAgainst;
    private final Fisher withOneFor;

    private Sample(double[] x, double[] y) {
      Moments moments = Moments.of(x, y);
      this.n = x.length;
      this.r = moments.r;
      this.influence = moments.influence;
      this.squares = moments.squares;
      this.seen = moments.fisher();
      double cornerX = farthest(x);
      boolean above = cornerX > mean(x);
      double most = Arrays.stream(y).max().orElseThrow();
      double least = Arrays.stream(y).min().orElseThrow();
      this.withOneAgainst = Moments.of(with(x, cornerX), with(y, above ? least : most)).fisher();
      this.withOneFor = Moments.of(with(x, cornerX), with(y, above ? most : least)).fisher();
    }

    static Sample of(double[] x, double[] y) {
      if (x.length != y.length || x.length < FEWEST) {
        throw new IllegalArgumentException(
            "a correlation needs as many numbers of both sorts, at least %d, and was given %d and %d"
                .formatted(FEWEST, x.length, y.length));
      }
      for (double[] numbers : new double[][] {x, y}) {
        if (!Arrays.stream(numbers).allMatch(Double::isFinite)
            || Arrays.stream(numbers).allMatch(number -> number == numbers[0])) {
          throw new IllegalArgumentException(
              "a correlation is one of finite numbers that are not all alike");
        }
      }
      return new Sample(x, y);
    }

    double limit(double deviations, boolean upper) {
      return upper
          ? Math.max(seen.limit(deviations), withOneFor.limit(deviations))
          : Math.min(seen.limit(-deviations), withOneAgainst.limit(-deviations));
    }

    private static double mean(double[] numbers) {
      return Arrays.stream(numbers).average().orElseThrow();
    }

    private static double farthest(double[] numbers) {
      double mean = mean(numbers);
      double most = Arrays.stream(numbers).max().orElseThrow();
      double least = Arrays.stream(numbers).min().orElseThrow();
      return most - mean > mean - least ? most : least;
    }

    private static double[] with(double[] numbers, double one) {
      double[] more = Arrays.copyOf(numbers, numbers.length + 1);
      more[numbers.length] = one;
      return more;
    }
  }

  /** What a correlation's standard error is made of. */
  private record Moments(double r, double[] influence, double squares) {

    static Moments of(double[] x, double[] y) {
      double[] zx = standardised(x);
      double[] zy = standardised(y);
      double r = 0;
      for (int i = 0; i < zx.length; i++) {
        r += zx[i] * zy[i] / zx.length;
      }
      r = Math.max(-1, Math.min(1, r));
      double[] influence = new double[zx.length];
      double squares = 0;
      for (int i = 0; i < zx.length; i++) {
        influence[i] = zx[i] * zy[i] - r / 2 * (zx[i] * zx[i] + zy[i] * zy[i]);
        squares += influence[i] * influence[i];
      }
      return new Moments(r, influence, squares);
    }

    private static double[] standardised(double[] numbers) {
      double mean = Arrays.stream(numbers).average().orElseThrow();
      double[] less = Arrays.stream(numbers).map(v -> v - mean).toArray();
      double deviation = Math.sqrt(Arrays.stream(less).map(v -> v * v).sum() / numbers.length);
      return Arrays.stream(less).map(v -> v / deviation).toArray();
    }

    Fisher fisher() {
      double inside = Math.max(-NEARLY_ONE, Math.min(NEARLY_ONE, r));
      int n = influence.length;
      double error = Math.sqrt(squares / (n - 3) / n) / (1 - inside * inside);
      return new Fisher(0.5 * Math.log((1 + inside) / (1 - inside)), error);
    }
  }
}
