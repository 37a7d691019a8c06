package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apiguardian.api.API;

/**
 * The two-sample test of Kolmogorov and Smirnov for samples of one size, exact, and what it could
 * have found. With k values each, D is a multiple h/k, and under the null
 *
 * <pre>P(D ≥ h/k) = 2 Σ_{i≥1} (−1)^{i−1} C(2k, k − i·h) / C(2k, k)</pre>
 *
 * <p>(Gnedenko and Korolyuk 1951), which is conservative where values are tied.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class KolmogorovSmirnov {
  private static final int DRAWS = 10_000;
  private static final long SEED = 1951;

  private KolmogorovSmirnov() {}

  /** The largest distance of the empirical distributions, as h of h/k. */
  private static int steps(double[] one, double[] other) {
    double[] a = one.clone();
    double[] b = other.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    int i = 0;
    int j = 0;
    int largest = 0;
    while (i < a.length && j < b.length) {
      double next = Math.min(a[i], b[j]);
      while (i < a.length && a[i] == next) {
        i++;
      }
      while (j < b.length && b[j] == next) {
        j++;
      }
      largest = Math.max(largest, Math.abs(i - j));
    }
    return largest;
  }

  /**
   * Returns D.
   *
   * @throws IllegalArgumentException for samples of different sizes, or none
   */
  public static double statistic(double[] one, double... other) {
    if (one.length != other.length || one.length == 0) {
      throw new IllegalArgumentException(
          "samples of one size, at least 1, were %d and %d".formatted(one.length, other.length));
    }
    return (double) steps(one, other) / one.length;
  }

  /** Returns the p-value of H₀ "both samples are of one distribution". */
  public static double pValue(double[] one, double... other) {
    return pValue((int) Math.round(statistic(one, other) * one.length), one.length);
  }

  private static double pValue(int h, int k) {
    if (h == 0) {
      return 1;
    }
    double sum = 0;
    for (int i = 1; i * h <= k; i++) {
      // C(2k, k − ih) / C(2k, k) = Π_{j=1..ih} (k − ih + j) / (k + j).
      double ratio = 1;
      for (int j = 1; j <= i * h; j++) {
        ratio *= (double) (k - i * h + j) / (k + j);
      }
      sum += i % 2 == 1 ? ratio : -ratio;
    }
    return Math.min(1, 2 * sum);
  }

  /**
   * Returns how many of k values have to move past all others before the test can reject; empty if
   * it never can.
   */
  public static OptionalInt fewestMoved(int k, double alpha) {
    return IntStream.rangeClosed(1, k).filter(h -> pValue(h, k) <= alpha).findFirst();
  }

  /**
   * Returns the probability that the test rejects where some values of one sample lie beyond all
   * others and the rest of both samples is of one distribution; by 10,000 draws.
   *
   * @param moved how many of the k
   */
  public static double power(int k, int moved, double alpha) {
    UniformRandomProvider rng = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    int rejected = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] one = new double[k];
      double[] other = new double[k];
      for (int i = 0; i < k; i++) {
        one[i] = rng.nextDouble();
        other[i] = rng.nextDouble() + (i < moved ? 1 : 0);
      }
      rejected += pValue(one, other) <= alpha ? 1 : 0;
    }
    return (double) rejected / DRAWS;
  }
}
