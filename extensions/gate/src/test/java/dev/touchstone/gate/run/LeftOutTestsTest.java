package dev.touchstone.gate.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.cli.Touchstone;
import dev.touchstone.runtime.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A run of which tests broke or were left out, as its user meets it: the report, the policy that is
 * written from it, and the gate.
 */
class LeftOutTestsTest {
  private static final float[] IDENTITY = {1, 0, 0, 1};

  @TempDir Path directory;

  private Path model;
  private Path verdicts;
  private String printed = "";
  private String warned = "";

  @BeforeEach
  void approvedModel() throws IOException {
    model = directory.resolve("approved.onnx");
    SuiteJar.writeModel(model, IDENTITY, 0, 0);
    verdicts = directory.resolve("reports/approved.onnx/verdicts.json");
  }

  private CandidateRun run(String suite, String... excludedTags) throws IOException {
    Progress progress =
        Progress.on(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    return new SuiteRunner(
            Suite.of(List.of(SuiteJar.of(directory, "Points", suite)))
                .withClassPath(SuiteJar.classPath())
                .in(directory)
                .tagged(List.of(), List.of(excludedTags)),
            directory.resolve("reports"),
            progress,
            "touchstone test --suite 'suite.jar'")
        .run(List.of(CandidateFile.of(model.toString())))
        .runs()
        .get(0);
  }

  private int touchstone(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Touchstone.commandLine(Clock.systemUTC())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    int exitCode = command.execute(arguments);
    printed = out.toString();
    warned = err.toString();
    return exitCode;
  }

  private Path policy() throws IOException {
    Path policy = directory.resolve("policy.yaml");
    Files.deleteIfExists(policy);
    assertThat(
            touchstone("policy", "init", "--verdicts", verdicts.toString(), "--out", policy + ""))
        .isZero();
    return policy;
  }

  private int gate(Path policy) {
    return touchstone(
        "gate", "--model", model + "", "--policy", policy + "", "--verdicts", verdicts + "");
  }

  private String summary() throws IOException {
    Path out = directory.resolve("shown");
    touchstone("report", "--verdicts", verdicts.toString(), "--out", out.toString());
    return Files.readString(out.resolve("summary.md"));
  }

  @Test
  void aRunOfWhichTestsBrokeDoesNotShip() throws IOException {
    run("BreakingSuite");
    Path policy = policy();
    assertThat(gate(policy)).isEqualTo(Ruling.NOT_DECIDED.exitCode());
    assertThat(printed)
        .contains("of 4 model tests of run ")
        .contains(
            " 2 broke: dev.touchstone.gate.run.suites.BreakingSuite#errsRarelyOnOthers"
                + " (IllegalStateException: no column \"age\");"
                + " dev.touchstone.gate.run.suites.BreakingSuite#errsRarelyPerGroup"
                + " (IllegalStateException: no column \"age\")")
        .contains(" 1 was skipped: dev.touchstone.gate.run.suites.BreakingSuite#errsMoreRarely")
        .contains("of 4 model tests 2 broke and 1 was skipped");
  }

  @Test
  void theReportOnIt() throws IOException {
    run("BreakingSuite");
    assertThat(summary())
        .doesNotContain("May ship")
        .contains("Not decided")
        .contains("Of 4 model tests 2 broke and 1 was skipped: what they would have claimed is not")
        .contains("no column");
    assertThat(Files.readString(directory.resolve("shown/report.html")))
        .doesNotContain("May ship")
        .contains("BreakingSuite#errsRarelyPerGroup</span> broke: IllegalStateException: no");
  }

  @Test
  void thePolicyThatIsWrittenFromIt() throws IOException {
    run("BreakingSuite");
    Path policy = policy();
    assertThat(warned)
        .contains("WARNING: of 4 model tests 2 broke and 1 was skipped: the policy does not ask");
    assertThat(policy)
        .content()
        .contains("# In this run of 4 model tests 2 broke and 1 was skipped:\n")
        .contains("#   dev.touchstone.gate.run.suites.BreakingSuite#errsRarelyPerGroup broke: Ill");
  }

  @Test
  void whatThePolicyLetsBeSkippedDoesNotHoldTheRelease() throws IOException {
    run("BreakingSuite", "breaking");
    Path policy = policy();
    assertThat(gate(policy)).isEqualTo(Ruling.NOT_DECIDED.exitCode());
    String allowing =
        Files.readString(policy)
            .replace("# may-be-skipped:\n#   - test", "may-be-skipped:\n  - test")
            .replace("#     reason: (why it need not run)", "    reason: the points come in May");
    Files.writeString(policy, allowing);
    assertThat(gate(policy)).as(printed).isEqualTo(Ruling.SHIP.exitCode());
    assertThat(printed)
        .contains("Accepted though not shown:")
        .contains(
            "BreakingSuite#errsMoreRarely, the test was skipped: until there are more points: the"
                + " points come in May (the policy)");
    touchstone("policy", "check", policy.toString());
    assertThat(printed).contains("1 tests that may be skipped");
  }

  @Test
  void aClaimThatIsNeverFinishedFailsItsTest() throws IOException {
    CandidateRun candidate = run("UnfinishedSuite");
    assertThat(candidate.ruling()).isEqualTo(Ruling.NOT_DECIDED);
    assertThat(candidate.reasons())
        .extracting(CandidateRun.Reason::text)
        .singleElement()
        .asString()
        .startsWith("UnfinishedSuite.claimsNothing broke: assertThatModel(…).on(…) at")
        .contains(
            "UnfinishedSuite.java:28 decides nothing: finish it with what it claims, such as"
                + " .hasErrorRateWithin(0.05), or remove it");
    assertThat(gate(policy())).isEqualTo(Ruling.NOT_DECIDED.exitCode());
  }

  @Test
  void aTestWithoutAClaimIsListedAndHoldsNothing() throws IOException {
    CandidateRun candidate = run("UnfinishedSuite", "unfinished");
    assertThat(candidate.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(gate(policy())).isZero();
    assertThat(candidate.testsWithoutClaim()).containsExactly("UnfinishedSuite.looksAtTheDataOnly");
    assertThat(summary()).contains("1 test ended without a claim and decided nothing.");
  }

  @Test
  void aJvmThatWasKilledBetweenTwoClaimsDecidesNothing() throws IOException {
    assertThat(run("KilledSuite").ruling()).isEqualTo(Ruling.NOT_DECIDED);
    assertThat(verdicts).doesNotExist();
    assertThat(touchstone("policy", "init", "--verdicts", directory.resolve("reports").toString()))
        .isEqualTo(Touchstone.BAD_INPUT);
    assertThat(warned).contains("its run was killed before it ended: run the tests again");
  }

  @Test
  void aClassThatLacksTheAnnotationIsToldSoWhereItsFieldsAreUsed() throws IOException {
    assertThat(run("ForgottenSuite").reasons())
        .extracting(CandidateRun.Reason::text)
        .contains(
            "ForgottenSuite.hasNoModel broke: the model is null: @ModelUnderTest stands on the"
                + " field ForgottenSuite.model, but the class ForgottenSuite has no @ModelTest, so"
                + " that nothing injects it; write @ModelTest (of dev.touchstone.jupiter) on the"
                + " class")
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("the data set is null: @DatasetUnderTest stands on the field")
                    .contains("ForgottenSuite.points, but the class ForgottenSuite has no"));
  }
}
