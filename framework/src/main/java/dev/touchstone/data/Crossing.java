package dev.touchstone.data;

import dev.touchstone.facts.DataFacts;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Several group columns taken as one, such as {@code "sex & race"}. */
final class Crossing {
  private static final String AND = DataFacts.AND;

  private Crossing() {}

  /** Whether a name is that of several columns. */
  static boolean isOne(String name) {
    return name.contains(AND);
  }

  /** The columns that a name joins. */
  static List<String> columns(String name) {
    return List.of(name.split(AND));
  }

  /**
   * The values of all columns, joined, one per example.
   *
   * @param data what the data are called
   * @param column the values of a column by its name
   * @throws TouchstoneException where two groups would go by one name
   */
  static List<String> of(String name, String data, Function<String, List<String>> column) {
    List<List<String>> parts = columns(name).stream().map(column).toList();
    Map<String, List<String>> seen = new HashMap<>();
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < parts.get(0).size(); i++) {
      int example = i;
      List<String> values = parts.stream().map(part -> part.get(example)).toList();
      String together = String.join(AND, values);
      List<String> same = seen.putIfAbsent(together, values);
      if (same != null && !same.equals(values)) {
        throw new TouchstoneException(
            "%s: the groups %s and %s of %s would both be called \"%s\"; rename values that have \"%s\" in them with .withMerged(…)"
                .formatted(data, same, values, name, together, AND));
      }
      joined.add(together);
    }
    return List.copyOf(joined);
  }
}
