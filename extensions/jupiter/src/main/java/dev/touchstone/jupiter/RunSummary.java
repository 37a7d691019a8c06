package dev.touchstone.jupiter;

import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TestIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One line per verdict of a run, the worst first. */
final class RunSummary {
  static final RunSummary OF_THIS_PROCESS = new RunSummary();

  private static final int MOST_ROWS = 100;
  private static final int LEAST_WIDTH = 60;
  private static final int MOST_OF_A_NAME = 28;
  private static final int MOST_OF_A_CLAIM = 120;
  private static final int MOST_OF_A_WARNING = 600;
  private static final int MOST_WARNINGS = 20;

  /** What is shown of a verdict; verdicts themselves hold pictures, and are not kept. */
  private record Row(Path directory, int severity, String test, List<String> cells) {}

  /** What a person has to know of a run besides its verdicts. */
  private record Warning(Path directory, String text) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();

  /** Says something below the table of a run. */
  synchronized void warn(String text, Path reportDirectory) {
    warnings.add(new Warning(directory(reportDirectory), text));
  }

  synchronized void add(Verdict verdict, RunContext context) {
    verdict
        .warnings()
        .forEach(
            warning ->
                warn(
                    PlainText.of(verdict.claim().statement(), MOST_OF_A_CLAIM)
                        + ": "
                        + PlainText.of(warning.text(), MOST_OF_A_WARNING),
                    context.settings().reportDirectory()));
    rows.add(
        new Row(
            directory(context.settings().reportDirectory()),
            severity(verdict),
            context.test().map(TestIdentity::id).orElse(""),
            cells(verdict)));
  }

  private static Path directory(Path reportDirectory) {
    return reportDirectory.toAbsolutePath().normalize();
  }

  private static int severity(Verdict verdict) {
    int outcome =
        switch (verdict.outcome()) {
          case FAIL -> 2;
          case INCONCLUSIVE -> 1;
          case PASS -> 0;
        };
    int counting = verdict.acceptable() ? outcome : outcome + 3;
    return 2 * counting + (verdict.warnings().isEmpty() ? 0 : 1);
  }

  private static List<String> cells(Verdict verdict) {
    Verdict.Judgement worst = verdict.deciding();
    Measurement measurement = worst.measurement();
    boolean accepted = verdict.accepted();
    return List.of(
        verdict.outcome()
            + (accepted ? ", accepted" : "")
            + (verdict.warnings().isEmpty() ? "" : ", warned"),
        PlainText.of(
            verdict.evidence().provenance().model().getOrDefault("name", ""), MOST_OF_A_NAME),
        PlainText.of(measurement.quantity(), MOST_OF_A_NAME),
        PlainText.of(measurement.slice(), MOST_OF_A_NAME),
        Numbers.format(measurement.estimate().value())
            + " ["
            + Numbers.format(worst.interval().lower())
            + ", "
            + Numbers.format(worst.interval().upper())
            + "]",
        worst.bound().toString(),
        "n = " + measurement.estimate().sampleSize(),
        PlainText.of(verdict.claim().statement(), 400));
  }

  /**
   * The table of the verdicts that went to a report directory and the warnings, and forgets them;
   * empty without any. Tests of tests send theirs to a directory of their own, and are left out.
   *
   * @param width the terminal's number of columns
   */
  synchronized String take(Path reportDirectory, int width) {
    Path directory = directory(reportDirectory);
    List<Row> shown =
        rows.stream()
            .filter(row -> row.directory().equals(directory))
            // Neither parallelism nor the order of tests changes the table.
            .sorted(
                Comparator.comparingInt(Row::severity)
                    .reversed()
                    .thenComparing(Row::test)
                    .thenComparing(row -> row.cells().toString()))
            .toList();
    rows.removeAll(shown);
    List<Warning> told =
        warnings.stream().filter(warning -> warning.directory().equals(directory)).toList();
    warnings.removeAll(told);
    return Stream.concat(
            shown.isEmpty()
                ? Stream.empty()
                : Stream.of(table(shown, Math.max(LEAST_WIDTH, width), reportDirectory)),
            // Not cut to the width: the end says what to do.
            told(told))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static Stream<String> told(List<Warning> warnings) {
    List<String> texts = warnings.stream().map(Warning::text).distinct().sorted().toList();
    return Stream.concat(
        texts.stream().limit(MOST_WARNINGS).map(text -> "WARNING: " + text),
        texts.size() > MOST_WARNINGS
            ? Stream.of(
                "WARNING: and "
                    + (texts.size() - MOST_WARNINGS)
                    + " more; verdicts.json and the report have them all")
            : Stream.empty());
  }

  private static String table(List<Row> rows, int width, Path reportDirectory) {
    List<Row> first = rows.subList(0, Math.min(MOST_ROWS, rows.size()));
    int[] widths = new int[first.get(0).cells().size()];
    for (Row row : first) {
      Arrays.setAll(widths, c -> Math.max(widths[c], row.cells().get(c).length()));
    }
    StringBuilder table = new StringBuilder();
    for (Row row : first) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = row.cells().get(c);
        line.append(cell).append(" ".repeat(widths[c] - cell.length() + 2));
      }
      table.append(cut(line.toString().stripTrailing(), width)).append(System.lineSeparator());
    }
    if (rows.size() > MOST_ROWS) {
      table.append("… and ").append(rows.size() - MOST_ROWS).append(" more");
      table.append(System.lineSeparator());
    }
    return table
        .append(cut(totals(rows) + " in " + reportDirectory.resolve("verdicts.json"), width))
        .toString();
  }

  private static String totals(List<Row> rows) {
    String counts =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.cells().get(0), LinkedHashMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining("; "));
    return "Touchstone: " + counts;
  }

  private static String cut(String line, int width) {
    return line.length() <= width ? line : line.substring(0, width - 1) + "…";
  }
}
