package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which values of group columns were taken together. Immutable.
 *
 * @param texts by column, such as {@code "other" for "a", "b"}; no two ways of merging read alike
 * @param before by column, the values that it had in the data
 */
record Merges(Map<String, String> texts, Map<String, Set<String>> before) {
  static final Merges NONE = new Merges(Map.of(), Map.of());

  /**
   * Returns these and one more.
   *
   * @param data what messages call the data
   * @param there the column's values, one per example
   * @param into what to call the values
   * @param values the values to take together
   * @throws TouchstoneException for a value that does not occur, the name of one that does or did,
   *     or where a crossing of the column had values taken together before
   */
  Merges with(String data, String column, List<String> there, String into, Set<String> values) {
    refuseStaleCrossing(data, column);
    refuseUnknown(data, column, there, values);
    Set<String> inTheData = before.getOrDefault(column, Set.copyOf(there));
    refuseTaken(data, column, there, inTheData, into);
    Map<String, String> said = new LinkedHashMap<>(texts);
    said.merge(column, text(into, values), (earlier, later) -> earlier + "; " + later);
    Map<String, Set<String>> known = new HashMap<>(before);
    known.put(column, inTheData);
    return new Merges(said, known);
  }

  /** What was taken together among pairs of values cannot follow what becomes of one of them. */
  private void refuseStaleCrossing(String data, String column) {
    for (String crossing : texts.keySet()) {
      if (!crossing.equals(column) && Crossing.columns(crossing).contains(column)) {
        throw new TouchstoneException(
            "%s: values of \"%s\" were taken together before those of \"%s\"; call .withMerged(\"%s\", …) first"
                .formatted(data, crossing, column, column));
      }
    }
  }

  private static void refuseUnknown(
      String data, String column, List<String> there, Set<String> values) {
    Set<String> known = new TreeSet<>(there);
    for (String value : values) {
      if (!known.contains(value)) {
        throw new TouchstoneException(
            "%s: the group column \"%s\" has no value \"%s\"; its values are %s"
                .formatted(data, column, value, known));
      }
    }
  }

  /** Else a claim about the group that has a name in the data could be shown on more than it. */
  private static void refuseTaken(
      String data, String column, List<String> there, Set<String> inTheData, String into) {
    boolean already = there.contains(into);
    if (already || inTheData.contains(into)) {
      throw new TouchstoneException(
          "%s: the group column \"%s\" has a value \"%s\" %s, and several values cannot go by its name; give them a name of their own, such as \"other\""
              .formatted(data, column, into, already ? "already" : "in the data"));
    }
  }

  private static String text(String into, Set<String> values) {
    return "%s for %s"
        .formatted(
            quoted(into),
            new TreeSet<>(values).stream().map(Merges::quoted).collect(Collectors.joining(", ")));
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
