package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/** Adjusted p-values for many tests at once; an adjusted value at most α is a rejection at α. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class MultipleTesting {
  private MultipleTesting() {}

  /** Holm (1979), step-down: controls the family-wise error rate under any dependence. */
  public static double[] holm(double... pValues) {
    int m = pValues.length;
    int[] ascending = order(pValues);
    double[] adjusted = new double[m];
    double largest = 0;
    for (int rank = 0; rank < m; rank++) {
      largest = Math.max(largest, Math.min(1, (m - rank) * pValues[ascending[rank]]));
      adjusted[ascending[rank]] = largest;
    }
    return adjusted;
  }

  /** Benjamini and Hochberg (1995), step-up: the false-discovery rate of independent tests. */
  public static double[] benjaminiHochberg(double... pValues) {
    return stepUp(pValues, 1);
  }

  /** Benjamini and Yekutieli (2001), step-up: the false-discovery rate under any dependence. */
  public static double[] benjaminiYekutieli(double... pValues) {
    return stepUp(
        pValues, IntStream.rangeClosed(1, pValues.length).mapToDouble(i -> 1.0 / i).sum());
  }

  private static double[] stepUp(double[] pValues, double penalty) {
    int m = pValues.length;
    int[] ascending = order(pValues);
    double[] adjusted = new double[m];
    double smallest = 1;
    for (int rank = m; rank >= 1; rank--) {
      int index = ascending[rank - 1];
      smallest = Math.min(smallest, penalty * m / rank * pValues[index]);
      adjusted[index] = smallest;
    }
    return adjusted;
  }

  private static int[] order(double[] pValues) {
    Arrays.stream(pValues)
        .forEach(
            p -> {
              if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("a p-value must lie in [0, 1], was " + p);
              }
            });
    return IntStream.range(0, pValues.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> pValues[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
