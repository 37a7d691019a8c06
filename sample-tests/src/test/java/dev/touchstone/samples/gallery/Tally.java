package dev.touchstone.samples.gallery;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each bug was caught and each healthy model accused, with exact intervals. */
final class Tally {
  private static final String LINE = "%-34s %-38s %-6s %5s %5s %5s %5s  %s%n";

  private final Map<List<String>, Map<Outcome, Integer>> counts = new LinkedHashMap<>();

  Tally(List<Row> rows) {
    for (Row row : rows) {
      counts
          .computeIfAbsent(
              List.of(row.bug(), row.assertion(), row.expected().name()),
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
    counts.forEach((cell, outcomes) -> table.append(line(cell, outcomes)));
    for (Outcome expected : List.of(Outcome.FAIL, Outcome.PASS)) {
      Map<Outcome, Integer> pooled = new LinkedHashMap<>();
      counts.forEach(
          (cell, outcomes) -> {
            if (cell.get(2).equals(expected.name())) {
              outcomes.forEach((outcome, count) -> pooled.merge(outcome, count, Integer::sum));
            }
          });
      if (!pooled.isEmpty()) {
        String all = expected == Outcome.FAIL ? "all bugs" : "all healthy models";
        table.append(line(List.of(all, "", expected.name()), pooled));
      }
    }
    return table.toString();
  }

  private static String line(List<String> cell, Map<Outcome, Integer> outcomes) {
    int n = outcomes.values().stream().mapToInt(Integer::intValue).sum();
    int failed = outcomes.getOrDefault(Outcome.FAIL, 0);
    Interval interval = Proportion.of(failed, n).interval(0.95);
    return String.format(
        LINE,
        cell.get(0),
        cell.get(1),
        cell.get(2),
        outcomes.getOrDefault(Outcome.PASS, 0),
        failed,
        outcomes.getOrDefault(Outcome.INCONCLUSIVE, 0),
        n,
        Numbers.format((double) failed / n)
            + " ["
            + Numbers.format(interval.lower())
            + ", "
            + Numbers.format(interval.upper())
            + "]");
  }
}
