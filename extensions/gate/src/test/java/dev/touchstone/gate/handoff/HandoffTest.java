package dev.touchstone.gate.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictFiles;
import dev.touchstone.evidence.record.VerdictReader;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Caution;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Gate;
import dev.touchstone.gate.Judged;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.Schemas;
import dev.touchstone.gate.policy.PolicyFile;
import dev.touchstone.gate.policy.PolicyWriter;
import dev.touchstone.graph.onnx.FileDigests;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cyclonedx.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a decision hands on, as other tools read it. */
class HandoffTest {
  private static final String HOSTILE =
      "<script>alert(1)</script> [x](http://evil) | `code` @team www.evil \u001b[2J\u009b2J\u202E";

  @TempDir Path directory;

  private Judged judged;
  private Path model;

  @BeforeEach
  void aModel() throws IOException {
    byte[] bytes = "the weights".getBytes(StandardCharsets.UTF_8);
    model = Files.write(directory.resolve("candidate.pt"), bytes);
    judged =
        Judged.passing()
            .onModel("income.pt", Digest.ofBytes(bytes))
            .erring("overall", 10, "sex=Female", 20);
  }

  /** Decides by a policy that asks for what {@code asked} claims, on what {@code found} says. */
  private Decision decide(Judged asked, Judged... found) throws IOException {
    return decide(List.of(asked), found);
  }

  private Decision decide(List<Judged> asked, Judged... found) throws IOException {
    RecordedVerdicts run =
        VerdictReader.read(
            VerdictFiles.write(
                Files.createTempDirectory(directory, "asked"), asked.toArray(Judged[]::new)));
    Path policy =
        Files.writeString(
            Files.createTempFile(directory, "policy", ".yaml"), PolicyWriter.write("income", run));
    RecordedVerdicts verdicts =
        VerdictReader.read(VerdictFiles.write(Files.createTempDirectory(directory, "run"), found));
    PolicyFile read = PolicyFile.read(policy, LocalDate.of(2026, 11, 22));
    String name = read.policy().models().get(0).name();
    return decide(read, Candidate.of(name, model), verdicts);
  }

  private Decision decide(Candidate candidate, Judged judgedOnIt) throws IOException {
    RecordedVerdicts run = VerdictReader.read(VerdictFiles.write(directory, judgedOnIt));
    Path policy =
        Files.writeString(directory.resolve("policy.yaml"), PolicyWriter.write("income", run));
    return decide(PolicyFile.read(policy, LocalDate.of(2026, 11, 22)), candidate, run);
  }

  private static Decision decide(
      PolicyFile policy, Candidate candidate, RecordedVerdicts verdicts) {
    return Gate.withDefaults()
        .at(Clock.fixed(Judged.NOW, ZoneOffset.UTC))
        .decide(policy, List.of(candidate), verdicts);
  }

  private Path handedOn(Decision decision) {
    Path out = directory.resolve("out");
    Handoff.write(decision, out);
    return out;
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static JsonArray metrics(Path card) throws IOException {
    return json(card)
        .getAsJsonObject("metadata")
        .getAsJsonObject("component")
        .getAsJsonObject("modelCard")
        .getAsJsonObject("quantitativeAnalysis")
        .getAsJsonArray("performanceMetrics");
  }

  @Test
  void everyModelHasItsFiles() throws IOException {
    try (Stream<Path> files = Files.list(handedOn(decide(judged, judged)))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "decision.json", "income.pt.cdx.json", "income.pt.md", "income.pt.intoto.json");
    }
  }

  @Test
  void theModelCardIsAValidMlBom() throws IOException {
    Path card = handedOn(decide(judged, judged)).resolve("income.pt.cdx.json");
    assertThat(
            new org.cyclonedx.parsers.JsonParser()
                .validate(Files.readString(card), Version.VERSION_16))
        .isEmpty();
    JsonObject component = json(card).getAsJsonObject("metadata").getAsJsonObject("component");
    assertThat(component.get("type").getAsString()).isEqualTo("machine-learning-model");
    assertThat(component.getAsJsonArray("hashes").get(0).toString())
        .contains("SHA-256", Digest.ofBytes(Files.readAllBytes(model)));
  }

  @Test
  void aWarningIsHandedOnWithTheClaimThatItIsAbout() throws IOException {
    RecordedVerdicts run =
        VerdictReader.read(
            VerdictFiles.write(directory, Map.of(judged.test(), judged.verdictBesideAGuess(0.05))));
    PolicyFile policy =
        PolicyFile.read(
            Files.writeString(directory.resolve("policy.yaml"), PolicyWriter.write("income", run)),
            LocalDate.of(2026, 11, 22));
    String name = policy.policy().models().get(0).name();
    Decision decision = decide(policy, Candidate.of(name, model), run);

    assertThat(decision.ruling()).as("a warning stops no release").isEqualTo(Ruling.SHIP);
    assertThat(decision.cautions())
        .extracting(Caution::model, Caution::claim, caution -> caution.warning().kind())
        .containsExactly(
            tuple(name, policy.policy().models().get(0).claims().get(0).name(), "met-by-a-guess"));

    Path out = handedOn(decision);
    assertThat(
            Schemas.errors("decision.schema.json", Files.readString(out.resolve("decision.json"))))
        .isEmpty();
    assertThat(json(out.resolve("decision.json")).getAsJsonArray("warnings"))
        .singleElement()
        .extracting(warning -> warning.getAsJsonObject().get("kind").getAsString())
        .isEqualTo("met-by-a-guess");
    assertThat(Files.readString(out.resolve("income.pt.md")))
        .contains("- Warning: ", "always answering &#60;no&#62; meets this claim, too");
    assertThat(Files.readString(out.resolve("income.pt.cdx.json")))
        .contains("always answering <no> meets this claim, too");
  }

  @Test
  void aGroupWithoutAnEstimateHasNoNumbersAndItsReason() throws IOException {
    Judged unknown =
        judged
            .erring("overall", 10)
            .withoutEstimateOn("sex=Female", "no positive example in this group")
            .with(claim -> claim.allowingInconclusive("few customers yet"));
    RecordedVerdicts run = VerdictReader.read(VerdictFiles.write(directory, unknown));
    String policy =
        PolicyWriter.write("income", run)
            .replace("inconclusive: hold", "inconclusive: accept-with-reason");
    PolicyFile read =
        PolicyFile.read(
            Files.writeString(directory.resolve("policy.yaml"), policy),
            LocalDate.of(2026, 11, 22));
    Decision decision =
        decide(read, Candidate.of(read.policy().models().get(0).name(), model), run);
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);

    Path out = handedOn(decision);
    String card = Files.readString(out.resolve("income.pt.cdx.json"));
    assertThat(card).doesNotContain("NaN", "Infinity");
    assertThat(new org.cyclonedx.parsers.JsonParser().validate(card, Version.VERSION_16)).isEmpty();
    assertThat(metrics(out.resolve("income.pt.cdx.json")))
        .filteredOn(m -> m.getAsJsonObject().get("slice").getAsString().equals("sex=Female"))
        .singleElement()
        .satisfies(m -> assertThat(m.getAsJsonObject().keySet()).containsOnly("type", "slice"));
    assertThat(card)
        .contains("error rate (sex=Female) is not estimated: no positive example in this group");
    assertThat(Files.readString(out.resolve("income.pt.md")))
        .doesNotContain("Infinity")
        .contains("| sex=Female | none | none | 12 examples");
  }

  @Test
  void theSchemaOfTheModelCardCanBeBroken() throws IOException {
    Path card = handedOn(decide(judged, judged)).resolve("income.pt.cdx.json");
    String broken = Files.readString(card).replace("\"slice\"", "\"slices\"");
    assertThat(new org.cyclonedx.parsers.JsonParser().validate(broken, Version.VERSION_16))
        .isNotEmpty();
  }

  @Test
  void metricsHaveSliceAndConfidenceInterval() throws IOException {
    Path card = handedOn(decide(judged, judged)).resolve("income.pt.cdx.json");
    assertThat(metrics(card)).hasSize(2);
    JsonObject overall = metrics(card).get(0).getAsJsonObject();
    assertThat(overall.get("type").getAsString()).isEqualTo("error rate");
    assertThat(overall.get("slice").getAsString()).isEqualTo("overall");
    assertThat(overall.get("value").getAsString()).isEqualTo("0.01");
    assertThat(overall.getAsJsonObject("confidenceInterval").get("upperBound").getAsString())
        // P(X ≤ 10 | 1000, p) = 0.025 solved for p with 50 digits (Python's decimal).
        .startsWith("0.0183132430551");
  }

  @Test
  void theStatementHasTheModelAsItsSubject() throws IOException {
    Decision decision = decide(judged, judged);
    JsonObject statement = json(handedOn(decision).resolve("income.pt.intoto.json"));
    assertThat(statement.keySet())
        .containsExactly("_type", "subject", "predicateType", "predicate");
    assertThat(statement.get("_type").getAsString()).isEqualTo("https://in-toto.io/Statement/v1");
    assertThat(statement.get("predicateType").getAsString())
        .isEqualTo("https://in-toto.io/attestation/test-result/v0.1");
    JsonObject subject = statement.getAsJsonArray("subject").get(0).getAsJsonObject();
    assertThat(subject.get("name").getAsString()).isEqualTo("candidate.pt");
    assertThat(subject.getAsJsonObject("digest").get("sha256").getAsString())
        .isEqualTo(Digest.ofBytes(Files.readAllBytes(model)));
    JsonObject predicate = statement.getAsJsonObject("predicate");
    assertThat(predicate.get("result").getAsString()).isEqualTo("PASSED");
    assertThat(texts(predicate.getAsJsonArray("passedTests")))
        .containsExactly("errs rarely [overall]", "errs rarely [sex=Female]");
    assertThat(predicate.getAsJsonArray("configuration").toString())
        .contains(decision.policy().sha256(), decision.sources().get(0).sha256());
  }

  @Test
  void theStatementSaysWhichDecisionItIsOfAndWhenThatWasMade() throws IOException {
    Path out = handedOn(decide(judged, judged));
    JsonObject made =
        json(out.resolve("income.pt.intoto.json"))
            .getAsJsonObject("predicate")
            .getAsJsonArray("configuration")
            .get(0)
            .getAsJsonObject();
    assertThat(made.get("name").getAsString()).isEqualTo("decision.json");
    assertThat(made.getAsJsonObject("digest").get("sha256").getAsString())
        .isEqualTo(Digest.ofBytes(Files.readAllBytes(out.resolve("decision.json"))));
    assertThat(made.getAsJsonObject("annotations").get("touchstone.decidedAt").getAsString())
        .isEqualTo("2026-11-22T12:00:00Z");
  }

  private static List<String> texts(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }

  /** What is shown of a trainer: right on 990 of 1,000. */
  private static Judged ofTrainer(String name) {
    return Judged.passing()
        .onTrainer(name, Judged.digest("trainer"))
        .erring("overall", 990)
        .claiming(Bound.lower(0.9))
        .by("com.acme.IncomeTest", "findsWrongLabels");
  }

  @Test
  void aTrainersNumbersAreNoPerformanceMetricsOfTheModelFile() throws IOException {
    Judged trainer = ofTrainer("small CNN");
    Path card =
        handedOn(decide(List.of(judged, trainer), judged, trainer)).resolve("income.pt.cdx.json");
    assertThat(metrics(card)).hasSize(2).noneMatch(metric -> metric.toString().contains("0.99"));
    assertThat(
            new org.cyclonedx.parsers.JsonParser()
                .validate(Files.readString(card), Version.VERSION_16))
        .isEmpty();
    String name = "touchstone:trainer:" + Judged.digest("trainer");
    assertThat(
            json(card)
                .getAsJsonObject("metadata")
                .getAsJsonObject("component")
                .getAsJsonArray("properties")
                .asList())
        .extracting(
            property -> property.getAsJsonObject().get("name").getAsString(),
            property ->
                property.getAsJsonObject().get("value").getAsString().replaceAll("\\[.*\\]", "[]"))
        .contains(
            tuple(name, "small CNN"),
            tuple(name + ":finds wrong labels:error rate:overall", "0.99 [], n = 1000 examples"));
  }

  @Test
  void aNumberThatSeveralTestsMeasuredStandsOnceAsItWasMeasuredLast() throws IOException {
    Judged again = judged.at(Judged.NOW.minusSeconds(60)).by("A", "asksAgain");
    String card =
        Files.readString(
            handedOn(decide(List.of(judged, again), judged, again)).resolve("income.pt.md"));
    assertThat(card.lines().filter(line -> line.startsWith("| error rate | overall | 0.01 |")))
        .singleElement()
        .asString()
        .endsWith("| 2026\\-11\\-22T11&#58;59&#58;00Z |");
    assertThat(Files.readString(handedOn(decide(judged, judged, again)).resolve("income.pt.md")))
        .as("what the policy took is not listed again")
        .contains("| error rate | overall | 0.01 |")
        .doesNotContain("Measured besides");
  }

  @Test
  void detectorsOfATrainerAreToldApartAndWhatWasAskedFromWhatWasNot() throws IOException {
    Judged asked = ofTrainer("small CNN").withSettings(Map.of("detector", "confident learning"));
    Judged besides =
        ofTrainer("small CNN")
            .withSettings(Map.of("detector", "self-influence"))
            .erring("overall", 970)
            .by("com.acme.IncomeTest", "findsWrongLabelsOtherwise");
    Path out = handedOn(decide(List.of(judged, asked), judged, asked, besides));
    String card = Files.readString(out.resolve("income.pt.md"));
    String training =
        card.substring(card.indexOf("## Training Data"), card.indexOf("## Quantitative Analyses"));
    assertThat(training)
        .containsSubsequence(
            "What the policy asked for:",
            "| finds wrong labels | error rate | overall | 0.99 |",
            "Measured besides; the policy did not ask for it",
            "| self\\-influence | error rate | overall | 0.97 |");
    assertThat(training.split("0\\.99 \\|", -1)).as("once").hasSize(2);
    assertThat(Files.readString(out.resolve("income.pt.cdx.json")))
        .as("the format cannot say what was not asked for")
        .doesNotContain("0.97");
  }

  @Test
  void theMarkdownCardSaysWhoseNumbersATrainersAre() throws IOException {
    Judged trainer = ofTrainer("small CNN");
    String card =
        Files.readString(
            handedOn(decide(List.of(judged, trainer), judged, trainer)).resolve("income.pt.md"));
    String training =
        card.substring(card.indexOf("## Training Data"), card.indexOf("## Quantitative Analyses"));
    assertThat(training)
        .contains("The policy pins the trainer small CNN (SHA-256 `" + Judged.digest("trainer"))
        .contains("trained for the test, not on this file")
        .contains("| error rate | overall | 0.99 |");
    assertThat(card.substring(card.indexOf("## Quantitative Analyses"))).doesNotContain("| 0.99 |");
    assertThat(Files.readString(handedOn(decide(judged, judged)).resolve("income.pt.md")))
        .as("without a trainer nothing is said of one")
        .doesNotContain("pins the trainer");
  }

  @Test
  void theStatementSaysWhichTestsAreOfTheTrainer() throws IOException {
    Judged trainer = ofTrainer("small CNN");
    for (int right : new int[] {990, 500}) {
      Decision decision =
          decide(List.of(judged, trainer), judged, trainer.erring("overall", right));
      JsonObject predicate =
          json(handedOn(decision).resolve("income.pt.intoto.json")).getAsJsonObject("predicate");
      boolean shown = right == 990;
      assertThat(predicate.get("result").getAsString()).isEqualTo(shown ? "PASSED" : "FAILED");
      assertThat(texts(predicate.getAsJsonArray(shown ? "passedTests" : "failedTests")))
          .contains("finds wrong labels (of the trainer small CNN) [overall]");
    }
  }

  @Test
  void theDecisionSaysWhoseClaimsWereShownAndFollowsFromItsFiles() throws IOException {
    Judged trainer = ofTrainer("small CNN");
    Decision decision = decide(List.of(judged, trainer), judged, trainer);
    Path file = handedOn(decision).resolve("decision.json");
    assertThat(Schemas.errors("decision.schema.json", Files.readString(file))).isEmpty();
    assertThat(json(file).getAsJsonArray("shown").asList())
        .extracting(shown -> shown.getAsJsonObject().get("trainer").toString())
        .containsExactlyInAnyOrder(
            "null",
            "null",
            "{\"name\":\"small CNN\",\"sha256\":\"" + Judged.digest("trainer") + "\"}");
    Verification verification =
        Verification.of(
            Verification.Recorded.read(file),
            decision.policy(),
            decision.candidates(),
            VerdictReader.read(decision.sources().get(0).file()),
            Judged.NOW);
    assertThat(verification.deviations()).isEmpty();
  }

  @Test
  void aDecisionThatGivesATrainersClaimToTheModelDoesNotFollowFromItsFiles() throws IOException {
    Judged trainer = ofTrainer("small CNN");
    Decision decision = decide(List.of(judged, trainer), judged, trainer);
    Path file = handedOn(decision).resolve("decision.json");
    Files.writeString(
        file, Files.readString(file).replaceAll("(?s)\"trainer\": \\{.*?\\}", "\"trainer\": null"));
    assertThat(
            Verification.of(
                    Verification.Recorded.read(file),
                    decision.policy(),
                    decision.candidates(),
                    VerdictReader.read(decision.sources().get(0).file()),
                    Judged.NOW)
                .deviations())
        .singleElement()
        .asString()
        .startsWith("\"shown\" does not follow from the files");
  }

  @Test
  void whatIsRefutedOrUndecidedIsAFailedTest() throws IOException {
    for (int errors : new int[] {40, 200}) {
      JsonObject predicate =
          json(handedOn(decide(judged, judged.erring("overall", 10, "sex=Female", errors)))
                  .resolve("income.pt.intoto.json"))
              .getAsJsonObject("predicate");
      assertThat(predicate.get("result").getAsString()).isEqualTo("FAILED");
      assertThat(texts(predicate.getAsJsonArray("failedTests")))
          .containsExactly("errs rarely [sex=Female]");
      assertThat(texts(predicate.getAsJsonArray("passedTests")))
          .containsExactly("errs rarely [overall]");
    }
  }

  @Test
  void noEvidenceIsAFailedTest() throws IOException {
    Judged other = judged.onModel("income.pt", Judged.digest("another"));
    JsonObject predicate =
        json(handedOn(decide(judged, other)).resolve("income.pt.intoto.json"))
            .getAsJsonObject("predicate");
    assertThat(predicate.get("result").getAsString()).isEqualTo("FAILED");
    assertThat(predicate.getAsJsonArray("passedTests")).isEmpty();
    assertThat(predicate.getAsJsonArray("failedTests")).hasSize(2);
  }

  @Test
  void theMarkdownCardHasTheSectionsOfMitchellEtAl() throws IOException {
    String card = Files.readString(handedOn(decide(judged, judged)).resolve("income.pt.md"));
    assertThat(card.lines().filter(line -> line.startsWith("## ")))
        .containsExactly(
            "## Model Details",
            "## Intended Use",
            "## Factors",
            "## Metrics",
            "## Evaluation Data",
            "## Training Data",
            "## Quantitative Analyses",
            "## Ethical Considerations",
            "## Caveats and Recommendations");
    assertThat(card)
        .contains("**SHIP** under policy income")
        .contains(
            "| error rate | overall | 0.01 | 0.004806 to 0.01831 | 1000 examples |"
                + " Clopper\\-Pearson | test.csv, SHA\\-256 "
                + Judged.DATA.substring(0, 12)
                + "… | 2026\\-11\\-22T11&#58;00&#58;00Z |");
  }

  @Test
  void whatThePolicyDidNotTakeIsNotMistakenForWhatItAskedFor() throws IOException {
    Judged onEasyData =
        judged.onData(Judged.digest("easy data")).erring("overall", 0).by("A", "onEasyData");
    Path out = handedOn(decide(judged, judged, onEasyData));
    assertThat(metrics(out.resolve("income.pt.cdx.json")))
        .as("the two groups that the policy asks for")
        .hasSize(2)
        .noneMatch(metric -> metric.toString().contains("\"0.0\""));
    String card = Files.readString(out.resolve("income.pt.md"));
    String asked = "What the policy asked for:";
    String besides = "Measured besides; the policy did not ask for it";
    assertThat(card).containsSubsequence(asked, "| 0.01 |", "| 0.02 |", besides, "| 0 |");
    assertThat(card.substring(card.indexOf(asked), card.indexOf(besides)))
        .doesNotContain(Judged.digest("easy data").substring(0, 11));
    assertThat(card.substring(card.indexOf(besides)))
        .contains(Judged.digest("easy data").substring(0, 11));
  }

  @Test
  void aModelOfSeveralFilesIsNamedByEachOfThem() throws IOException {
    FileDigests digests =
        new FileDigests(
            List.of(
                new FileDigests.OfFile("candidate.onnx", Judged.digest("graph")),
                new FileDigests.OfFile("candidate.onnx.data", Judged.digest("weights"))));
    Decision decision =
        decide(
            new Candidate("income.onnx", directory.resolve("candidate.onnx"), digests),
            judged.onModel("income.onnx", digests.sha256()));
    Path out = handedOn(decision);
    JsonArray subjects = json(out.resolve("income.onnx.intoto.json")).getAsJsonArray("subject");
    assertThat(subjects)
        .extracting(
            subject -> subject.getAsJsonObject().get("name").getAsString(),
            subject ->
                subject.getAsJsonObject().getAsJsonObject("digest").get("sha256").getAsString())
        .containsExactly(
            tuple("candidate.onnx", Judged.digest("graph")),
            tuple("candidate.onnx.data", Judged.digest("weights")));
    Path card = out.resolve("income.onnx.cdx.json");
    JsonObject component = json(card).getAsJsonObject("metadata").getAsJsonObject("component");
    assertThat(component.has("hashes")).as("the digest over both is that of no file").isFalse();
    assertThat(component.getAsJsonArray("components").toString())
        .contains(Judged.digest("graph"), Judged.digest("weights"));
    assertThat(
            new org.cyclonedx.parsers.JsonParser()
                .validate(Files.readString(card), Version.VERSION_16))
        .isEmpty();
  }

  @Test
  void theStatementIsAboutTheFileThatWasDecidedOnEvenIfItIsExchangedMeanwhile() throws IOException {
    String decidedOn = Digest.ofBytes(Files.readAllBytes(model));
    Decision decision = decide(judged, judged);
    Files.writeString(model, "other weights");
    assertThat(Files.readString(handedOn(decision).resolve("income.pt.intoto.json")))
        .contains(decidedOn)
        .doesNotContain(Digest.ofBytes(Files.readAllBytes(model)));
  }

  @Test
  void whatAnEarlierDecisionHandedOnIsCleared() throws IOException {
    Path out = handedOn(decide(judged, judged));
    Path readme = Files.writeString(out.resolve("README.md"), "of somebody else");
    Handoff.clear(out);
    try (Stream<Path> left = Files.list(out)) {
      assertThat(left).containsExactly(readme);
    }
    Handoff.clear(out);
    Handoff.clear(directory.resolve("not there"));
    Files.writeString(out.resolve("decision.json"), "cut o");
    Handoff.clear(out);
    try (Stream<Path> left = Files.list(out)) {
      assertThat(left).as("what is no decision goes, too").containsExactly(readme);
    }
  }

  @Test
  void noStatementSurvivesItsDecisionHoweverThatWasLost() throws IOException {
    for (String left : new String[] {"", "cut o", "{\"models\": []}"}) {
      Path out = handedOn(decide(judged, judged));
      Path decision = out.resolve("decision.json");
      Files.delete(decision);
      if (!left.isEmpty()) {
        Files.writeString(decision, left);
      }
      Handoff.clear(out);
      assertThat(out).as(left).isEmptyDirectory();
    }
  }

  @Test
  void statementsOfOtherProgramsStayWithWhatHasTheirName() throws IOException {
    List<Path> others =
        List.of(
            Files.writeString(
                directory.resolve("unit.intoto.json"),
                """
                {"_type": "https://in-toto.io/Statement/v1",
                 "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
                 "predicate": {"result": "PASSED", "configuration": [{"name": "build.yaml"}]}}
                """),
            Files.writeString(directory.resolve("unit.md"), "of somebody else"),
            Files.writeString(directory.resolve("cut.intoto.json"), "{\"predicateType"),
            Files.writeString(directory.resolve("list.intoto.json"), "[1]"));
    Handoff.clear(directory);
    assertThat(others).allSatisfy(file -> assertThat(file).exists());
  }

  @Test
  void whereAFileCannotBeWrittenNoneStays() throws IOException {
    Decision decision = decide(judged, judged);
    Path out = directory.resolve("out");
    Path inTheWay = Files.createDirectories(out.resolve("income.pt.md").resolve("full"));
    assertThatThrownBy(() -> Handoff.write(decision, out))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("income.pt.md could not be written");
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void aDecisionThatNamesOtherPeoplesFilesDoesNotDeleteThem() throws IOException {
    Path readme = Files.writeString(directory.resolve("README.md"), "of somebody else");
    Files.writeString(
        directory.resolve("decision.json"),
        """
        {"schema": "touchstone-decision/1", "ruling": "SHIP", "decidedAt": "2026-11-22T12:00:00Z",
         "models": [{"name": "README"}, {"name": "../README"}]}
        """);
    Handoff.clear(directory);
    assertThat(directory.resolve("decision.json")).doesNotExist();
    assertThat(readme).exists();
  }

  @Test
  void hostileTextIsInertInEveryFile() throws IOException {
    Judged hostile =
        judged
            .onModel(HOSTILE, Digest.ofBytes(Files.readAllBytes(model)))
            .erring(HOSTILE, 100)
            .withSettings(Map.of(HOSTILE, HOSTILE))
            .by("Test", HOSTILE);
    Judged trainer = ofTrainer(HOSTILE);
    Path out = handedOn(decide(List.of(hostile, trainer), hostile, trainer));
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.toList()) {
        assertThat(file.getParent()).isEqualTo(out);
        assertThat(file.getFileName().toString()).matches("[A-Za-z0-9._-]+");
        String text = Files.readString(file);
        assertThat(text).doesNotContain("\u001b", "\u009b", "\u202E");
        if (file.toString().endsWith(".md")) {
          assertThat(text).doesNotContain("<script", "](http", "://", "`code`", "@team", "www.");
        } else {
          assertThat(JsonParser.parseString(text).isJsonObject()).isTrue();
        }
        if (file.toString().endsWith(".cdx.json")) {
          assertThat(new org.cyclonedx.parsers.JsonParser().validate(text, Version.VERSION_16))
              .isEmpty();
        }
      }
    }
  }

  @Test
  void aNameThatIsAPathIsNone() throws IOException {
    Judged escaping =
        judged.onModel("../../../etc/passwd", Digest.ofBytes(Files.readAllBytes(model)));
    Path out = handedOn(decide(escaping, escaping));
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("__.._.._etc_passwd.md");
    }
  }
}
