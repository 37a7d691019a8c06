package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.record.InvalidVerdictsException;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.report.Verdicts.Group;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportsTest {
  private static final RecordedVerdict PASSING =
      Verdicts.errorRate("good.onnx", new Group("overall", 20, 1000));

  @TempDir Path directory;

  @Test
  void writesAPageAndASummary() {
    Path there = directory.resolve("touchstone");
    assertThat(Reports.of(Verdicts.of(PASSING)).in(Map.of()).writeTo(there))
        .containsExactly(there.resolve("report.html"), there.resolve("summary.md"))
        .allSatisfy(file -> assertThat(file).content().contains("May ship"));
  }

  @Test
  void addsTheSummaryToTheJobsPage() throws IOException {
    Path job = Files.writeString(directory.resolve("step"), "before\n");
    List<Path> written =
        Reports.of(Verdicts.of(PASSING))
            .in(Map.of("GITHUB_STEP_SUMMARY", job.toString()))
            .writeTo(directory);
    assertThat(written)
        .containsExactly(directory.resolve("report.html"), directory.resolve("summary.md"), job);
    assertThat(job).content().startsWith("before\n").contains("May ship");
    assertThat(directory.resolve("summary.md")).content().contains("May ship");
  }

  @Test
  void writesTheSummaryWhereEvidenceIsMissingToo() throws IOException {
    Path job = Files.writeString(directory.resolve("step"), "before\n");
    VerdictSource killed =
        new VerdictSource(Path.of("v.json"), "ab".repeat(32), "run-1", 0, 1, ModelTests.NONE);
    Reports.of(new RecordedVerdicts(List.of(killed), List.of(PASSING)))
        .in(Map.of("GITHUB_STEP_SUMMARY", job.toString()))
        .writeTo(directory);
    assertThat(List.of(job, directory.resolve("summary.md")))
        .allSatisfy(
            file -> assertThat(file).content().contains("Not decided", "Evidence is missing"));
  }

  @Test
  void jvmsOfOneRunLeaveOneSummaryOnTheJobsPage() throws IOException {
    Path job = Files.writeString(directory.resolve("step"), "before\n");
    Map<String, String> environment = Map.of("GITHUB_STEP_SUMMARY", job.toString());
    VerdictSource running =
        new VerdictSource(Path.of("v.json"), "ab".repeat(32), "run-1", 0, 1, ModelTests.NONE);
    Reports.of(new RecordedVerdicts(List.of(running), List.of(PASSING)))
        .in(environment)
        .writeAgainTo(directory, "run1");
    Files.writeString(job, "between\n", StandardOpenOption.APPEND);
    Reports.of(Verdicts.of(PASSING)).in(environment).writeAgainTo(directory, "run1");
    Reports.of(Verdicts.of(PASSING)).in(environment).writeAgainTo(directory, "run2");
    String page = Files.readString(job);
    assertThat(page.split("## ", -1)).hasSize(3);
    assertThat(page)
        .startsWith("before\n")
        .containsSubsequence("run1", "May ship", "run1", "between", "run2", "May ship")
        .doesNotContain("Evidence is missing");
  }

  @Test
  void aRunWritesItsSummaryToTheJobsPageOnce() throws Exception {
    Path job = Files.writeString(directory.resolve("step"), "before\n");
    Map<String, String> environment = Map.of("GITHUB_STEP_SUMMARY", job.toString());
    for (int jvm = 0; jvm < 2; jvm++) {
      run(environment, "-Dtouchstone.report.html=true", "-Dtouchstone.run.id=one-run");
    }
    assertThat(Files.readString(job).split("## ", -1)).hasSize(2);
    assertThat(job).content().startsWith("before\n").contains("1 FAIL");
  }

  @Test
  void aStepSummaryThatIsNoPathIsTakenForNone() {
    Reports.of(Verdicts.of(PASSING)).in(Map.of("GITHUB_STEP_SUMMARY", "a\0b")).writeTo(directory);
    assertThat(directory.resolve("summary.md")).exists();
  }

  @Test
  void showsTheTrendAgainstTheBaseline() throws IOException {
    assertThat(trend(0.03, new Group("overall", 20, 1000))).isEqualTo("▼ better, was 0.03");
    assertThat(trend(0.01, new Group("overall", 20, 1000))).isEqualTo("▲ worse, was 0.01");
    assertThat(trend(0.02, new Group("overall", 20, 1000))).isEqualTo("= as approved");
    assertThat(trend(0.02, new Group("sex=F", 20, 1000))).isEqualTo("not in the baseline");
  }

  @Test
  void showsNoTrendOfWhatIsNoNumber() {
    Bound bound = Bound.upper(0.1);
    assertThat(Trend.of(bound, 0.03, Double.NaN)).isEqualTo(new Trend("", ""));
    assertThat(Trend.of(bound, Double.NaN, 0.03)).isEqualTo(new Trend("", ""));
    assertThat(Trend.of(bound, 0.03, Double.POSITIVE_INFINITY)).isEqualTo(new Trend("", ""));
  }

  @Test
  void showsNoTrendWithoutABaseline() throws IOException {
    Reports.of(Verdicts.of(PASSING)).in(Map.of()).writeTo(directory);
    assertThat(Files.readString(directory.resolve("report.html")))
        .doesNotContain("baseline", "better,", "worse,");
  }

  @Test
  void isWrittenAtTheEndOfARunThatAsksForIt() throws Exception {
    run("-Dtouchstone.report.html=true");
    assertThat(directory.resolve("verdicts.json")).exists();
    assertThat(directory.resolve("report.html"))
        .content()
        .contains("Do not ship", "<svg class=\"ch\"");
    assertThat(directory.resolve("summary.md")).content().contains("❌ Do not ship");
  }

  @Test
  void isNotWrittenWhereNobodyAsks() throws Exception {
    run("-Dtouchstone.report.html=false");
    assertThat(directory.resolve("verdicts.json")).exists();
    assertThat(directory.resolve("report.html")).doesNotExist();
  }

  @Test
  void isWrittenWhereADisplayIsNamedButNotThere() throws Exception {
    run(Map.of("DISPLAY", "127.0.0.1:99"), "-Dtouchstone.report.html=true");
    assertThat(directory.resolve("report.html")).content().contains("<svg class=\"ch\"");
  }

  @Test
  void leavesChartsOutThatCannotBeDrawnAndKeepsTheirNumbers() throws Exception {
    // Whoever says that there is a display gets the error that its absence makes.
    run(
        Map.of("DISPLAY", "127.0.0.1:99"),
        "-Dtouchstone.report.html=true",
        "-Djava.awt.headless=false");
    String page = Files.readString(directory.resolve("report.html"));
    assertThat(page)
        .contains("Do not ship", "The chart could not be drawn where this report was made")
        .doesNotContain("<svg class=\"ch\"");
    assertThat(page)
        .contains("<th scope=\"col\">mean confidence</th>", "<td>0.7</td>", "<td>0.7 to 0.9</td>");
  }

  @Test
  void leavesNoEarlierPageWhereItCannotBeWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("verdicts.json"), "{");
    Files.writeString(directory.resolve("report.html"), "May ship");
    Files.writeString(directory.resolve("summary.md"), "May ship");
    Settings asking =
        Settings.from(
            name -> Optional.of("true").filter(t -> name.equals("touchstone.report.html")));
    assertThatThrownBy(() -> new ReportAtEnd().verdictsWritten(file, asking))
        .isInstanceOf(InvalidVerdictsException.class);
    assertThat(directory.resolve("report.html")).doesNotExist();
    assertThat(directory.resolve("summary.md")).doesNotExist();
  }

  @Test
  void anEarlierPageGoesWithTheVerdictsThatItShows() throws IOException {
    Path file = directory.resolve("verdicts.json");
    Path page = Files.writeString(directory.resolve("report.html"), "May ship");
    new ReportAtEnd().verdictsRemoved(file, Settings.from(name -> Optional.empty()));
    assertThat(page).as("somebody else's, where none is asked for").exists();
    new ReportAtEnd()
        .verdictsRemoved(
            file,
            Settings.from(
                name -> Optional.of("true").filter(t -> name.equals("touchstone.report.html"))));
    assertThat(page).doesNotExist();
  }

  @Test
  void reportsOfAnEarlierRunGoEvenWhereTheNewOneAsksForNone() throws Exception {
    run("-Dtouchstone.report.html=true");
    assertThat(directory.resolve("report.html")).exists();
    run();
    assertThat(directory.resolve("verdicts.json")).exists();
    assertThat(directory.resolve("report.html")).doesNotExist();
    assertThat(directory.resolve("summary.md")).doesNotExist();
  }

  @Test
  void onlyReportsAreRemovedAsReports() throws IOException {
    Path page = Files.writeString(directory.resolve("report.html"), "<html>May ship</html>");
    Path summary = Files.writeString(directory.resolve("summary.md"), "");
    Reports.removeFrom(directory);
    assertThat(List.of(page, summary)).allSatisfy(file -> assertThat(file).exists());
    Reports.of(Verdicts.of(PASSING)).in(Map.of()).writeTo(directory);
    Reports.removeFrom(directory);
    assertThat(directory).isEmptyDirectory();
    Reports.removeFrom(directory.resolve("not there"));
  }

  /** What a page says of a verdict whose error rate was approved at a value. */
  private String trend(double approved, Group group) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("baseline.json"),
            """
            {"schema":"touchstone-baseline/1",
            "approved":[
            {"test":"com.acme.ModelTest#isRight","claim":"the error rate is at most 0.1",\
            "model":"good.onnx","data":"test.csv","modelSha256":"%s","dataSha256":"%s",\
            "values":[{"quantity":"error rate","slice":"overall","estimate":%s,"lower":0.0,\
            "upper":0.5,"n":1000,"unit":"examples"}]}
            ],
            "known":[]}
            """
                .formatted("ab".repeat(32), "fedcba9876543210".repeat(4), approved));
    Reports.of(Verdicts.of(Verdicts.errorRate("good.onnx", group)))
        .comparedWith(Baseline.read(file))
        .in(Map.of())
        .writeTo(directory);
    List<String> marked =
        java.util.regex.Pattern.compile("<span class=\"n\">([^<]*)</span>")
            .matcher(Files.readString(directory.resolve("report.html")))
            .results()
            .map(match -> match.group(1).strip())
            .toList();
    assertThat(marked).hasSize(1);
    return marked.get(0);
  }

  /** A JVM of its own, as the report is written while it ends. */
  private void run(String... options) throws Exception {
    run(Map.of(), options);
  }

  private void run(Map<String, String> environment, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "-Dtouchstone.report.dir=" + directory));
    command.addAll(List.of(options));
    command.add(ARun.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("GITHUB_STEP_SUMMARY");
    builder.environment().putAll(environment);
    builder.redirectOutput(new File(directory.toFile(), "out.txt"));
    Process process = builder.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(directory.resolve("out.txt"))).isZero();
  }

  /** A run with one verdict. */
  static final class ARun {
    public static void main(String[] arguments) {
      RecordedVerdict verdict =
          Verdicts.errorRate(
              "bad.onnx",
              claim -> claim,
              evidence -> Verdicts.everything(evidence, "boot"),
              new Group("overall", 300, 1000));
      VerdictListeners.of(RunSession.shared())
          .publish(verdict.verdict(), RunContext.of(Settings.fromSystem()));
    }
  }
}
