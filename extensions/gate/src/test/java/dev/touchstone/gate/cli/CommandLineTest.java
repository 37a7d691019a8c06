package dev.touchstone.gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.record.VerdictFiles;
import dev.touchstone.gate.Judged;
import dev.touchstone.gate.Schemas;
import dev.touchstone.runtime.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The shipped commands, in this JVM, with their exit codes. */
class CommandLineTest {
  @TempDir Path directory;

  private Path model;
  private Path policy;
  private Judged passing;
  private Clock clock = Clock.fixed(Judged.NOW, ZoneOffset.UTC);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void aModelThatPasses() throws IOException {
    byte[] bytes = "the weights".getBytes(StandardCharsets.UTF_8);
    model = Files.write(directory.resolve("candidate.pt"), bytes);
    passing = Judged.passing().onModel("income.pt", Digest.ofBytes(bytes));
    policy = directory.resolve("policy.yaml");
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = Touchstone.commandLine(clock);
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(arguments);
  }

  private Path verdicts(Judged... judged) {
    try {
      Path run = Files.createTempDirectory(directory, "run");
      return VerdictFiles.write(run, judged);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void policyFrom(Path verdicts) {
    assertThat(run("policy", "init", "--verdicts", verdicts.toString(), "--out", policy.toString()))
        .isZero();
  }

  private int gate(Path verdicts, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "gate",
                "--model",
                model.toString(),
                "--policy",
                policy.toString(),
                "--verdicts",
                verdicts.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int verify(Path verdicts, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "verify",
                directory.resolve("out").resolve("decision.json").toString(),
                "--model",
                model.toString(),
                "--policy",
                policy.toString(),
                "--verdicts",
                verdicts.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void theRunThatAPolicyWasWrittenFromShips() {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts)).isZero();
    assertThat(out.toString())
        .startsWith("SHIP  release\n")
        .contains("1 verdicts about it", "shown     1 of 1 required claims")
        .as("plain without a terminal")
        .doesNotContain("\u001b");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aWarningOfAClaimThatWasShownIsPrinted() {
    Path verdicts =
        VerdictFiles.write(
            directory.resolve("warned"), Map.of(passing.test(), passing.verdictBesideAGuess(0.05)));
    policyFrom(verdicts);
    assertThat(gate(verdicts)).isZero();
    assertThat(out.toString())
        .startsWith("SHIP  release\n")
        .containsSubsequence(
            "Shown, with a warning:", "  - ", ": always answering <no> meets this claim, too");
  }

  @Test
  void eachRulingHasItsExitCode() {
    policyFrom(verdicts(passing));
    assertThat(gate(verdicts(passing.erring("overall", 100)))).isEqualTo(1);
    assertThat(out.toString()).startsWith("DO NOT SHIP").contains("1. errs rarely [overall]");
    assertThat(gate(verdicts(passing.erring("overall", 40)))).isEqualTo(2);
    assertThat(out.toString()).startsWith("NOT DECIDED").contains("   -> about ");
    assertThat(gate(verdicts(passing.by("Other", "test").claiming(Bound.upper(0.04)))))
        .isEqualTo(2);
    assertThat(gate(verdicts(passing.onModel("income.pt", Judged.digest("another"))))).isEqualTo(2);
  }

  @Test
  void yesterdaysVerdictsAreNotDecided() {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    clock = Clock.offset(clock, Duration.ofDays(9));
    assertThat(gate(verdicts)).isEqualTo(2);
    assertThat(out.toString()).contains("judged 9 days ago");
  }

  @Test
  void theDecisionIsPrintedAsJsonThatFollowsItsSchema() {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts, "--json")).isZero();
    assertThat(Schemas.errors("decision.schema.json", out.toString())).isEmpty();
    JsonObject decision = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertThat(decision.get("ruling").getAsString()).isEqualTo("SHIP");
    assertThat(decision.getAsJsonArray("shown").get(0).getAsJsonObject().get("upper").getAsDouble())
        // P(X ≤ 10 | 1000, p) = 0.025 solved for p with 50 digits (Python's decimal).
        .isCloseTo(0.018313243055112452, Offset.offset(1e-12));
    assertThat(gate(verdicts(passing.erring("overall", 100)), "--json")).isEqualTo(1);
    assertThat(Schemas.errors("decision.schema.json", out.toString())).isEmpty();
  }

  @Test
  void verdictsAboutTheTrainerAreCountedApartFromThoseAboutTheFile() {
    Judged trainer =
        passing.onTrainer("small CNN", Judged.digest("trainer")).by("A", "findsWrongLabels");
    Path verdicts = verdicts(passing, trainer);
    policyFrom(verdicts);
    assertThat(gate(verdicts)).isZero();
    assertThat(out.toString())
        .contains(
            "1 verdicts about it\n            and 1 about the trainer that makes it\n",
            "shown     2 of 2 required claims");
  }

  @Test
  void aWrittenPolicyFollowsItsSchema() throws IOException {
    policyFrom(verdicts(passing, passing.erring("sex=Female", 10, "sex=Male", 20).by("A", "b")));
    assertThat(Schemas.errors("policy.schema.json", Schemas.json(Files.readString(policy))))
        .isEmpty();
    assertThat(
            Schemas.errors(
                "policy.schema.json",
                Schemas.json(Files.readString(policy).replace("at-most", "at-mots"))))
        .isNotEmpty();
    assertThat(run("policy", "check", policy.toString())).isZero();
    assertThat(out.toString()).isEqualTo("in order: 1 models, 2 claims, 0 exceptions\n");
  }

  @Test
  void aPolicyIsNeverOverwritten() {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(run("policy", "init", "--verdicts", verdicts.toString(), "--out", policy.toString()))
        .isEqualTo(3);
    assertThat(err.toString()).contains("exists; a policy is changed by people");
  }

  @Test
  void aPolicyIsPrintedWhereNoFileIsNamed() {
    assertThat(run("policy", "init", "--verdicts", verdicts(passing).toString())).isZero();
    assertThat(out.toString()).startsWith("# May these models ship?");
  }

  @Test
  void aDecisionIsVerifiedAgainstItsFiles() {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts, "--out", directory.resolve("out").toString())).isZero();
    clock = Clock.offset(clock, Duration.ofDays(400));
    assertThat(verify(verdicts, "--as-decided")).as("an auditor asks what was right then").isZero();
    assertThat(out.toString())
        .startsWith(
            "SHIP  the decision of 2026-11-22T12:00:00Z, made 400 days ago, follows from these");
  }

  @Test
  void aDecisionOnVerdictsThatAgedSinceDoesNotLetADeploymentThrough() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts, "--out", directory.resolve("out").toString())).isZero();
    assertThat(verify(verdicts)).isZero();
    clock = Clock.offset(clock, Duration.ofDays(400));
    assertThat(verify(verdicts)).isEqualTo(2);
    assertThat(out.toString())
        .startsWith("NOT DECIDED  the decision of 2026-11-22T12:00:00Z, made 400 days ago, follows")
        .contains("judged 400 days ago");
  }

  @Test
  void aDecisionMadeByAClockThatWasSetBackDoesNotShip() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts, "--out", directory.resolve("out").toString())).isZero();
    clock = Clock.offset(clock, Duration.ofDays(300));
    Path decision = directory.resolve("out").resolve("decision.json");
    Files.writeString(
        decision,
        Files.readString(decision).replace("2026-11-22T12:00:00Z", "2026-11-24T12:00:00Z"));
    assertThat(verify(verdicts)).isEqualTo(2);
    assertThat(out.toString()).startsWith("NOT DECIDED").contains("judged 300 days ago");
  }

  @Test
  void anExceptionThatExpiredSinceTheDecisionExceptsNothing() throws IOException {
    Path failing = verdicts(passing.erring("overall", 100));
    policyFrom(failing);
    Files.writeString(
        policy,
        Files.readString(policy)
            + """
            exceptions:
              - claim: errs rarely
                no-worse-than: 0.13
                reason: the replacement arrives soon
                owner: R. Officer
                expires: 2026-11-23
            """);
    assertThat(gate(failing, "--out", directory.resolve("out").toString())).isZero();
    assertThat(verify(failing)).isZero();
    clock = Clock.offset(clock, Duration.ofDays(2));
    assertThat(verify(failing)).isEqualTo(1);
    assertThat(out.toString()).startsWith("DO NOT SHIP").contains("refuted: error rate 0.1");
    assertThat(verify(failing, "--as-decided")).isZero();
  }

  @Test
  void aDecisionFromTheFutureDoesNotHold() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts, "--out", directory.resolve("out").toString())).isZero();
    clock = Clock.offset(clock, Duration.ofMinutes(-4));
    assertThat(verify(verdicts)).as("two machines' clocks may differ a little").isZero();
    clock = Clock.offset(clock, Duration.ofMinutes(-2));
    assertThat(verify(verdicts)).isEqualTo(1);
    assertThat(verify(verdicts, "--as-decided")).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("DOES NOT HOLD")
        .contains("made at 2026-11-22T12:00:00Z, and it is 2026-11-22T11:54:00Z here");
  }

  @Test
  void theOrderInWhichModelsAreGivenDoesNotMatter() throws IOException {
    byte[] other = "other weights".getBytes(StandardCharsets.UTF_8);
    Path otherFile = Files.write(directory.resolve("lending.pt"), other);
    Path verdicts =
        verdicts(passing, passing.onModel("lending.pt", Digest.ofBytes(other)).by("A", "b"));
    policyFrom(verdicts);
    String income = "--model=income.pt=" + model;
    String lending = "--model=lending.pt=" + otherFile;
    String ofPolicy = "--policy=" + policy;
    Path decision = directory.resolve("out").resolve("decision.json");
    assertThat(
            run(
                "gate",
                income,
                lending,
                ofPolicy,
                "--verdicts",
                verdicts.toString(),
                "--out",
                decision.getParent().toString()))
        .isZero();
    assertThat(
            run(
                "verify",
                decision.toString(),
                lending,
                income,
                ofPolicy,
                "--verdicts",
                verdicts.toString()))
        .isZero();
  }

  @Test
  void aGenuineDecisionAgainstShippingDoesNotLetADeploymentThrough() {
    Path bad = verdicts(passing.erring("overall", 100));
    policyFrom(verdicts(passing));
    assertThat(gate(bad, "--out", directory.resolve("out").toString())).isEqualTo(1);
    assertThat(verify(bad)).isEqualTo(1);
    assertThat(out.toString()).startsWith("DO NOT SHIP  the decision");
  }

  @Test
  void aDecisionCannotBeMovedToAnotherModel() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts, "--out", directory.resolve("out").toString())).isZero();
    Files.writeString(model, "other weights");
    assertThat(verify(verdicts)).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("DOES NOT HOLD")
        .contains("the decision is about another model file");
  }

  @Test
  void aDecisionCannotBeKeptUnderAnotherPolicyOrWithOtherVerdicts() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(gate(verdicts, "--out", directory.resolve("out").toString())).isZero();
    assertThat(verify(verdicts(passing.erring("overall", 11)))).isEqualTo(1);
    assertThat(out.toString()).contains("the verdict files are others");
    Files.writeString(policy, Files.readString(policy) + "# laxer\n");
    assertThat(verify(verdicts)).isEqualTo(1);
    assertThat(out.toString()).contains("the policy is another file");
  }

  @Test
  void aDecisionThatSaysTwoThingsIsBadInput() throws IOException {
    Path bad = verdicts(passing.erring("overall", 100));
    policyFrom(verdicts(passing));
    assertThat(gate(bad, "--out", directory.resolve("out").toString())).isEqualTo(1);
    Path decision = directory.resolve("out").resolve("decision.json");
    Files.writeString(
        decision,
        Files.readString(decision).replaceFirst("\"ruling\"", "\"ruling\": \"SHIP\", \"ruling\""));
    assertThat(verify(bad)).isEqualTo(3);
    assertThat(err.toString()).contains("cut off or no decision file");
  }

  @Test
  void aDecisionInJsonIsTheSameBytesInEveryCharacterSet() {
    Path refuted = verdicts(passing.erring("größe=groß", 100));
    policyFrom(refuted);
    assertThat(gate(refuted, "--json")).isEqualTo(1);
    assertThat(out.toString()).isASCII().contains("\\u2264 0.05", "gr\\u00f6\\u00dfe");
    assertThat(
            JsonParser.parseString(out.toString())
                .getAsJsonObject()
                .getAsJsonArray("reasons")
                .toString())
        .contains("≤ 0.05", "größe=groß");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ruling\": \"NOT_DECIDED\"|\"ruling\": \"SHIP\"",
        "\"kind\": \"inconclusive\"|\"kind\": \"refuted\"",
        "\"exitCode\": 2|\"exitCode\": 0",
        "\"name\": \"release\"|\"name\": \"other\""
      })
  void anEditedDecisionDoesNotHold(String edit) throws IOException {
    policyFrom(verdicts(passing));
    Path undecided = verdicts(passing.erring("overall", 40));
    assertThat(gate(undecided, "--out", directory.resolve("out").toString())).isEqualTo(2);
    Path decision = directory.resolve("out").resolve("decision.json");
    String[] parts = edit.split("\\|");
    String text = Files.readString(decision);
    assertThat(text).contains(parts[0]);
    Files.writeString(decision, text.replace(parts[0], parts[1]));
    assertThat(verify(undecided)).isEqualTo(1);
    assertThat(out.toString()).contains("does not follow from the files");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"schema\": \"touchstone-decision/1\"}",
        "{\"schema\": \"touchstone-decision/9\"}",
        "{\"schema\": \"touchstone-decision/1\", \"ruling\": \"MAYBE\", \"decidedAt\":"
            + " \"2026-11-22T12:00:00Z\"}",
        "{\"schema\": \"touchstone-decision/1\", \"ruling\": \"SHIP\", \"decidedAt\": \"noon\"}",
        "{\"schema\": \"touchstone-decision/1\", \"ruling\": \"SHIP\", \"decidedAt\":"
            + " \"+1000000000-12-31T23:59:59.999999999Z\"}",
        "{\"schema\": \"touchstone-decision/1\", \"ruling\": \"SHIP\", \"ruling\": \"SHIP\","
            + " \"decidedAt\": \"2026-11-22T12:00:00Z\"}",
        "// signed\n{\"schema\": \"touchstone-decision/1\", \"ruling\": \"SHIP\", \"decidedAt\":"
            + " \"2026-11-22T12:00:00Z\"}"
      })
  void whatIsNoDecisionFileIsBadInput(String text) throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    Files.writeString(
        Files.createDirectories(directory.resolve("out")).resolve("decision.json"), text);
    assertThat(verify(verdicts)).isEqualTo(3);
    assertThat(err.toString()).contains("decision");
  }

  @Test
  void aDecisionThatNamesNothingDoesNotHold() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    Files.writeString(
        Files.createDirectories(directory.resolve("out")).resolve("decision.json"),
        "{\"schema\": \"touchstone-decision/1\", \"ruling\": \"SHIP\", \"decidedAt\":"
            + " \"2026-11-22T12:00:00Z\"}");
    assertThat(verify(verdicts)).isEqualTo(1);
  }

  @Test
  void badInputIsNoDecision() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    assertThat(run()).isEqualTo(3);
    assertThat(run("gate")).isEqualTo(3);
    assertThat(err.toString()).contains("Missing required options", "Try 'touchstone gate --help'");
    assertThat(run("ship-it")).isEqualTo(3);
    assertThat(gate(verdicts, "--frobnicate")).isEqualTo(3);
    assertThat(gate(directory.resolve("nowhere"))).isEqualTo(3);
    assertThat(err.toString()).contains("does not exist; run the tests first");
    Path edited = verdicts(passing.erring("overall", 40));
    Files.writeString(edited, Files.readString(edited).replace("INCONCLUSIVE", "PASS"));
    assertThat(gate(edited)).isEqualTo(3);
    assertThat(err.toString()).contains("edited");
    Files.writeString(policy, "at-mots: 1\n");
    assertThat(gate(verdicts)).isEqualTo(3);
    assertThat(err.toString()).contains("unknown key");
    Files.delete(model);
    policyOf(verdicts);
    assertThat(gate(verdicts)).isEqualTo(3);
    assertThat(err.toString()).contains("no readable file");
  }

  private void policyOf(Path verdicts) throws IOException {
    Files.deleteIfExists(policy);
    policyFrom(verdicts);
  }

  @Test
  void aCandidateThatIsNoOnnxFileIsBadInput() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    model = Files.writeString(directory.resolve("candidate.onnx"), "<html>404</html>");
    assertThat(gate(verdicts)).isEqualTo(3);
    assertThat(err.toString()).contains("candidate.onnx");
  }

  @Test
  void aModelIsNamedWhereThePolicyAsksAboutSeveral() throws IOException {
    byte[] other = "other weights".getBytes(StandardCharsets.UTF_8);
    Path otherFile = Files.write(directory.resolve("lending.pt"), other);
    Path verdicts =
        verdicts(passing, passing.onModel("lending.pt", Digest.ofBytes(other)).by("A", "b"));
    policyFrom(verdicts);
    assertThat(gate(verdicts)).isEqualTo(3);
    assertThat(err.toString()).contains("none of them is named \"candidate.pt\"", "--model");
    assertThat(
            run(
                "gate",
                "--model",
                "income.pt=" + model,
                "--model",
                otherFile.toString(),
                "--policy",
                policy.toString(),
                "--verdicts",
                verdicts.toString()))
        .isZero();
    assertThat(out.toString()).contains("model     income.pt", "model     lending.pt");
  }

  @Test
  void hostileNamesCannotSteerTheTerminal() {
    String hostile = "\u001b[2J\u202E@|red x|@\u0007";
    Path verdicts =
        verdicts(
            passing.erring(hostile, 10).by("Test", hostile),
            passing.erring(hostile, 100).by("Test", "fails" + hostile));
    policyFrom(verdicts);
    assertThat(gate(verdicts)).isEqualTo(1);
    assertThat(out.toString() + err)
        .contains("\\u001B[2J\\u202E@|red x|@\\u0007")
        .doesNotContain("\u001b", "\u202E", "\u0007");
  }

  @Test
  void nothingIsLeftBesideWhatWasWritten() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    gate(verdicts, "--out", directory.resolve("out").toString());
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  @Test
  void anOldApprovalDoesNotOutliveTheNextAttempt() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    Path release = directory.resolve("out");
    assertThat(gate(verdicts, "--out", release.toString())).isZero();
    assertThat(release.resolve("decision.json")).exists();
    assertThat(gate(directory.resolve("nowhere"), "--out", release.toString())).isEqualTo(3);
    try (Stream<Path> left = Files.list(release)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anUnwritablePlaceIsBadInput() throws IOException {
    Path verdicts = verdicts(passing);
    policyFrom(verdicts);
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    assertThat(gate(verdicts, "--out", file.resolve("out").toString())).isEqualTo(3);
    assertThat(err.toString()).contains("could not be written");
  }

  @Test
  void verdictsAreShownAsAPage() throws IOException {
    Path site = directory.resolve("site");
    Path verdicts = verdicts(passing, passing.erring("overall", 100).by("A", "b"));
    assertThat(run("report", "--verdicts", verdicts.toString(), "--out", site.toString())).isZero();
    assertThat(out.toString()).startsWith(site.resolve("report.html").toString());
    assertThat(Files.readString(site.resolve("report.html")))
        .contains("<html", "income.pt", "error rate");
    assertThat(
            run(
                "report",
                "--verdicts",
                directory.resolve("nowhere").toString(),
                "--out",
                site.toString()))
        .isEqualTo(3);
  }

  @Test
  void aPageMarksDiscoveriesByTheCorrectionThatIsAskedFor() throws IOException {
    Path verdicts = verdicts(passing.erring("overall", 100));
    assertThat(report(verdicts)).contains("(Benjamini-Yekutieli)");
    assertThat(report(verdicts, "--discoveries", "benjamini-hochberg"))
        .contains("(Benjamini-Hochberg)");
    assertThat(run("report", "--verdicts", verdicts.toString(), "--discoveries", "none of these"))
        .isEqualTo(3);
    assertThat(err.toString()).contains("\"none of these\" is no correction", "say benjamini-");
  }

  @Test
  void aPageShowsTheTrendAgainstTheBaselineThatTheTestsHave() throws IOException {
    Path verdicts = verdicts(passing);
    Path baseline =
        Files.writeString(
            directory.resolve("baseline.json"),
            "{\"schema\":\"touchstone-baseline/1\",\"approved\":[],\"known\":[]}");
    assertThat(report(verdicts)).doesNotContain("baseline");
    System.setProperty("touchstone.baseline.file", baseline.toString());
    try {
      assertThat(report(verdicts)).contains("not in the baseline");
    } finally {
      System.clearProperty("touchstone.baseline.file");
    }
    assertThat(report(verdicts, "--baseline", baseline.toString())).contains("not in the baseline");
  }

  private String report(Path verdicts, String... more) throws IOException {
    Path site = directory.resolve("site");
    List<String> arguments =
        new ArrayList<>(
            List.of("report", "--verdicts", verdicts.toString(), "--out", site.toString()));
    arguments.addAll(List.of(more));
    assertThat(run(arguments.toArray(String[]::new))).isZero();
    return Files.readString(site.resolve("report.html"));
  }

  @Test
  void helpAndVersionAreThere() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("Exit codes: 0 ship, 1 do not ship, 2 not decided");
    assertThat(run("gate", "--help")).isZero();
    assertThat(out.toString()).contains("--verdicts");
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("touchstone ");
  }
}
