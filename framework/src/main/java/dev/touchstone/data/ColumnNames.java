package dev.touchstone.data;

import dev.touchstone.runtime.NearestName;
import java.util.List;
import org.apiguardian.api.API;

/** Columns by their names, as suites say them and as messages do. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ColumnNames {
  private static final int MOST_NAMED = 8;

  private ColumnNames() {}

  /**
   * Returns whether what a model takes belongs to a column: by its name, or as one of its
   * categories.
   *
   * @param taken such as {@code "sex=Male"}
   * @param column such as {@code "sex"}
   */
  public static boolean isOf(String taken, String column) {
    return taken.equals(column) || taken.startsWith(column + "=");
  }

  /** Returns columns for a message, the first of many. */
  public static String some(List<String> names) {
    return names.size() <= MOST_NAMED
        ? names.toString()
        : "%s and %d more".formatted(names.subList(0, MOST_NAMED), names.size() - MOST_NAMED);
  }

  /** Returns columns for a message in which another is named, and which of them may be meant. */
  public static String someNear(String given, List<String> names) {
    return some(names)
        + NearestName.of(given, names).map(near -> ", perhaps \"%s\"".formatted(near)).orElse("");
  }
}
