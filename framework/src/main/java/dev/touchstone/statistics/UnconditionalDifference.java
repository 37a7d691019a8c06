package dev.touchstone.statistics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The difference {@code p − q} of two independent rates, with exact unconditional limits. The
 * p-value of "at most δ" is
 *
 * <pre>max over q in C of P(z_δ(X, Y) ≥ z_δ(x, y) | X ~ B(n, q + δ), Y ~ B(m, q)) + β</pre>
 *
 * <p>where z_δ is the score statistic of {@link MiettinenNurminen}, and C the rates that Clopper
 * and Pearson's intervals of both samples leave possible: that they do not hold has the probability
 * β = 10⁻⁵ at most, which is added (Berger and Boos 1994). The statistic rises in X and falls in Y,
 * so that the sum runs over a staircase.
 */
final class UnconditionalDifference implements Estimate {
  private static final double BETA = 1e-5;

  /** What lies further out than this is not summed up, but counted as if it were beyond. */
  private static final double NEGLIGIBLE = 1e-9;

  private static final int GRID = 40;
  private static final int REFINEMENTS = 14;
  private static final int HALVINGS = 34;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private final int x;
  private final int n;
  private final int y;
  private final int m;
  private final Interval ofFirst;
  private final Interval ofSecond;
  private final Map<Double, Interval> intervals = new ConcurrentHashMap<>();

  UnconditionalDifference(int successes, int trials, int otherSuccesses, int otherTrials) {
    this.x = successes;
    this.n = trials;
    this.y = otherSuccesses;
    this.m = otherTrials;
    this.ofFirst = Proportion.of(x, n).interval(1 - BETA / 2);
    this.ofSecond = Proportion.of(y, m).interval(1 - BETA / 2);
  }

  @Override
  public double value() {
    return (double) x / n - (double) y / m;
  }

  /** The examples of the first rate. */
  @Override
  public long sampleSize() {
    return n;
  }

  @Override
  public Range range() {
    return Range.SHARE.minus(Range.SHARE);
  }

  @Override
  public Interval interval(double level) {
    return intervals.computeIfAbsent(Interval.checkLevel(level), this::limits);
  }

  private Interval limits(double level) {
    double tail = (1 - level) / 2;
    return new Interval(lower(tail), mirrored().lower(tail) * -1 + 0.0, level);
  }

  /** The differences below are excluded at that tail. */
  private double lower(double tail) {
    double excluded = -1;
    double included = value();
    if (value() == -1 || pValueAbove(-1) > tail) {
      return -1;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (excluded + included) / 2;
      if (pValueAbove(middle) > tail) {
        included = middle;
      } else {
        excluded = middle;
      }
    }
    return included;
  }

  /** The second rate minus the first. */
  private UnconditionalDifference mirrored() {
    return new UnconditionalDifference(y, m, x, n);
  }

  @Override
  public double pValueAbove(double bound) {
    if (bound < -1 || bound >= value()) {
      return bound < -1 ? 0 : 1;
    }
    return Math.min(1, largest(bound) + BETA + 2 * NEGLIGIBLE);
  }

  @Override
  public double pValueBelow(double bound) {
    return mirrored().pValueAbove(-bound);
  }

  /** The largest probability of what was seen, or more, over all rates that differ by δ. */
  private double largest(double delta) {
    double least =
        Math.max(Math.max(0, -delta), Math.max(ofSecond.lower(), ofFirst.lower() - delta));
    double most =
        Math.min(Math.min(1, 1 - delta), Math.min(ofSecond.upper(), ofFirst.upper() - delta));
    if (least > most) {
      return 0;
    }
    Staircase staircase = staircase(delta, least, most);
    DoubleUnaryOperator beyond = angle -> staircase.probability(delta, square(Math.sin(angle)));
    // The angle whose squared sine is the rate: near 0 and 1 the probability changes fast.
    double from = Math.asin(Math.sqrt(least));
    double step = (Math.asin(Math.sqrt(most)) - from) / GRID;
    double largest = 0;
    int best = 0;
    for (int i = 0; i <= GRID; i++) {
      double probability = beyond.applyAsDouble(from + i * step);
      if (probability > largest) {
        largest = probability;
        best = i;
      }
    }
    return Math.max(
        largest,
        peak(beyond, from + Math.max(0, best - 1) * step, from + Math.min(GRID, best + 1) * step));
  }

  /** The largest value between two arguments, by golden sections. */
  private static double peak(DoubleUnaryOperator function, double from, double to) {
    double low = from;
    double high = to;
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = function.applyAsDouble(left);
    double atRight = function.applyAsDouble(right);
    for (int i = 0; i < REFINEMENTS; i++) {
      if (atLeft > atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = function.applyAsDouble(left);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = function.applyAsDouble(right);
      }
    }
    return Math.max(atLeft, atRight);
  }

  private static double square(double value) {
    return value * value;
  }

  /**
   * Which outcomes are at least as extreme as the one seen: for {@code first + i} successes of the
   * first sample those with at most {@code most[i]} of the second, at least −1.
   */
  private Staircase staircase(double delta, double least, double most) {
    int firstX = quantile(n, least + delta, NEGLIGIBLE);
    int lastX = quantile(n, most + delta, 1 - NEGLIGIBLE);
    int lastY = quantile(m, most, 1 - NEGLIGIBLE);
    double seen = new MiettinenNurminen(x, n, y, m).z(delta) - 1e-9;
    int[] steps = new int[lastX - firstX + 1];
    int step = -1;
    for (int i = 0; i < steps.length; i++) {
      while (step < lastY && new MiettinenNurminen(firstX + i, n, step + 1, m).z(delta) >= seen) {
        step++;
      }
      steps[i] = step;
    }
    return new Staircase(n, m, firstX, lastY, steps);
  }

  private static int quantile(int trials, double rate, double probability) {
    double possible = Math.max(0, Math.min(1, rate));
    return BinomialDistribution.of(trials, possible).inverseCumulativeProbability(probability);
  }

  private record Staircase(int n, int m, int first, int last, int[] most) {

    double probability(double delta, double q) {
      double p = Math.max(0, Math.min(1, q + delta));
      double[] ofFirst = masses(n, p, first, first + most.length - 1);
      double[] ofSecond = masses(m, q, 0, last);
      double sum = 0;
      double cumulative = 0;
      int next = 0;
      for (int i = 0; i < most.length; i++) {
        while (next <= most[i]) {
          cumulative += ofSecond[next++];
        }
        sum += ofFirst[i] * Math.min(1, cumulative);
      }
      return sum;
    }

    /** From the most probable number outwards, each from its neighbour. */
    private static double[] masses(int trials, double rate, int from, int to) {
      double[] masses = new double[to - from + 1];
      int mode = Math.max(from, Math.min(to, (int) ((trials + 1) * rate)));
      masses[mode - from] = BinomialDistribution.of(trials, rate).probability(mode);
      double odds = rate / (1 - rate);
      for (int k = mode; k < to && rate < 1; k++) {
        masses[k + 1 - from] = masses[k - from] * odds * (trials - k) / (k + 1);
      }
      for (int k = mode; k > from && rate > 0; k--) {
        masses[k - 1 - from] = masses[k - from] / odds * k / (trials - k + 1);
      }
      return masses;
    }
  }

  @Override
  public String method() {
    return "exact unconditional of the score statistic, unpaired";
  }

  @Override
  public String toString() {
    return x + "/" + n + " − " + y + "/" + m;
  }
}
