package dev.touchstone.jupiter;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Lines of a given width, in which names give way to numbers: a name is shortened in its middle and
 * a statement after a word, but an estimate, a limit, a bound or a count is there whole or the line
 * is broken before it.
 */
final class VerdictTable {
  /** Names are shortened to this many characters before a line is broken in two. */
  private static final int LEAST_OF_A_NAME = 9;

  private static final int MOST_OF_A_NAME = 28;
  private static final int LEAST_OF_A_STATEMENT = 16;
  private static final String GAP = "  ";

  /**
   * What a line shows.
   *
   * @param outcome the verdict in a word, and whether it was accepted
   * @param names of the model, the quantity and the group
   * @param numbers the estimate with its interval, the bound, and the number of examples
   * @param statement the claim in words
   */
  record Line(String outcome, List<String> names, List<String> numbers, String statement) {}

  private final int width;

  /** For a terminal with this many columns. */
  VerdictTable(int width) {
    this.width = width;
  }

  /** The lines, one a verdict; two a verdict where not even shortened names leave enough room. */
  List<String> of(List<Line> lines) {
    int outcome = widest(lines, line -> columns(line.outcome()));
    int[] numbers = widths(lines, Line::numbers);
    int[] names = widths(lines, Line::names);
    Arrays.setAll(names, c -> Math.min(names[c], MOST_OF_A_NAME));
    int fixed = outcome + total(numbers) + GAP.length() * (numbers.length + names.length);
    shrink(names, width - fixed);
    if (fixed + total(names) > width) {
      return lines.stream().flatMap(line -> broken(line).stream()).toList();
    }
    return lines.stream()
        .map(
            line -> {
              String shown =
                  padded(line.outcome(), outcome)
                      + joined(line.names(), names)
                      + joined(line.numbers(), numbers);
              return (shown + words(line.statement(), width - columns(shown) - GAP.length()))
                  .stripTrailing();
            })
        .toList();
  }

  /** Takes from the widest name first. */
  private static void shrink(int[] names, int available) {
    while (total(names) > available) {
      int widest = 0;
      for (int c = 1; c < names.length; c++) {
        widest = names[c] > names[widest] ? c : widest;
      }
      if (names[widest] <= LEAST_OF_A_NAME) {
        return;
      }
      names[widest]--;
    }
  }

  /** The names on one line and the numbers below, indented. */
  private List<String> broken(Line line) {
    int[] names = line.names().stream().mapToInt(VerdictTable::columns).toArray();
    shrink(names, width - columns(line.outcome()) - GAP.length() * names.length);
    return List.of(
        (line.outcome() + joined(line.names(), names)).stripTrailing(),
        GAP + GAP + String.join(GAP, line.numbers()));
  }

  private static String joined(List<String> cells, int[] widths) {
    StringBuilder joined = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      joined.append(GAP).append(padded(shortened(cells.get(c), widths[c]), widths[c]));
    }
    return joined.toString();
  }

  /** The beginning says what it is, the end often which: {@code digits-cn…-v12.onnx}. */
  private static String shortened(String name, int most) {
    int length = columns(name);
    if (length <= most) {
      return name;
    }
    int tail = (most - 1) / 3;
    int head = most - 1 - tail;
    return name.substring(0, name.offsetByCodePoints(0, head))
        + "…"
        + name.substring(name.offsetByCodePoints(0, length - tail));
  }

  /** As many whole words as fit, so that no number in them is cut; nothing for too few. */
  private static String words(String statement, int most) {
    if (most < LEAST_OF_A_STATEMENT) {
      return "";
    }
    if (columns(statement) <= most) {
      return GAP + statement;
    }
    String start = statement.substring(0, statement.offsetByCodePoints(0, most));
    int end = start.lastIndexOf(' ');
    return end < 1 ? "" : GAP + start.substring(0, end) + "…";
  }

  private static String padded(String cell, int columns) {
    return cell + " ".repeat(Math.max(0, columns - columns(cell)));
  }

  private static int[] widths(List<Line> lines, Function<Line, List<String>> cells) {
    int[] widths = new int[cells.apply(lines.get(0)).size()];
    Arrays.setAll(widths, c -> widest(lines, line -> columns(cells.apply(line).get(c))));
    return widths;
  }

  private static int widest(List<Line> lines, ToIntFunction<Line> columns) {
    return lines.stream().mapToInt(columns).max().orElse(0);
  }

  private static int columns(String text) {
    return text.codePointCount(0, text.length());
  }

  private static int total(int[] widths) {
    return Arrays.stream(widths).sum();
  }
}
