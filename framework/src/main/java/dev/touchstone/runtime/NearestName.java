package dev.touchstone.runtime;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/** Finds the name that was probably meant by one that is none. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class NearestName {
  private NearestName() {}

  /**
   * The known name that takes the fewest corrections: characters that are added, left out,
   * exchanged, or swapped with their neighbour; empty if that takes more than a third of it.
   * Capitals, and what parts words, count for nothing.
   */
  public static Optional<String> of(String given, Collection<String> known) {
    String plain = plain(given);
    return known.stream()
        .filter(name -> corrections(plain, plain(name)) <= Math.max(1, name.length() / 3))
        .min(
            Comparator.comparingInt((String name) -> corrections(plain, plain(name)))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '.').replace('-', '.');
  }

  /** The optimal string alignment distance (Damerau 1964, with each part edited once). */
  private static int corrections(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int other = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + other, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
        }
      }
    }
    return cost[from.length()][to.length()];
  }
}
