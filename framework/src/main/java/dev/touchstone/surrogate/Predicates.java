package dev.touchstone.surrogate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** The conditions that rules over a table are made of. */
final class Predicates {
  private Predicates() {}

  /**
   * Returns, column by column, the categories, and of numbers what lies below, above and between
   * the quartiles. A column of one value has none.
   *
   * @param fewest how many rows a category needs
   */
  static List<Condition> of(Columns table, int fewest) {
    List<Condition> all = new ArrayList<>();
    for (int c = 0; c < table.size(); c++) {
      if (table.get(c) instanceof Columns.Numbers numbers) {
        ranges(numbers, all);
      } else {
        categories((Columns.Categories) table.get(c), fewest, all);
      }
    }
    return all;
  }

  private static void ranges(Columns.Numbers column, List<Condition> all) {
    double[] cuts = Quartiles.of(column.values());
    double[] ends = new double[cuts.length + 2];
    ends[0] = Double.NEGATIVE_INFINITY;
    System.arraycopy(cuts, 0, ends, 1, cuts.length);
    ends[ends.length - 1] = Double.POSITIVE_INFINITY;
    for (int from = 0; from < ends.length - 1; from++) {
      for (int to = from + 1; to < ends.length; to++) {
        if (to - from < ends.length - 1) {
          all.add(new Condition.Within(column.name(), ends[from], ends[to]));
        }
      }
    }
  }

  private static void categories(Columns.Categories column, int fewest, List<Condition> all) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    Arrays.stream(column.values()).forEach(text -> counts.merge(text, 1, Integer::sum));
    if (counts.size() > 1) {
      counts.entrySet().stream()
          .filter(entry -> entry.getValue() >= fewest)
          .forEach(entry -> all.add(new Condition.Is(column.name(), entry.getKey())));
    }
  }
}
