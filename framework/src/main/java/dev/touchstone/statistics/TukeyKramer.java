package dev.touchstone.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * All pairs of groups compared at once (Tukey 1953; Kramer 1956 for groups of different sizes):
 * with s² the mean square within groups, the difference of two means has the simultaneous limits
 *
 * <pre>ȳᵢ − ȳⱼ ± q √(s²/2 · (1/nᵢ + 1/nⱼ))</pre>
 *
 * <p>where q is the studentised range's quantile; its p-value is what of that distribution lies
 * beyond the difference. Never less than the level for independent normal values of one variance
 * (Hayter 1984).
 */
public final class TukeyKramer {
  private TukeyKramer() {}

  /**
   * Two groups compared.
   *
   * @param first 0-based
   * @param second after it
   * @param difference of their means, the first minus the second
   * @param interval simultaneous for all pairs
   * @param pValue adjusted for all pairs
   */
  public record Pair(int first, int second, double difference, Interval interval, double pValue) {}

  /**
   * Compares all pairs.
   *
   * @param groups as for {@link OneWayAnova#of}
   * @param level of all intervals together, such as 0.95
   * @return pairs in the order (0, 1), (0, 2), …
   * @throws IllegalArgumentException as {@link OneWayAnova#of} does, and where nothing varies
   *     within groups
   */
  public static List<Pair> of(List<double[]> groups, double level) {
    Interval.checkLevel(level);
    OneWayAnova anova = OneWayAnova.of(groups);
    if (anova.meanSquare() == 0) {
      throw new IllegalArgumentException(
          "within groups all values are the same, so that differences have no standard error");
    }
    StudentizedRange range = StudentizedRange.of(groups.size(), anova.within());
    double quantile = range.quantile(1 - level);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      for (int j = i + 1; j < groups.size(); j++) {
        double[] one = groups.get(i);
        double[] other = groups.get(j);
        double difference =
            OneWayAnova.sum(one) / one.length - OneWayAnova.sum(other) / other.length;
        double error = Math.sqrt(anova.meanSquare() / 2 * (1.0 / one.length + 1.0 / other.length));
        pairs.add(
            new Pair(
                i,
                j,
                difference,
                new Interval(difference - quantile * error, difference + quantile * error, level),
                range.survival(Math.abs(difference) / error)));
      }
    }
    return List.copyOf(pairs);
  }
}
