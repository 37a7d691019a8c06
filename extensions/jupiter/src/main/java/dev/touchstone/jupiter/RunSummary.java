package dev.touchstone.jupiter;

import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TestIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One line per verdict of a run, the worst first. */
final class RunSummary {
  static final RunSummary OF_THIS_PROCESS = new RunSummary();

  private static final int MOST_ROWS = 100;
  private static final int LEAST_WIDTH = 60;
  private static final int MOST_OF_A_CLAIM = 120;
  private static final int MOST_OF_A_WARNING = 600;
  private static final int MOST_WARNINGS = 20;
  private static final int MOST_TESTS = 20;
  private static final int MOST_OF_A_TEST = 100;
  private static final int MOST_OF_A_REASON = 300;

  /** Far more than is shown of one: what hostile files call themselves is not kept whole. */
  private static final int MOST_KEPT_OF_A_TEXT = 400;

  /** What is shown of a verdict; verdicts themselves hold pictures, and are not kept. */
  private record Row(Path directory, int severity, String test, VerdictTable.Line line) {}

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
            line(verdict)));
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

  private static VerdictTable.Line line(Verdict verdict) {
    Verdict.Judgement worst = verdict.deciding();
    Measurement measurement = worst.measurement();
    return new VerdictTable.Line(
        verdict.outcome()
            + (verdict.accepted() ? ", accepted" : "")
            + (verdict.warnings().isEmpty() ? "" : ", warned"),
        Stream.of(
                verdict.evidence().provenance().subject().name(),
                measurement.quantity(),
                measurement.slice())
            .map(name -> PlainText.of(name, MOST_KEPT_OF_A_TEXT))
            .toList(),
        List.of(
            Numbers.format(measurement.estimate().value(), worst.interval()),
            worst.bound().toString(),
            "n = " + measurement.estimate().sampleSize()),
        PlainText.of(verdict.claim().statement(), MOST_KEPT_OF_A_TEXT));
  }

  /**
   * The table of the verdicts that went to a report directory and the warnings, and forgets them;
   * empty without any. Tests of tests send theirs to a directory of their own, and are left out.
   *
   * @param width the terminal's number of columns
   */
  synchronized String take(Path reportDirectory, int width) {
    return take(reportDirectory, ModelTests.NONE, width);
  }

  /**
   * The same with what became of the model tests.
   *
   * @param tests of the plan that has ended
   */
  synchronized String take(Path reportDirectory, ModelTests tests, int width) {
    Path directory = directory(reportDirectory);
    List<Row> shown =
        rows.stream()
            .filter(row -> row.directory().equals(directory))
            // Neither parallelism nor the order of tests changes the table.
            .sorted(
                Comparator.comparingInt(Row::severity)
                    .reversed()
                    .thenComparing(Row::test)
                    .thenComparing(row -> row.line().toString()))
            .toList();
    rows.removeAll(shown);
    List<Warning> told =
        warnings.stream().filter(warning -> warning.directory().equals(directory)).toList();
    warnings.removeAll(told);
    return Stream.of(
            shown.isEmpty()
                ? Stream.<String>empty()
                : Stream.of(table(shown, Math.max(LEAST_WIDTH, width))),
            leftOut(tests),
            closing(shown, tests, reportDirectory).stream(),
            told(told))
        // Not cut to the width: the end says what to do.
        .flatMap(lines -> lines)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** The tests that are not in the table, and those that are not although they ended well. */
  private static Stream<String> leftOut(ModelTests tests) {
    List<ListedTest> listed =
        tests.listed().stream().sorted(Comparator.comparing(ListedTest::end)).toList();
    Stream<String> lines =
        listed.stream()
            .limit(MOST_TESTS)
            .map(
                test ->
                    "%s %s%s"
                        .formatted(
                            PlainText.of(test.shortName(), MOST_OF_A_TEST),
                            test.end().inWords(),
                            test.why().isEmpty()
                                ? ""
                                : ": " + PlainText.of(test.why(), MOST_OF_A_REASON)));
    return listed.size() <= MOST_TESTS
        ? lines
        : Stream.concat(
            lines, Stream.of("… and %d more tests".formatted(listed.size() - MOST_TESTS)));
  }

  private static Optional<String> closing(List<Row> rows, ModelTests tests, Path reportDirectory) {
    if (rows.isEmpty() && tests.listed().isEmpty()) {
      return Optional.empty();
    }
    String missing = tests.leftOutInWords();
    return Optional.of(
        totals(rows)
            + (missing.isEmpty() ? "" : "; " + missing + ": nothing ships on that")
            + " in "
            + reportDirectory.resolve("verdicts.json"));
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

  private static String table(List<Row> rows, int width) {
    List<VerdictTable.Line> first = rows.stream().limit(MOST_ROWS).map(Row::line).toList();
    List<String> lines = new ArrayList<>(new VerdictTable(width).of(first));
    if (rows.size() > MOST_ROWS) {
      lines.add("… and " + (rows.size() - MOST_ROWS) + " more");
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String totals(List<Row> rows) {
    String counts =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.line().outcome(), LinkedHashMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining("; "));
    return "Touchstone: " + (counts.isEmpty() ? "no verdict" : counts);
  }
}
