package dev.touchstone.gate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.run.CandidateRun.Reason;
import dev.touchstone.report.Reports;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Suites in a jar, run against files in JVMs of their own. */
class SuiteRunnerTest {
  private static final float[] IDENTITY = {1, 0, 0, 1};
  private static final float[] SWAPPED = {0, 1, 1, 0};
  private static final String REPRODUCE = "touchstone test --suite 'suite.jar'";

  @TempDir Path directory;

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private Path reports;

  @BeforeEach
  void approvedModel() throws IOException {
    reports = directory.resolve("reports");
    SuiteJar.writeModel(directory.resolve("approved.onnx"), IDENTITY, 0, 0);
  }

  private Suite suite(String... classes) throws IOException {
    return Suite.of(List.of(SuiteJar.of(directory, classes)))
        .withClassPath(SuiteJar.classPath())
        .in(directory);
  }

  private Comparison run(Suite suite, String... candidates) {
    Progress progress = Progress.on(new PrintStream(terminal, true, StandardCharsets.UTF_8));
    return new SuiteRunner(suite, reports, progress, REPRODUCE)
        .run(java.util.Arrays.stream(candidates).map(CandidateFile::of).toList());
  }

  private CandidateRun runOne(Suite suite) {
    return run(suite, directory.resolve("approved.onnx").toString()).runs().get(0);
  }

  @Test
  void severalCandidatesAreComparedClaimByClaim() throws IOException {
    Path right = directory.resolve("right.onnx");
    Path wrong = directory.resolve("wrong.onnx");
    Path biased = Files.createDirectory(directory.resolve("biased")).resolve("right.onnx");
    SuiteJar.writeModel(right, IDENTITY, 0, 0.5f);
    SuiteJar.writeModel(wrong, SWAPPED, 0, 0);
    // Of class 1 the eight points whose coordinates differ by 1 only are taken for class 0.
    SuiteJar.writeModel(biased, IDENTITY, 5, 0);

    Comparison comparison =
        run(
            suite("Points", "PointsSuite")
                .tagged(List.of(), List.of("slow", "disabled"))
                .withProperties(Map.of("touchstone.seed", "7")),
            right.toString(),
            wrong.toString(),
            "left-at-home=" + biased);

    assertThat(comparison.runs())
        .extracting(CandidateRun::ruling)
        .containsExactly(Ruling.SHIP, Ruling.DO_NOT_SHIP, Ruling.NOT_DECIDED);
    assertThat(comparison.ruling()).isEqualTo(Ruling.DO_NOT_SHIP);
    // Limits of Clopper and Pearson for 0, 80 and 8 errors of 80, by bisection of exact binomial
    // sums.
    assertThat(comparison.toText().lines().toList().get(0).split("\\s{2,}"))
        .containsExactly("claim", "right.onnx", "wrong.onnx", "right.onnx-2");
    assertThat(comparison.toText().lines().toList().get(1).split("\\s{2,}"))
        .hasSize(4)
        .contains(
            "PASS 0 [0, 0.04506] ≤ 0.1",
            "FAIL 1 [0.9549, 1] ≤ 0.1",
            "INCONCLUSIVE 0.1 [0.04417, 0.1876] ≤ 0.1");
    assertThat(comparison.toText())
        .contains("right.onnx: SHIP (2 tests, 0 left out, 1 verdicts, 1 on other models)")
        .contains("wrong.onnx: DO NOT SHIP (2 tests, 0 left out, 1 verdicts, 1 on other models)")
        .contains("  DO NOT SHIP: FAIL: ")
        .contains("(PointsSuite.errsRarely)");
    assertThat(comparison.toMarkdown())
        .startsWith(
            "| claim | right\\.onnx | wrong\\.onnx | right\\.onnx\\-2 |\n|---|---|---|---|\n")
        .contains("SHA-256 of the suite suite\\.jar: `");
    assertThat(comparison.runs().get(2).verdicts())
        .singleElement()
        .satisfies(
            verdict ->
                assertThat(verdict.reproduce())
                    .contains(
                        REPRODUCE
                            + " --model 'left-at-home="
                            + biased
                            + "' --select 'dev.touchstone.gate.run.suites.PointsSuite#errsRarely'"
                            + " -Dtouchstone.seed=7"));
    assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("wrong.onnx: PointsSuite.");
  }

  @Test
  void aFileOfAFormatThatOnlyTheSuiteKnowsIsACandidate() throws IOException {
    Files.writeString(directory.resolve("approved.weights"), "1 1");
    Path right = Files.writeString(directory.resolve("right.weights"), "2 2");
    Path wrong = Files.writeString(directory.resolve("wrong.weights"), "-1 -1");
    Path none = Files.writeString(directory.resolve("none.weights"), "PK");

    Comparison comparison =
        run(suite("Points", "ServedSuite"), right.toString(), wrong.toString(), none.toString());

    assertThat(comparison.runs())
        .extracting(CandidateRun::ruling)
        .containsExactly(Ruling.SHIP, Ruling.DO_NOT_SHIP, Ruling.NOT_DECIDED);
    assertThat(comparison.toText()).contains("could not be read by Weights 1.0");
  }

  @Test
  void reportsOnAnEarlierRunOfACandidateDoNotStayBesideItsVerdicts() throws IOException {
    Path own = reports.resolve("approved.onnx");
    Reports.of(new RecordedVerdicts(List.of(), List.of())).writeTo(own);
    assertThat(own.resolve("report.html")).exists();
    run(suite("PlainSuite"), directory.resolve("approved.onnx").toString());
    assertThat(own.resolve("report.html")).doesNotExist();
    assertThat(own.resolve("summary.md")).doesNotExist();
  }

  @Test
  void testsThatFailWithoutVerdictsAreToldAndInertInMarkdown() throws IOException {
    Comparison comparison = run(suite("PlainSuite"), directory.resolve("approved.onnx").toString());
    CandidateRun run = comparison.runs().get(0);

    assertThat(run.reasons())
        .containsExactlyInAnyOrder(
            new Reason(
                Ruling.DO_NOT_SHIP,
                "PlainSuite.refutes failed: <b>one & two</b> ==> expected: <1> but was: <2>"),
            new Reason(Ruling.NOT_DECIDED, "PlainSuite.breaks broke: outer; because inner"),
            new Reason(
                Ruling.NOT_DECIDED,
                "no verdict is about this file: see what broke, and whether the suite declares its"
                    + " candidate by @ModelUnderTest or @ModelsUnderTest"));
    assertThat(run.testsRun()).isEqualTo(4);
    assertThat(run.ruling()).isEqualTo(Ruling.DO_NOT_SHIP);
    assertThat(run.reportDirectory().resolve("output.log"))
        .content()
        .contains("noise on the standard output");
    assertThat(comparison.toMarkdown())
        .contains("\\<b\\>one \\& two\\</b\\>")
        .doesNotContain("<b>");
  }

  @Test
  void aTestCanBeSelectedWhateverItsParameters() throws IOException {
    CandidateRun run =
        runOne(
            suite("PlainSuite", "EndingSuite")
                .selecting(List.of("dev.touchstone.gate.run.suites.PlainSuite#passes")));

    assertThat(run.testsRun()).isEqualTo(2);
    assertThat(run.reasons())
        .singleElement()
        .extracting(Reason::ruling)
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void aSkippedTestLeavesTheModelUndecided() throws IOException {
    CandidateRun run = runOne(suite("Points", "PointsSuite").tagged(List.of(), List.of("slow")));

    assertThat(run.reasons())
        .containsExactly(
            new Reason(
                Ruling.NOT_DECIDED,
                "PointsSuite.errsMoreRarely was skipped: until there are more points; run it, or"
                    + " leave it out on purpose by --exclude-tag"));
  }

  @Test
  void aTestThatGivesUpLeavesTheModelUndecidedUnlessItIsLeftOutOnPurpose() throws IOException {
    Suite suite = suite("Points", "GivingUpSuite");

    assertThat(runOne(suite).reasons())
        .containsExactly(
            new Reason(
                Ruling.NOT_DECIDED,
                "GivingUpSuite.errsRarelyOnTheGpu gave up: Assumption failed: there is no GPU; run"
                    + " it, or leave it out on purpose by --exclude-tag"));
    assertThat(runOne(suite.tagged(List.of(), List.of("gpu"))).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void ofASelectedMethodsClassNoNestedClassRunsBesides() throws IOException {
    String nest = "dev.touchstone.gate.run.suites.NestSuite";
    Suite suite = suite("NestSuite", "NestSuite$Inner");

    assertThat(printed(suite.selecting(List.of(nest + "#wanted")))).containsExactly("outer wanted");
    assertThat(printed(suite.selecting(List.of(nest + "$Inner#wanted"))))
        .containsExactly("inner wanted");
    assertThat(printed(suite.selecting(List.of(nest)))).hasSize(4);
    assertThat(printed(suite.selecting(List.of(nest + "#unwanted", nest + "$Inner"))))
        .containsExactlyInAnyOrder("outer unwanted", "inner wanted", "inner unwanted");
  }

  private List<String> printed(Suite suite) throws IOException {
    return Files.readAllLines(runOne(suite).reportDirectory().resolve("output.log")).stream()
        .filter(line -> line.endsWith("wanted"))
        .toList();
  }

  @Test
  void anErrorThatNobodyCanRecoverFromIsToldAndEndsTheJvm() throws IOException {
    CandidateRun run = runOne(suite("ExhaustedSuite"));

    assertThat(run.ruling()).isEqualTo(Ruling.NOT_DECIDED);
    assertThat(run.reasons())
        .extracting(Reason::text)
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith("the suite ended with java.lang.OutOfMemoryError: made up")
                    .as("inert")
                    .contains("\\u001B[2J"));
  }

  @Test
  void aJvmThatEndsByItselfDecidesNothingAndEarlierVerdictsDoNotPassForItsOwn() throws IOException {
    Path before = Files.createDirectories(reports.resolve("approved.onnx/verdicts"));
    Files.writeString(before.resolve("earlier.jsonl"), "{}\n");
    Files.writeString(before.resolveSibling("verdicts.json"), "an earlier run's");

    CandidateRun run = runOne(suite("EndingSuite"));

    assertThat(run.reasons())
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason.ruling()).isEqualTo(Ruling.NOT_DECIDED);
              assertThat(reason.text())
                  .startsWith("the tests' JVM ended by itself (exit code 134) and said last:")
                  .contains("the last words");
            });
    assertThat(before.resolve("earlier.jsonl")).doesNotExist();
    assertThat(before.resolveSibling("verdicts.json")).doesNotExist();
  }

  @Test
  void aClassThatCannotBeLoadedIsNotLeftOutInSilence() throws IOException {
    Suite withoutAssertJ =
        Suite.of(List.of(SuiteJar.of(directory, "PlainSuite", "PointsSuite")))
            .withClassPath(SuiteJar.classPath("touchstone-framework", "framework/target"))
            .in(directory);

    CandidateRun run = runOne(withoutAssertJ);

    assertThat(run.testsRun()).isZero();
    assertThat(run.reasons())
        .singleElement()
        .extracting(Reason::text)
        .asString()
        .startsWith(
            "classes of the suite cannot be loaded, so that their tests would be left out:"
                + " dev.touchstone.gate.run.suites.PointsSuite (java.lang.NoClassDefFoundError:"
                + " dev/touchstone/model/Classifier)")
        .endsWith("complete the class path");
  }

  @Test
  void withoutAnyTestNothingIsDecided() throws IOException {
    CandidateRun run = runOne(suite("Points"));

    assertThat(run.reasons())
        .containsExactly(
            new Reason(Ruling.NOT_DECIDED, "no test was found in the suite, or all were left out"));
  }

  @Test
  void aClassPathWithoutTheExtensionIsRefused() throws IOException {
    Suite suite = Suite.of(List.of(SuiteJar.of(directory, "PlainSuite")));

    assertThatThrownBy(() -> runOne(suite))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has no dev.touchstone:touchstone-jupiter")
        .hasMessageContaining("dev.touchstone:touchstone-natives-cpu");
  }

  @Test
  void theSameCandidateTwiceIsRefused() throws IOException {
    Suite suite = suite("PlainSuite");
    String model = directory.resolve("approved.onnx").toString();

    assertThatThrownBy(() -> run(suite, model, model))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageEndingWith("is given twice; give it once");
    assertThatThrownBy(() -> run(suite))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("no candidate; give a model file");
  }

  @Test
  void filesThatDoNotExistAreRefusedBeforeAnythingRuns() throws IOException {
    Suite suite = suite("PlainSuite");

    assertThatThrownBy(() -> Suite.of(List.of(Path.of("absent.jar"))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("no readable suite \"absent.jar\"; looked at /");
    assertThatThrownBy(() -> Suite.of(List.of()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("no suite; give the jar of the compiled tests");
    assertThatThrownBy(() -> suite.withClassPath("absent/*"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("no readable class path entry \"absent\"");
    assertThatThrownBy(() -> suite.withClassPath(reports(directory) + "/*"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageEndingWith("holds no jar");
    assertThatThrownBy(() -> suite.in(Path.of("absent")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is no directory");
    assertThatThrownBy(() -> CandidateFile.of("absent.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no readable file");
    assertThatThrownBy(() -> CandidateFile.of("model.ubj"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no readable file");
  }

  private static Path reports(Path directory) throws IOException {
    return Files.createDirectories(directory.resolve("empty"));
  }

  @Test
  void aNameBeforeAFileSaysWhichModelItReplaces() {
    String model = directory.resolve("approved.onnx").toString();

    assertThat(CandidateFile.of("digits=" + model).key()).isEqualTo("touchstone.model.digits");
    assertThat(CandidateFile.of(model).key()).isEqualTo("touchstone.model");
    for (String given : List.of("digits=C:\0.onnx", "\0.onnx")) {
      assertThatThrownBy(() -> CandidateFile.of(given))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("is no path");
    }
  }
}
