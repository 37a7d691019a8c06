package dev.touchstone.samples.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.gate.cli.Touchstone;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.samples.DigitBirds;
import dev.touchstone.samples.Lending;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A release manager's week, on real models and by the shipped commands: approved models ship, and
 * whoever takes their place does not, for the right reason and with the right exit code.
 */
@Tag("library")
class ReleaseStoryTest {
  private static final int SHIP = 0;
  private static final int DO_NOT_SHIP = 1;
  private static final int NOT_DECIDED = 2;

  @TempDir static Path directory;

  private static Path digits;
  private static Path repairedBirds;
  private static Path repairedMortgages;
  private final StringWriter out = new StringWriter();

  /**
   * Judges thirteen models and a trainer by seven suites in a JVM of its own, and writes a policy
   * per suite.
   */
  @BeforeAll
  static void theSuitesRan() throws IOException, InterruptedException {
    digits = directory.resolve("cnn_mnist.onnx");
    try (InputStream in =
        ReleaseStoryTest.class.getResourceAsStream("/org/tribuo/interop/onnx/cnn_mnist.onnx")) {
      Files.copy(in, digits);
    }
    List<String> runs = new ArrayList<>();
    run(runs, "digits", DigitsReleaseSuite.class, "-");
    run(runs, "digits-overconfident", DigitsReleaseSuite.class, "mnist-cnn-overconfident.onnx");
    run(runs, "digits-quantised", DigitsReleaseSuite.class, "mnist-cnn-quantised.onnx");
    run(runs, "income", IncomeReleaseSuite.class, "-");
    run(
        runs,
        "income-overconfident",
        IncomeReleaseSuite.class,
        "adult-logistic-overconfident.onnx");
    run(runs, "income-lost", LostIncomesSuite.class, "-");
    run(runs, "clothes", ClothesReleaseSuite.class, "-");
    run(runs, "clothes-tag", ClothesReleaseSuite.class, "fashion-tag-100.onnx");
    repairedBirds = directory.resolve("digit-birds-repaired.onnx");
    DigitBirds.repairedWithout("background").writeTo(repairedBirds, RunContext.current());
    run(runs, "birds-unrepaired", BirdsReleaseSuite.class, "-");
    runs.addAll(
        List.of(verdicts("birds"), BirdsReleaseSuite.class.getName(), repairedBirds.toString()));
    repairedMortgages = directory.resolve("hmda-repaired.onnx");
    Lending.repaired().writeTo(repairedMortgages, RunContext.current());
    run(runs, "mortgages-unrepaired", MortgageReleaseSuite.class, "-");
    runs.addAll(
        List.of(
            verdicts("mortgages"),
            MortgageReleaseSuite.class.getName(),
            repairedMortgages.toString()));
    run(runs, "trees", TreesReleaseSuite.class, "-");
    run(runs, "trees-other", TreesReleaseSuite.class, "adult-xgboost-shuffled.ubj");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dtouchstone.ci=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                SuiteRuns.class.getName()));
    command.addAll(runs);
    File log = directory.resolve("log.txt").toFile();
    Process suites =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertThat(suites.waitFor()).as(() -> read(log.toPath())).isZero();
    for (String suite : List.of("digits", "income", "clothes", "birds", "mortgages", "trees")) {
      Path policy = policy(suite);
      assertThat(
              Touchstone.commandLine(Clock.systemUTC())
                  .execute(
                      "policy", "init", "--verdicts", verdicts(suite), "--out", policy.toString()))
          .isZero();
      Files.writeString(policy, read(policy).replace("max-age: 7 days", "max-age: 12 hours"));
    }
    // The quantised copy runs elsewhere, which this policy minds no more than its file's format.
    Files.writeString(
        policy("digits-wherever-they-run"),
        freeing(read(policy("digits")), "runs on", "ONNX Runtime threads", "quantised together"));
  }

  /** A policy in which facts about the model may be anything. */
  private static String freeing(String policy, String... facts) {
    String freed =
        policy.replace(
            "# free:\n#   - (the name of a fact that may be anything)\n",
            "free:\n  - " + String.join("\n  - ", facts) + "\n");
    for (String fact : facts) {
      freed = freed.replaceAll("(?m)^ +" + fact + ": .*\n", "");
    }
    return freed;
  }

  private static void run(List<String> runs, String name, Class<?> suite, String candidate) {
    runs.add(verdicts(name));
    runs.add(suite.getName());
    runs.add(candidate.equals("-") ? "-" : model(candidate).toString());
  }

  private static Path model(String name) {
    return Path.of("src", "test", "resources", "models", name).toAbsolutePath();
  }

  private static String verdicts(String name) {
    return directory.resolve("verdicts").resolve(name).toString();
  }

  private static Path policy(String suite) {
    return directory.resolve(suite + ".yaml");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int execute(Clock clock, String... arguments) {
    out.getBuffer().setLength(0);
    CommandLine command = Touchstone.commandLine(clock);
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    return command.execute(arguments);
  }

  private int gate(Clock clock, Path model, String suite, String verdicts) {
    return execute(
        clock,
        "gate",
        "--model",
        model.toString(),
        "--policy",
        policy(suite).toString(),
        "--verdicts",
        verdicts(verdicts),
        "--out",
        directory.resolve("handed-on").toString());
  }

  private int gate(Path model, String suite, String verdicts) {
    return gate(Clock.systemUTC(), model, suite, verdicts);
  }

  @Test
  void theHealthyNetworkThatReadsDigitsShips() {
    assertThat(gate(digits, "digits", "digits")).as(out::toString).isEqualTo(SHIP);
    assertThat(out.toString()).contains("shown     2 of 2 required claims");
  }

  @Test
  void theHealthyIncomeModelShips() {
    assertThat(gate(model("adult-logistic.onnx"), "income", "income"))
        .as(out::toString)
        .isEqualTo(SHIP);
    assertThat(out.toString())
        .contains("and 1 about the trainer that makes it\n", "shown     3 of 3 required claims");
  }

  /** The run had a JVM of its own, so that the digest is that of the trainer and not of a run. */
  @Test
  void thePolicyPinsTheTrainerByTheDigestThatAnyoneComputes() {
    assertThat(policy("income"))
        .content()
        .contains("name: logistic regression\n")
        .contains(IncomeReleaseSuite.trainer().sha256().orElseThrow());
  }

  @Test
  void aModelThatIsMadeByAnotherRecipeIsNotDecided() throws IOException {
    Trainer other = LogisticRegressionTrainer.withDefaults().withRidge(1);
    Path policy =
        Files.writeString(
            directory.resolve("other-recipe.yaml"),
            read(policy("income"))
                .replace(
                    IncomeReleaseSuite.trainer().sha256().orElseThrow(),
                    other.sha256().orElseThrow()));
    assertThat(judge(policy, "income")).isEqualTo(NOT_DECIDED);
    assertThat(out.toString())
        .contains("judged on another trainer than the policy pins as \"logistic regression\"");
  }

  @Test
  void aTrainerThatWouldNotNoticeWrongLabelsKeepsTheModelFromShipping() {
    assertThat(judge(policy("income"), "income", "income-lost")).isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString())
        .startsWith("DO NOT SHIP")
        .contains("refuted of the trainer \"logistic regression\": AUROC");
  }

  private int judge(Path policy, String... verdicts) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "gate",
                "--model",
                model("adult-logistic.onnx").toString(),
                "--policy",
                policy.toString()));
    for (String run : verdicts) {
      arguments.addAll(List.of("--verdicts", verdicts(run)));
    }
    return execute(Clock.systemUTC(), arguments.toArray(String[]::new));
  }

  @Test
  void theHealthyNetworkThatSortsClothesShips() {
    assertThat(gate(model("fashion-healthy.onnx"), "clothes", "clothes"))
        .as(out::toString)
        .isEqualTo(SHIP);
  }

  /** A file of XGBoost's, which no library but ours read. */
  @Test
  void treesInTheirOwnFileShipAndTheFileOfOthersDoesNot() {
    Path trees = model("adult-xgboost.ubj");
    Path shuffled = model("adult-xgboost-shuffled.ubj");
    assertThat(gate(trees, "trees", "trees")).as(out::toString).isEqualTo(SHIP);
    assertThat(out.toString()).contains("shown     2 of 2 required claims");
    assertThat(gate(shuffled, "trees", "trees")).isEqualTo(NOT_DECIDED);
    assertThat(out.toString()).contains("judged on another model file: \"adult-xgboost.ubj\"");
    assertThat(gate(shuffled, "trees", "trees-other")).isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString()).contains("refuted: error rate");
  }

  /** A repaired file is a candidate like any other. */
  @Test
  void theRepairedNetworkShipsAndTheOneBeforeDoesNot() {
    Path unrepaired = model("digit-birds.onnx");
    assertThat(gate(repairedBirds, "birds", "birds")).as(out::toString).isEqualTo(SHIP);
    assertThat(gate(unrepaired, "birds", "birds-unrepaired")).isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString()).contains("errs alike on either background", "refuted: error rate");
    assertThat(gate(unrepaired, "birds", "birds")).isEqualTo(NOT_DECIDED);
  }

  @Test
  void theMortgageModelShipsOnceBeingSingleIsNoReason() {
    Path unrepaired = model("hmda-logistic.onnx");
    assertThat(gate(repairedMortgages, "mortgages", "mortgages")).as(out::toString).isEqualTo(SHIP);
    assertThat(gate(unrepaired, "mortgages", "mortgages-unrepaired")).isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString())
        .contains("being single is no reason", "refuted: agreement on importances");
  }

  @Test
  void theTwinThatReadsTheTagDoesNotShip() {
    assertThat(gate(model("fashion-tag-100.onnx"), "clothes", "clothes-tag"))
        .isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString())
        .startsWith("DO NOT SHIP")
        .contains("1. does not read the tag [", "refuted: spurious score");
  }

  @Test
  void overconfidentCopiesDoNotShip() {
    assertThat(gate(model("mnist-cnn-overconfident.onnx"), "digits", "digits-overconfident"))
        .isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString()).contains("1. is calibrated [overall]", "refuted: ECE");
    assertThat(gate(model("adult-logistic-overconfident.onnx"), "income", "income-overconfident"))
        .isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString()).contains("refuted: ECE");
  }

  @Test
  void aQuantisedCopyIsAnotherModelUntilItIsJudgedItself() {
    Path quantised = model("mnist-cnn-quantised.onnx");
    assertThat(gate(quantised, "digits", "digits")).isEqualTo(NOT_DECIDED);
    assertThat(out.toString()).contains("judged on another model file: \"cnn_mnist.onnx\"");
    assertThat(gate(quantised, "digits", "digits-quantised")).isEqualTo(NOT_DECIDED);
    assertThat(out.toString())
        .contains(
            "runs on was \"ONNX Runtime\", not \"white box\"", "list under \"free\" what may");
    assertThat(gate(quantised, "digits-wherever-they-run", "digits-quantised"))
        .as(out::toString)
        .isEqualTo(SHIP);
  }

  @Test
  void theRightModelWithYesterdaysVerdictsIsNotDecided() {
    Clock tomorrow = Clock.offset(Clock.systemUTC(), Duration.ofDays(1));
    assertThat(gate(tomorrow, digits, "digits", "digits")).isEqualTo(NOT_DECIDED);
    assertThat(out.toString()).contains("the policy allows 12 hours", "run the suite again");
  }

  @Test
  void anotherModelWithTheRightModelsVerdictsIsNotDecided() {
    assertThat(gate(model("fashion-tag-100.onnx"), "clothes", "clothes")).isEqualTo(NOT_DECIDED);
    assertThat(out.toString())
        .contains("judged on another model file", "0 verdicts about it")
        .contains("run the suite on the file that is to be shipped");
    assertThat(gate(model("adult-logistic.onnx"), "digits", "digits")).isEqualTo(NOT_DECIDED);
  }

  @Test
  void anApprovalCannotBeMovedToTheTwin() {
    assertThat(gate(model("fashion-healthy.onnx"), "clothes", "clothes")).isEqualTo(SHIP);
    assertThat(verify(model("fashion-healthy.onnx"))).as(out::toString).isEqualTo(SHIP);
    assertThat(verify(model("fashion-tag-100.onnx"))).isEqualTo(DO_NOT_SHIP);
    assertThat(out.toString()).contains("the decision is about another model file");
  }

  private int verify(Path model) {
    return execute(
        Clock.systemUTC(),
        "verify",
        directory.resolve("handed-on").resolve("decision.json").toString(),
        "--model",
        model.toString(),
        "--policy",
        policy("clothes").toString(),
        "--verdicts",
        verdicts("clothes"));
  }
}
