package dev.touchstone.graph;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names that may have been meant by another one, by the pairs of letters that they share. */
final class NearestNames {
  private NearestNames() {}

  /**
   * Some of the names, the nearest first (Dice's coefficient of their pairs of letters).
   *
   * @param most how many
   */
  static List<String> of(String given, List<String> names, int most) {
    Set<String> pairs = pairs(given);
    Comparator<String> byLikeness = Comparator.comparingDouble(name -> -likeness(pairs, name));
    return names.stream().sorted(byLikeness).limit(most).toList();
  }

  private static double likeness(Set<String> pairs, String name) {
    Set<String> own = pairs(name);
    Set<String> shared = new HashSet<>(own);
    shared.retainAll(pairs);
    return 2.0 * shared.size() / Math.max(1, pairs.size() + own.size());
  }

  private static Set<String> pairs(String name) {
    String letters = name.toLowerCase(Locale.ROOT);
    Set<String> pairs = new HashSet<>();
    for (int i = 0; i + 2 <= letters.length(); i++) {
      pairs.add(letters.substring(i, i + 2));
    }
    return pairs;
  }
}
