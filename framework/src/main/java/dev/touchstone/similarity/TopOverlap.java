package dev.touchstone.similarity;

import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which share of the k largest values lies at the same places in two maps. Of equal values the
 * first counts as larger, so that a constant map has a top too; two random maps share k / d on
 * average.
 */
public final class TopOverlap {
  private TopOverlap() {}

  /**
   * Returns the shared part of the k largest values, in [0, 1].
   *
   * @throws IllegalArgumentException for maps of different lengths or NaN, or unless {@code 1 <= k
   *     <= d}
   */
  public static double of(double[] a, double[] b, int k) {
    Pairs.check(a, b, 1);
    if (k < 1 || k > a.length) {
      throw new IllegalArgumentException("the top " + k + " of " + a.length + " values");
    }
    Set<Integer> shared = top(a, k);
    shared.retainAll(top(b, k));
    return (double) shared.size() / k;
  }

  private static Set<Integer> top(double[] map, int k) {
    return IntStream.range(0, map.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -map[i]))
        .limit(k)
        .collect(Collectors.toSet());
  }
}
