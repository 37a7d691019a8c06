package dev.touchstone.gate.run;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.run.CandidateRun.Reason;
import dev.touchstone.runtime.TestIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Candidates side by side: what the same suite says of each. */
public final class Comparison {
  private static final int MOST_OF_A_CLAIM = 60;
  private static final int MOST_OF_A_CLAIM_IN_FULL = 300;
  private static final int MOST_OF_A_NAME = 40;
  private static final int MOST_REASONS = 10;

  private static final Comparator<Verdict> GRAVEST_FIRST =
      Comparator.comparing(Verdict::acceptable)
          .thenComparing(
              verdict ->
                  List.of(Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.PASS)
                      .indexOf(verdict.outcome()));

  private final Map<String, String> suiteDigests = new LinkedHashMap<>();
  private final List<CandidateRun> runs;

  /** A claim of a test, whatever model it is about. */
  private record Row(String test, String claim) implements Comparable<Row> {
    private static final Comparator<Row> ORDER =
        Comparator.comparing(Row::test).thenComparing(Row::claim);

    static Row of(RecordedVerdict recorded) {
      Verdict verdict = recorded.verdict();
      String test =
          recorded
              .test()
              .map(
                  asking ->
                      asking.className() + "." + asking.methodName() + " " + asking.displayName())
              .orElse("");
      return new Row(
          verdict.claim().id().orElse(test),
          verdict.claim().statement()
              + " "
              + verdict.evidence().check()
              + " "
              + verdict.evidence().provenance().data().name());
    }

    @Override
    public int compareTo(Row other) {
      return ORDER.compare(this, other);
    }
  }

  Comparison(Suite suite, List<CandidateRun> runs) {
    suite
        .jarDigests()
        .forEach((jar, digest) -> suiteDigests.put(String.valueOf(jar.getFileName()), digest));
    this.runs = List.copyOf(runs);
  }

  /** One per candidate, in the order in which they were given. */
  public List<CandidateRun> runs() {
    return runs;
  }

  /** The gravest ruling on any candidate. */
  public Ruling ruling() {
    return runs.stream()
        .map(CandidateRun::ruling)
        .filter(ruling -> ruling != Ruling.SHIP)
        .min(Comparator.comparingInt(Ruling::exitCode))
        .orElse(Ruling.SHIP);
  }

  /** As a terminal shows it. */
  public String toText() {
    List<List<String>> rows = rows();
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).codePointCount(0, row.get(c).length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = row.get(c);
        line.append(cell).append(" ".repeat(widths[c] - cell.codePointCount(0, cell.length()) + 2));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    for (CandidateRun run : runs) {
      text.append(System.lineSeparator()).append(conclusion(run)).append(System.lineSeparator());
      reasons(run).forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
    }
    return text.toString();
  }

  /** As GitHub, GitLab and editors show it. */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder();
    List<List<String>> rows = rows();
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).forEach(cell -> text.append("| ").append(markdown(cell)).append(' '));
      text.append("|\n");
      if (i == 0) {
        text.append("|---".repeat(rows.get(i).size())).append("|\n");
      }
    }
    for (CandidateRun run : runs) {
      text.append("\n**").append(markdown(conclusion(run))).append("**\n\n");
      reasons(run).forEach(line -> text.append("- ").append(markdown(line)).append('\n'));
      text.append("- SHA-256 of the model: `").append(run.candidate().sha256()).append("`\n");
    }
    suiteDigests.forEach(
        (jar, digest) ->
            text.append("\nSHA-256 of the suite ")
                .append(markdown(jar))
                .append(": `")
                .append(digest)
                .append("`\n"));
    return text.toString();
  }

  /** The table's cells, the heading first. */
  private List<List<String>> rows() {
    Map<Row, Map<CandidateRun, RecordedVerdict>> byClaim = new TreeMap<>();
    for (CandidateRun run : runs) {
      for (RecordedVerdict verdict : run.verdicts()) {
        byClaim
            .computeIfAbsent(Row.of(verdict), row -> new LinkedHashMap<>())
            .merge(run, verdict, Comparison::graver);
      }
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of("claim"));
    runs.forEach(run -> heading.add(name(run)));
    rows.add(heading);
    Map<Row, String> names = names(byClaim);
    byClaim.forEach(
        (claim, verdicts) -> {
          List<String> row = new ArrayList<>();
          row.add(names.getOrDefault(claim, ""));
          runs.forEach(
              run -> row.add(Optional.ofNullable(verdicts.get(run)).map(this::cell).orElse("-")));
          rows.add(row);
        });
    return rows;
  }

  /** Of two verdicts of one test on one claim, such as with two settings, the one to look at. */
  private static RecordedVerdict graver(RecordedVerdict one, RecordedVerdict other) {
    return GRAVEST_FIRST.compare(one.verdict(), other.verdict()) <= 0 ? one : other;
  }

  /** Claims as people read them; in full, and numbered, where their beginnings are the same. */
  private static Map<Row, String> names(Map<Row, Map<CandidateRun, RecordedVerdict>> byClaim) {
    Map<Row, String> names = new LinkedHashMap<>();
    byClaim.forEach((row, of) -> names.put(row, claim(of.values().iterator().next())));
    Set<String> taken = new HashSet<>();
    Set<String> ambiguous = new HashSet<>();
    names.values().stream().filter(name -> !taken.add(name)).forEach(ambiguous::add);
    byClaim.forEach(
        (row, of) -> {
          if (ambiguous.contains(names.getOrDefault(row, ""))) {
            String name = claimInFull(of.values().iterator().next());
            String unique = name;
            for (int i = 2; !taken.add(unique); i++) {
              unique = name + " (" + i + ")";
            }
            names.put(row, unique);
          }
        });
    return names;
  }

  private static String claimInFull(RecordedVerdict recorded) {
    Verdict verdict = recorded.verdict();
    String test =
        recorded
            .test()
            .map(
                of ->
                    of.className().substring(of.className().lastIndexOf('.') + 1)
                        + "."
                        + of.methodName()
                        + ": ")
            .orElse("");
    return PlainText.of(
        verdict.claim().id().map(id -> id + ", ").orElse("")
            + test
            + verdict.claim().statement()
            + ", on "
            + data(verdict),
        MOST_OF_A_CLAIM_IN_FULL);
  }

  private static String data(Verdict verdict) {
    String name = verdict.evidence().provenance().data().name();
    return name.isEmpty() ? "no data" : name;
  }

  private static String claim(RecordedVerdict recorded) {
    String statement = recorded.verdict().claim().statement();
    String test =
        recorded
            .test()
            .map(TestIdentity::className)
            .map(name -> name.substring(name.lastIndexOf('.') + 1) + ": ")
            .orElse("");
    return PlainText.of(recorded.verdict().claim().id().orElse(test + statement), MOST_OF_A_CLAIM);
  }

  /** The slice that decides. */
  private String cell(RecordedVerdict recorded) {
    Verdict verdict = recorded.verdict();
    Verdict.Judgement deciding = verdict.deciding();
    boolean accepted = verdict.accepted();
    return verdict.outcome()
        + (accepted ? ", accepted: " : " ")
        + Numbers.format(deciding.measurement().estimate().value(), deciding.interval())
        + " "
        + deciding.bound();
  }

  private static String conclusion(CandidateRun run) {
    return name(run)
        + ": "
        + run.ruling().words()
        + " ("
        + run.testsRun()
        + " tests, "
        + run.testsLeftOut()
        + " left out, "
        + run.verdicts().size()
        + " verdicts, "
        + run.otherVerdicts()
        + " on other models"
        + (run.testsWithoutClaim().isEmpty()
            ? ""
            : ", decided nothing: " + namesOf(run.testsWithoutClaim()))
        + ") in "
        + run.reportDirectory();
  }

  private static String namesOf(List<String> tests) {
    return tests.stream()
            .limit(MOST_REASONS)
            .map(test -> PlainText.of(test, 80))
            .collect(Collectors.joining(", "))
        + (tests.size() > MOST_REASONS ? ", …" : "");
  }

  private static List<String> reasons(CandidateRun run) {
    List<String> lines = new ArrayList<>();
    List<Reason> reasons = run.reasons();
    reasons.stream()
        .limit(MOST_REASONS)
        .forEach(reason -> lines.add(reason.ruling().words() + ": " + reason.text()));
    if (reasons.size() > MOST_REASONS) {
      lines.add("… and " + (reasons.size() - MOST_REASONS) + " more reasons");
    }
    return lines;
  }

  /** The directory's name, which tells two files of one name apart. */
  private static String name(CandidateRun run) {
    return PlainText.of(String.valueOf(run.reportDirectory().getFileName()), MOST_OF_A_NAME);
  }

  /** Names and reasons come from files and models: nothing of them may become a link or a tag. */
  private static String markdown(String text) {
    return text.replaceAll("([\\\\`*_{}\\[\\]<>()#+!|~&@:.-])", "\\\\$1");
  }
}
