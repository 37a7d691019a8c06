package dev.touchstone.statistics;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apiguardian.api.API;

/**
 * The number of successes of independent trials with different probabilities, exact to double
 * precision.
 *
 * <p>The trials' distributions are convolved pairwise, halves first. Probabilities below 1e-18 at
 * either end are cut off, so that n trials cost about n log n and not n²; the masses cut sum to
 * less than the rounding errors.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class PoissonBinomial {
  private static final double NEGLIGIBLE = 1e-18;

  /** Below this, one trial after the other is faster. */
  private static final int LEAF = 64;

  private final double mean;
  private final double variance;
  private final int smallest;
  private final double[] masses;
  private final double[] cumulative;

  private PoissonBinomial(double mean, double variance, Part part) {
    this.mean = mean;
    this.variance = variance;
    this.smallest = part.smallest;
    this.masses = part.masses;
    this.cumulative = part.masses.clone();
    for (int i = 1; i < cumulative.length; i++) {
      cumulative[i] += cumulative[i - 1];
    }
  }

  /**
   * The number of successes.
   *
   * @param probabilities one per trial, each in [0, 1]; none for the constant 0
   */
  public static PoissonBinomial of(double... probabilities) {
    double mean = 0;
    double variance = 0;
    for (double p : probabilities) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("a probability must lie in [0, 1], was " + p);
      }
      mean += p;
      variance += p * (1 - p);
    }
    return new PoissonBinomial(mean, variance, part(probabilities, 0, probabilities.length));
  }

  /** The same probability for all trials: the binomial distribution. */
  public static PoissonBinomial binomial(int trials, double probability) {
    double[] probabilities = new double[trials];
    Arrays.fill(probabilities, probability);
    return of(probabilities);
  }

  /** Masses of {@code smallest}, {@code smallest + 1}, … */
  private record Part(int smallest, double[] masses) {}

  private static Part part(double[] probabilities, int from, int to) {
    if (to - from <= LEAF) {
      return trimmed(0, oneByOne(probabilities, from, to));
    }
    int middle = (from + to) >>> 1;
    Part left = part(probabilities, from, middle);
    Part right = part(probabilities, middle, to);
    double[] masses = new double[left.masses.length + right.masses.length - 1];
    for (int i = 0; i < left.masses.length; i++) {
      double mass = left.masses[i];
      for (int j = 0; j < right.masses.length; j++) {
        masses[i + j] += mass * right.masses[j];
      }
    }
    return trimmed(left.smallest + right.smallest, masses);
  }

  private static double[] oneByOne(double[] probabilities, int from, int to) {
    double[] masses = new double[to - from + 1];
    masses[0] = 1;
    for (int trial = 0; trial < to - from; trial++) {
      double p = probabilities[from + trial];
      for (int k = trial + 1; k > 0; k--) {
        masses[k] = masses[k] * (1 - p) + masses[k - 1] * p;
      }
      masses[0] *= 1 - p;
    }
    return masses;
  }

  private static Part trimmed(int smallest, double[] masses) {
    int from = 0;
    int to = masses.length;
    while (masses[from] < NEGLIGIBLE) {
      from++;
    }
    while (masses[to - 1] < NEGLIGIBLE) {
      to--;
    }
    return new Part(smallest + from, Arrays.copyOfRange(masses, from, to));
  }

  /** Σ pᵢ. */
  public double mean() {
    return mean;
  }

  /** Σ pᵢ(1 - pᵢ). */
  public double variance() {
    return variance;
  }

  /** The smallest number of successes that has a probability worth counting. */
  public int smallest() {
    return smallest;
  }

  /** The largest number of successes that has a probability worth counting. */
  public int largest() {
    return smallest + masses.length - 1;
  }

  /** The probability of exactly {@code successes}. */
  public double probability(int successes) {
    int index = successes - smallest;
    return index < 0 || index >= masses.length ? 0 : masses[index];
  }

  /** A random number of successes. */
  public int sample(UniformRandomProvider random) {
    double u = random.nextDouble() * cumulative[cumulative.length - 1];
    int low = 0;
    int high = cumulative.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] > u) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return smallest + low;
  }
}
