package dev.touchstone.gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.gate.run.SuiteJar;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code touchstone test} as it is called, but for the JVM that it is called in. */
class TestCommandTest {
  private static final float[] IDENTITY = {1, 0, 0, 1};
  private static final float[] SWAPPED = {0, 1, 1, 0};

  private static final String SUITE = "dev.touchstone.gate.run.suites.PointsSuite";

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path right;
  private Path wrong;
  private Path suite;

  @BeforeEach
  void files() throws IOException {
    right = directory.resolve("approved.onnx");
    wrong = directory.resolve("wrong.onnx");
    SuiteJar.writeModel(right, IDENTITY, 0, 0);
    SuiteJar.writeModel(wrong, SWAPPED, 0, 0);
    suite = SuiteJar.of(directory, "Points", "PointsSuite", "PlainSuite");
  }

  private int run(String... arguments) {
    CommandLine command = new CommandLine(Touchstone.commandLine(Clock.systemUTC()).getCommand());
    command.addSubcommand(new TestCommand(this::environment));
    command.setExecutionExceptionHandler(
        Touchstone.commandLine(Clock.systemUTC()).getExecutionExceptionHandler());
    command.setParameterExceptionHandler(
        Touchstone.commandLine(Clock.systemUTC()).getParameterExceptionHandler());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("test"));
    all.addAll(Arrays.asList(arguments));
    return command.execute(all.toArray(String[]::new));
  }

  private String environment(String name) {
    return name.equals("GITHUB_STEP_SUMMARY") ? directory.resolve("summary.md").toString() : null;
  }

  private String[] onPoints(Path... models) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--suite",
                suite.toString(),
                "--classpath",
                SuiteJar.classPath(),
                "--directory",
                directory.toString(),
                "--reports",
                directory.resolve("reports").toString(),
                "--select",
                SUITE + "#errsRarely",
                "-Dtouchstone.seed=7"));
    for (Path model : models) {
      arguments.add("--model");
      arguments.add(model.toString());
    }
    return arguments.toArray(String[]::new);
  }

  @Test
  void twoCandidatesAreComparedOnTheTerminalAndInTheSummary() throws IOException {
    assertThat(run(onPoints(right, wrong))).as(err.toString()).isEqualTo(1);
    assertThat(out.toString())
        .contains("approved.onnx: SHIP (1 tests")
        .contains("wrong.onnx: DO NOT SHIP (1 tests");
    assertThat(directory.resolve("reports/comparison.md"))
        .content()
        .startsWith("| claim | approved\\.onnx | wrong\\.onnx |");
    assertThat(directory.resolve("summary.md"))
        .content()
        .endsWith(Files.readString(directory.resolve("reports/comparison.md")));
    assertThat(directory.resolve("reports/wrong.onnx/verdicts.json"))
        .content()
        .contains("--suite '" + suite + "'")
        .contains("--model '" + wrong + "'");
  }

  @Test
  void aModelThatHoldsEveryClaimExitsWithZero() {
    assertThat(run(onPoints(right))).as(err.toString()).isZero();
  }

  @Test
  void withoutASuiteOrWithAFileThatIsNotThereItExitsWithThree() {
    assertThat(run("--model", right.toString())).isEqualTo(3);
    assertThat(err.toString()).contains("Missing required option: '--suite=JAR'");
    assertThat(run("--model", "absent.onnx", "--suite", suite.toString())).isEqualTo(3);
    assertThat(err.toString()).containsPattern("no readable file \".*absent.onnx\"");
    assertThat(run("--model", right.toString(), "--suite", suite.toString())).isEqualTo(3);
    assertThat(err.toString()).contains("has no dev.touchstone:touchstone-jupiter");
  }

  @Test
  void aMistypedNameBesideARightModelExitsWithThreeAndNamesThoseThatExist() {
    List<String> arguments = new ArrayList<>(List.of(onPoints(right)));
    arguments.add("-Dtouchstone.model.left-at-hoem=" + right);
    assertThat(run(arguments.toArray(String[]::new))).isEqualTo(3);
    assertThat(err.toString())
        .contains("touchstone.model.left-at-hoem replaced no model of this run")
        .contains("the candidates of this run are left-at-home:");
  }

  @Test
  void noEarlierTableStaysWhereTheSuiteCannotBeRun() throws IOException {
    Path table = Files.createDirectories(directory.resolve("reports")).resolve("comparison.md");
    Files.writeString(table, "approved.onnx: SHIP");
    assertThat(run(onPoints(directory.resolve("absent.onnx")))).isEqualTo(3);
    assertThat(table).doesNotExist();
  }

  @Test
  void aMistypedNameOfTheCandidateItselfExitsWithThree() {
    String[] arguments = onPoints();
    List<String> all = new ArrayList<>(List.of(arguments));
    // The suite's own model lies in no place, so that nothing is judged at all.
    all.set(all.indexOf("--select") + 1, SUITE + "#theApprovedOneErrsRarely");
    all.addAll(List.of("--model", "aproved=" + right));
    assertThat(run(all.toArray(String[]::new))).isEqualTo(3);
    assertThat(err.toString()).contains("touchstone.model.aproved replaced no model of this run");
  }

  @Test
  void aClassPathWithoutNativesExitsWithThreeAndSaysWhatToAdd() {
    List<String> arguments = new ArrayList<>(List.of(onPoints(right)));
    arguments.set(arguments.indexOf("--classpath") + 1, SuiteJar.classPath("pytorch-native-cpu"));
    assertThat(run(arguments.toArray(String[]::new))).isEqualTo(3);
    assertThat(err.toString())
        .contains(
            "the PyTorch native library for this platform is not on the class path; add"
                + " dev.touchstone:touchstone-natives-cpu");
  }
}
