package dev.touchstone.samples.gallery;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How often each bug was caught and each healthy model accused, with exact intervals. */
final class Tally {
  private static final String LINE = "%-34s %-38s %-6s %5s %5s %5s %5s  %s%n";

  private static final String ROW = "| %s | %s | %s | %d | %d | %d | %s |\n";

  private final Map<Cell, Map<Outcome, Integer>> counts = new LinkedHashMap<>();

  /** What is counted together. */
  private record Cell(String bug, String assertion, Outcome expected, boolean demanded) {}

  Tally(List<Row> rows) {
    for (Row row : rows) {
      counts
          .computeIfAbsent(
              new Cell(row.bug(), row.assertion(), row.expected(), row.demanded()),
              key -> new LinkedHashMap<>())
          .merge(row.outcome(), 1, Integer::sum);
    }
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            LINE, "bug", "assertion", "expect", "PASS", "FAIL", "INC.", "n", "FAIL rate [95 %]"));
    Stream.concat(counts.entrySet().stream(), pooled().entrySet().stream())
        .forEach(row -> table.append(line(row.getKey(), row.getValue())));
    return table.toString();
  }

  /** A table for people who read it in the repository, the pooled rows first. */
  String toMarkdown() {
    StringBuilder table =
        new StringBuilder(
            "| bug | assertion | expected | PASS | FAIL | INCONCLUSIVE | FAIL rate, 95 % limits |\n"
                + "|---|---|---|---|---|---|---|\n");
    Stream.concat(pooled().entrySet().stream(), counts.entrySet().stream())
        .forEach(row -> table.append(markdown(row.getKey(), row.getValue())));
    return table.toString();
  }

  /** All bugs, and all that is healthy; what is demanded apart from what is counted alone. */
  private Map<Cell, Map<Outcome, Integer>> pooled() {
    Map<Cell, Map<Outcome, Integer>> pooled = new LinkedHashMap<>();
    for (boolean demanded : new boolean[] {true, false}) {
      for (Outcome expected : List.of(Outcome.FAIL, Outcome.PASS)) {
        String all = expected == Outcome.FAIL ? "all bugs" : "all that is healthy";
        counts.forEach(
            (cell, outcomes) -> {
              if (cell.expected() == expected && cell.demanded() == demanded) {
                Map<Outcome, Integer> sums =
                    pooled.computeIfAbsent(
                        new Cell(demanded ? all : all + ", counted", "", expected, demanded),
                        key -> new LinkedHashMap<>());
                outcomes.forEach((outcome, count) -> sums.merge(outcome, count, Integer::sum));
              }
            });
      }
    }
    return pooled;
  }

  private static String line(Cell cell, Map<Outcome, Integer> outcomes) {
    return String.format(
        LINE,
        cell.bug(),
        cell.assertion(),
        cell.expected(),
        count(outcomes, Outcome.PASS),
        count(outcomes, Outcome.FAIL),
        count(outcomes, Outcome.INCONCLUSIVE),
        sum(outcomes),
        rate(outcomes));
  }

  private static String markdown(Cell cell, Map<Outcome, Integer> outcomes) {
    return ROW.formatted(
        cell.assertion().isEmpty() ? "**%s**".formatted(cell.bug()) : cell.bug(),
        cell.assertion(),
        cell.demanded() ? cell.expected() : cell.expected() + " (counted)",
        count(outcomes, Outcome.PASS),
        count(outcomes, Outcome.FAIL),
        count(outcomes, Outcome.INCONCLUSIVE),
        rate(outcomes));
  }

  private static int count(Map<Outcome, Integer> outcomes, Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0);
  }

  private static int sum(Map<Outcome, Integer> outcomes) {
    return outcomes.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The share of FAIL, with exact limits. */
  private static String rate(Map<Outcome, Integer> outcomes) {
    Proportion failed = Proportion.of(count(outcomes, Outcome.FAIL), sum(outcomes));
    Interval limits = failed.interval(0.95);
    return "%s [%s, %s]"
        .formatted(
            Numbers.format(failed.value()),
            Numbers.format(limits.lower()),
            Numbers.format(limits.upper()));
  }
}
