package dev.touchstone.assertions;

import java.util.ArrayList;
import java.util.List;

/** Facts below each other, their values aligned; a fact may have several lines. */
final class Facts {
  private record Fact(String name, String value) {}

  private final List<Fact> facts = new ArrayList<>();

  void add(String name, String value) {
    facts.add(new Fact(name, value));
  }

  /** Rows of a table under one name, their columns aligned. */
  void addTable(String name, List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < row.size(); c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < rows.get(r).size(); c++) {
        line.append(padded(rows.get(r).get(c), widths[c])).append("  ");
      }
      add(r == 0 ? name : "", line.toString().stripTrailing());
    }
  }

  @Override
  public String toString() {
    int width = facts.stream().mapToInt(f -> f.name().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (Fact fact : facts) {
      text.append("  ").append(padded(fact.name(), width)).append("  ").append(fact.value());
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
