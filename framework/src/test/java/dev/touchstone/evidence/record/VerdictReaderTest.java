package dev.touchstone.evidence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictJson;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.evidence.baseline.KnownClaims;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is read back, and what cannot be believed is refused. */
class VerdictReaderTest {
  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void writeARun() {
    RunContext context = Verdicts.context(directory);
    VerdictFile run = new VerdictFile("run", 1);
    run.verdictReached(KnownClaims.withDefaults().examine(Verdicts.everything(), context), context);
    run.verdictReached(Verdicts.passing(), context);
    run.verdictReached(Verdicts.failing(), RunContext.of(context.settings()));
    run.merge();
    file = directory.resolve("verdicts.json");
  }

  private RecordedVerdicts read() {
    return VerdictReader.read(directory);
  }

  private JsonObject written() {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void write(JsonElement json) {
    try {
      Files.writeString(file, VerdictJson.GSON.toJson(json));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Changes the first verdict and signs all again, as someone would who knows how. */
  private void forge(Consumer<JsonObject> change) {
    forge(0, change);
  }

  private void forge(int verdict, Consumer<JsonObject> change) {
    JsonArray verdicts = written().getAsJsonArray("verdicts");
    change.accept(verdicts.get(verdict).getAsJsonObject());
    sign(verdicts);
  }

  private void sign(JsonArray verdicts) {
    List<String> lines = new ArrayList<>();
    for (JsonElement verdict : verdicts) {
      verdict.getAsJsonObject().remove("digest");
      lines.add(VerdictLines.signed(VerdictJson.GSON.toJson(verdict)));
    }
    try {
      Files.writeString(file, VerdictLines.file("run", 0, 0, ModelTests.NONE, lines, List.of()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidVerdictsException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void aVerdictReadBackHasTheFingerprintThatItWasWrittenWith() {
    assertThat(read().verdicts()).hasSize(3);
    assertThat(read().verdicts())
        .allSatisfy(
            recorded ->
                assertThat(recorded.verdict().fingerprint())
                    .as("everything that the fingerprint covers came back")
                    .isEqualTo(recorded.fingerprint()));
    assertThat(read().verdicts().get(1).fingerprint()).isEqualTo(Verdicts.passing().fingerprint());
  }

  @Test
  void aGroupThatCouldNotBeMeasuredComesBackWithTheReason() {
    Verdict verdict =
        Verdicts.claim()
            .judge(
                Evidence.of("error rate", "m on d")
                    .measured(new Measurement("error rate", "overall", Proportion.of(0, 100)))
                    .measured(
                        new Measurement(
                            "error rate", "sex=a", Undetermined.because("there is nobody", 3)))
                    .from(Verdicts.provenance()),
                Policy.STRICT);
    VerdictFile run = new VerdictFile("run", 1);
    run.verdictReached(verdict, Verdicts.context(directory));
    run.merge();

    Verdict recorded =
        read().verdicts().stream()
            .map(RecordedVerdict::verdict)
            .filter(one -> one.fingerprint().equals(verdict.fingerprint()))
            .findFirst()
            .orElseThrow();
    assertThat(recorded.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(recorded.toDecide(recorded.deciding())).isEqualTo("there is nobody");
  }

  @Test
  void whatTheFingerprintLeavesOutComesBackToo() {
    RecordedVerdict recorded = read().verdicts().get(0);
    assertThat(recorded.test()).isEqualTo(Verdicts.context(directory).test());
    assertThat(recorded.reproduce().orElseThrow()).contains("-Dtest='ModelTest#isRight'");
    assertThat(recorded.verdict().evidence().provenance()).isEqualTo(Verdicts.provenance());
    assertThat(recorded.verdict().claim().known().orElseThrow().reason()).isEqualTo("MODEL-17");
    assertThat(recorded.verdict().known()).isNotNull();
    assertThat(recorded.verdict().acceptable()).isFalse();
    assertThat(read().verdicts().get(2).test()).isEmpty();
  }

  @Test
  void whoeverLooksAtNoFigureNeedNotReadThem() {
    RecordedVerdicts without = VerdictReader.readWithoutFigures(List.of(directory));
    assertThat(read().verdicts().get(0).verdict().evidence().figures()).isNotEmpty();
    assertThat(without.sources()).isEqualTo(read().sources());
    assertThat(without.verdicts())
        .zipSatisfy(
            read().verdicts(),
            (shorter, whole) -> {
              Evidence evidence = shorter.verdict().evidence();
              assertThat(evidence.figures()).isEmpty();
              assertThat(evidence.worst()).isEqualTo(whole.verdict().evidence().worst());
              assertThat(evidence.provenance()).isEqualTo(whole.verdict().evidence().provenance());
              assertThat(shorter.fingerprint()).isEqualTo(whole.fingerprint());
              assertThat(shorter.verdict().outcome()).isEqualTo(whole.verdict().outcome());
            });
  }

  private static JsonObject firstJudgement(JsonObject verdict) {
    return verdict.getAsJsonArray("judgements").get(0).getAsJsonObject();
  }

  private static JsonObject tile(JsonObject verdict) {
    for (JsonElement figure : verdict.getAsJsonArray("figures")) {
      if (figure.getAsJsonObject().has("tiles")) {
        return figure.getAsJsonObject().getAsJsonArray("tiles").get(0).getAsJsonObject();
      }
    }
    throw new AssertionError("no picture");
  }

  @Test
  void aNumberThatCannotBeOneIsRefusedByItsPlace() {
    forge(verdict -> firstJudgement(verdict).addProperty("adjustedPValue", 7));
    assertRefused("verdicts[0].judgements[0].adjustedPValue should be a probability, is 7");
    forge(
        verdict -> {
          firstJudgement(verdict).addProperty("adjustedPValue", 0.5);
          firstJudgement(verdict).addProperty("n", -5);
        });
    assertRefused("verdicts[0].judgements[0].n should be a whole number of at least 0, is -5");
  }

  @Test
  void aPictureThatCannotBeShownIsRefused() {
    forge(
        verdict -> {
          tile(verdict).addProperty("channels", 0);
          tile(verdict).add("pixels", new JsonArray());
        });
    assertRefused("channels should be a whole number from 1 to 2147483647, is 0");
    forge(verdict -> tile(verdict).addProperty("channels", 2));
    assertRefused("a picture has 2 channels; 1 or 3 can be shown");
    forge(
        verdict -> {
          tile(verdict).addProperty("channels", 1);
          tile(verdict).addProperty("height", -1);
        });
    assertRefused("height should be a whole number from 1 to 2147483647, is -1");
    forge(
        verdict -> {
          tile(verdict).addProperty("channels", 3);
          tile(verdict).addProperty("height", Integer.MAX_VALUE);
          tile(verdict).addProperty("width", Integer.MAX_VALUE);
        });
    assertRefused("contradicts itself at verdicts[0]: long overflow");
  }

  @Test
  void aJudgementByAnotherToleranceThanTheClaimsIsRefused() {
    JsonArray verdicts = written().getAsJsonArray("verdicts");
    JsonObject failing = verdicts.get(2).getAsJsonObject();
    firstJudgement(failing).getAsJsonObject("bound").addProperty("value", 0.9);
    firstJudgement(failing).addProperty("outcome", "PASS");
    failing.addProperty("outcome", "PASS");
    failing.addProperty("acceptable", true);
    sign(verdicts);
    assertRefused("error rate (overall) is judged by a tolerance that the claim does not state");
  }

  @Test
  void countsThatNoRunHasAreRefusedWithoutATrace() throws IOException {
    String text = Files.readString(file);
    for (String count : List.of("1000000000000000000", "-1", "1e400")) {
      Files.writeString(file, text.replace("\"unreadable\":0", "\"unreadable\":" + count));
      assertRefused("unreadable should be a whole number");
    }
  }

  @Test
  void aNameThatWouldReachATerminalIsMadeInert() {
    forge(
        verdict ->
            verdict
                .getAsJsonObject("provenance")
                .getAsJsonObject("model")
                .addProperty("\u001b[2J", 5));
    assertRefused("verdicts[0].provenance.model.\\u001B[2J should be a text, is 5");
  }

  @Test
  void aRecordedEstimateKeepsItsIntervalAndNothingElse() {
    var estimate = read().verdicts().get(1).verdict().evidence().measurements().get(0).estimate();
    var original = Verdicts.passing().evidence().measurements().get(0).estimate();
    assertThat(estimate.value()).isEqualTo(original.value());
    assertThat(estimate.interval(Claim.LEVEL)).isEqualTo(original.interval(Claim.LEVEL));
    assertThatThrownBy(() -> estimate.interval(0.9))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> estimate.pValueAbove(0.1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aFileOfTheFirstVersionSaysNothingOfTests() throws IOException {
    String now = Files.readString(file);
    JsonObject head = JsonParser.parseString(now).getAsJsonObject();
    List<String> digests = new ArrayList<>();
    head.getAsJsonArray("verdicts")
        .forEach(v -> digests.add(v.getAsJsonObject().get("digest").getAsString()));
    String digest = head.get("digest").getAsString();
    String before =
        now.replace(VerdictLines.SCHEMA, "touchstone-verdicts/1")
            .replaceFirst("\"tests\":\\{.*?\\},", "")
            .replace(digest, VerdictLines.digestOfFile("run", 0, 0, Optional.empty(), digests));
    Files.writeString(file, before);
    assertThat(read().sources())
        .extracting(VerdictSource::tests)
        .containsExactly(ModelTests.UNCOUNTED);
    assertThat(read().verdicts()).hasSize(digests.size());
  }

  @Test
  void whatBecameOfTestsCannotBeTakenAway() throws IOException {
    Files.writeString(file, Files.readString(file).replace("\"uncounted\":1", "\"uncounted\":0"));
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidVerdictsException.class)
        .hasMessageContaining("was edited since it was written");
  }

  @Test
  void theSourceIsNamedWithItsDigest() throws IOException {
    assertThat(read().sources())
        .containsExactly(
            new VerdictSource(
                file.toRealPath(),
                Digest.ofBytes(Files.readAllBytes(file)),
                "run",
                0,
                0,
                ModelTests.UNCOUNTED));
  }

  @Test
  void aDirectoryStandsForTheFilesOfAllModulesBelowIt() throws IOException {
    Path module = Files.createDirectories(directory.resolve("module/target/touchstone"));
    RunContext context = Verdicts.context(module);
    VerdictFile ofModule = new VerdictFile("run of the module", 1);
    ofModule.verdictReached(Verdicts.passing(), context);
    ofModule.merge();
    assertThat(VerdictReader.read(List.of(directory, file)).sources()).hasSize(2);
    assertThat(read().verdicts()).hasSize(4);
  }

  @Test
  void aModuleWhoseRunWasKilledBeforeItMergedMakesTheWholeIncomplete() throws IOException {
    Path module = Files.createDirectories(directory.resolve("module/target/touchstone"));
    new VerdictFile("killed", 1).verdictReached(Verdicts.failing(), Verdicts.context(module));
    RecordedVerdicts read = read();
    assertThat(read.verdicts()).hasSize(3);
    assertThat(read.sources()).hasSize(2);
    VerdictSource killed = read.sources().get(1);
    assertThat(killed.file()).isEqualTo(module.resolve("verdicts").toRealPath());
    assertThat(killed.run()).isEqualTo("killed");
    assertThat(killed.unfinished()).isEqualTo(1);
    assertThat(killed.isComplete()).isFalse();
    assertThatThrownBy(() -> VerdictReader.read(module))
        .hasMessageContaining("its run was killed before it ended: run the tests again");
  }

  @Test
  void dataInAFolderOfTheSameNameAreNoVerdicts() throws IOException {
    Path data = Files.createDirectories(directory.resolve("src/test/resources/verdicts"));
    Files.writeString(data.resolve("train.jsonl"), "{}\n");
    assertThat(read().sources()).extracting(VerdictSource::run).containsExactly("run");
  }

  @Test
  void aFileIsFoundHoweverDeepItLies() throws IOException {
    Path deep = Files.createDirectories(directory.resolve("1/2/3/4/5/6/7/8/9/10/11/12/13"));
    VerdictFile ofModule = new VerdictFile("deep", 1);
    ofModule.verdictReached(Verdicts.passing(), Verdicts.context(deep));
    ofModule.merge();
    assertThat(read().sources())
        .extracting(VerdictSource::run)
        .containsExactlyInAnyOrder("run", "deep");
  }

  @Test
  void copiesOfAFileAreReadOnce() throws IOException {
    RecordedVerdicts alone = read();
    Path copies = Files.createDirectories(directory.resolve("artefacts").resolve("copy"));
    Files.copy(file, copies.resolve("verdicts.json"));
    RecordedVerdicts both = VerdictReader.read(List.of(file, directory.resolve("artefacts")));
    assertThat(both.sources()).isEqualTo(alone.sources());
    assertThat(both.verdicts()).hasSameSizeAs(alone.verdicts());
  }

  @Test
  void theSameAnswerGivenTwiceIsOneVerdict() {
    RunContext context = Verdicts.context(directory);
    VerdictFile again = new VerdictFile("again", 1);
    again.verdictReached(Verdicts.passing(), context);
    again.verdictReached(Verdicts.passing(), context);
    again.merge();
    assertThat(read().verdicts()).hasSize(1);
  }

  @Test
  void ofAnAnswerThatWasAcceptedOnceAndOnceNotTheUnacceptedOneCounts() {
    Verdict known =
        Verdicts.verdict(
            Verdicts.claim().acceptingKnown("MODEL-17", LocalDate.parse("2027-03-01")),
            Map.of("overall", 30));
    Verdict accepted = known.with(new Verdict.Acceptance(true, "no worse than 0.3"));
    Verdict refused = known.with(new Verdict.Acceptance(false, "0.3 is worse than 0.2"));
    for (List<Verdict> order : List.of(List.of(accepted, refused), List.of(refused, accepted))) {
      VerdictFile again = new VerdictFile("again" + order.indexOf(refused), 1);
      order.forEach(verdict -> again.verdictReached(verdict, Verdicts.context(directory)));
      again.merge();
      assertThat(read().verdicts())
          .singleElement()
          .satisfies(read -> assertThat(read.verdict().acceptable()).isFalse());
    }
  }

  @Test
  void anotherEditionOfATestAsksSomethingElse() {
    RunContext context = Verdicts.context(directory);
    TestIdentity test = context.test().orElseThrow();
    SuiteIdentity edited = new SuiteIdentity("cd".repeat(32), Optional.empty());
    VerdictFile ofOneDaemon = new VerdictFile("daemon", 1);
    ofOneDaemon.verdictReached(Verdicts.failing(), context);
    ofOneDaemon.verdictReached(
        Verdicts.passing(),
        context.forTest(
            new TestIdentity(
                test.id(),
                test.className(),
                test.methodName(),
                test.displayName(),
                Optional.of(edited))));
    ofOneDaemon.merge();
    assertThat(read().verdicts())
        .extracting(verdict -> verdict.verdict().outcome())
        .containsExactly(Outcome.FAIL, Outcome.PASS);
  }

  @Test
  void anAttributionMapKeepsItsScaleAndWhatIsNotFiniteIsNoNumber() {
    float[] map = {4e-5f, -3.14159e-7f, 123456, Float.NaN, Float.POSITIVE_INFINITY, 0};
    Evidence.Builder evidence =
        Evidence.of("error rate", "a.onnx on test")
            .measured(new Measurement("error rate", "overall", Proportion.of(1, 100)))
            .figure(
                new Overlays(
                    "overlays",
                    "Overlays",
                    List.of(new Overlays.Tile("tile", 2, 3, 1, new float[6], map))));
    VerdictFile again = new VerdictFile("again", 1);
    again.verdictReached(
        Verdicts.claim().judge(evidence.from(Verdicts.provenance()), Policy.STRICT),
        Verdicts.context(directory));
    again.merge();
    Figure figure = read().verdicts().get(0).verdict().evidence().figures().get(0);
    assertThat(((Overlays) figure).tiles().get(0).attribution())
        .containsExactly(4e-5f, -3.142e-7f, 123500, Float.NaN, Float.NaN, 0);
  }

  @Test
  void theSameClaimForTwoReasonsIsTwoVerdicts() {
    RunContext context = Verdicts.context(directory);
    VerdictFile again = new VerdictFile("again", 1);
    for (String reason : List.of("a law", "a contract")) {
      Claim claim = Verdicts.claim().because(reason);
      again.verdictReached(Verdicts.verdict(claim, Map.of("overall", 1)), context);
    }
    again.merge();
    assertThat(read().verdicts()).hasSize(2);
  }

  @Test
  void aJvmThatWasKilledLeavesTheRunIncomplete() {
    VerdictFile killed = new VerdictFile("run", 2);
    killed.verdictReached(
        Verdicts.failing(), RunContext.of(Verdicts.context(directory).settings()));
    VerdictFile last = new VerdictFile("run", 3);
    last.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    last.merge();
    assertThat(read().sources().get(0).unfinished()).isEqualTo(1);
    assertThat(read().sources().get(0).isComplete()).isFalse();
  }

  @Test
  void aMissingFileIsRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> VerdictReader.read(directory.resolve("nowhere")))
        .hasMessageContainingAll("nowhere", "does not exist", "run the tests first");
    assertThatThrownBy(() -> VerdictReader.read(empty))
        .hasMessageContainingAll("empty", "holds no verdicts.json");
  }

  @Test
  void aRunThatWasKilledBeforeItsEndIsRefused() throws IOException {
    Files.delete(file);
    assertRefused("its run was killed before it ended");
  }

  @Test
  void aFileThatIsCutOffIsRefusedWhereverItIsCut() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertRefused(length == 0 ? "cut off" : "");
    }
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertRefused("is cut off", "run the tests again");
  }

  @Test
  void whatIsNoJsonIsRefused() throws IOException {
    Files.writeString(file, "<html>");
    assertRefused("is no verdict file");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertRefused("is no verdict file");
    Files.writeString(file, "[]");
    assertRefused("is no verdict file");
    Files.writeString(file, "[".repeat(100_000));
    assertRefused("is no verdict file");
  }

  /** Of two values, one reader takes the first and another the last. */
  @Test
  void aNameThatStandsTwiceIsRefused() throws IOException {
    String whole = Files.readString(file);
    String twice = whole.replaceFirst("\"run\":", "\"run\":\"another\",\"run\":");
    assertThat(twice).isNotEqualTo(whole);
    Files.writeString(file, twice);
    assertRefused("is no verdict file");
  }

  @Test
  void anotherSchemaVersionIsRefused() {
    JsonObject json = written();
    json.addProperty("schema", "touchstone-verdicts/9");
    write(json);
    assertRefused(
        "touchstone-verdicts/9",
        "reads touchstone-verdicts/4, touchstone-verdicts/3, touchstone-verdicts/2,"
            + " touchstone-verdicts/1:");
    json.remove("schema");
    write(json);
    assertRefused("names no schema");
  }

  @Test
  void anEditedVerdictIsRefused() {
    JsonObject json = written();
    json.getAsJsonArray("verdicts").get(1).getAsJsonObject().addProperty("outcome", "FAIL");
    write(json);
    assertRefused("was edited", "verdicts[1]");
  }

  @Test
  void aVerdictThatWasTakenOutIsMissed() {
    JsonObject json = written();
    json.getAsJsonArray("verdicts").remove(2);
    write(json);
    assertRefused("was edited", "removed");
  }

  @Test
  void aVerdictWithoutDigestIsRefused() {
    JsonObject json = written();
    json.getAsJsonArray("verdicts").get(0).getAsJsonObject().remove("digest");
    write(json);
    assertRefused("was edited", "verdicts[0]");
  }

  @Test
  void anOutcomeThatItsJudgementsDoNotSupportIsAContradiction() {
    forge(verdict -> verdict.addProperty("outcome", "PASS"));
    assertRefused("contradicts itself", "called PASS", "INCONCLUSIVE");
  }

  @Test
  void aJudgementThatItsIntervalDoesNotSupportIsAContradiction() {
    forge(
        verdict ->
            verdict
                .getAsJsonArray("judgements")
                .get(0)
                .getAsJsonObject()
                .addProperty("outcome", "PASS"));
    assertRefused("contradicts itself", "error rate (overall) is called PASS");
  }

  @Test
  void anAcceptanceThatNothingSupportsIsAContradiction() {
    forge(verdict -> verdict.addProperty("acceptable", true));
    assertRefused("contradicts itself", "called acceptable");
  }

  @Test
  void aWarningThatWasTakenOutOrAddedIsAContradiction() {
    RunContext context = Verdicts.context(directory);
    VerdictFile run = new VerdictFile("run", 1);
    run.verdictReached(metByAGuess(), context);
    run.merge();
    // Two files of one run come in the order of their names, which are random.
    List<RecordedVerdict> all = read().verdicts();
    int at =
        IntStream.range(0, all.size())
            .filter(i -> all.get(i).fingerprint().equals(metByAGuess().fingerprint()))
            .findFirst()
            .orElseThrow();
    String place = "contradicts itself at verdicts[" + at + "]";
    assertThat(all.get(at).verdict().warnings()).isEqualTo(metByAGuess().warnings()).hasSize(1);

    forge(at, verdict -> verdict.add("warnings", new JsonArray()));
    assertRefused(place, "carries the warnings []", "met-by-a-guess");

    forge(
        at,
        verdict -> {
          JsonObject warning = new JsonObject();
          warning.addProperty("kind", "Not A Kind");
          warning.addProperty("text", "a text");
          verdict.getAsJsonArray("warnings").add(warning);
        });
    assertRefused(place, "a warning's kind", "Not A Kind");
  }

  @Test
  void aFileOfAVersionThatKnewNoWarningsIsRead() {
    forge(
        verdict -> {
          verdict.remove("warnings");
          verdict.getAsJsonArray("judgements").forEach(j -> j.getAsJsonObject().remove("guess"));
          verdict.getAsJsonArray("context").forEach(m -> m.getAsJsonObject().remove("guess"));
        });
    assertThat(read().verdicts()).hasSize(3);
    assertThat(read().verdicts().get(0).verdict().warnings()).isEmpty();
  }

  private static Verdict metByAGuess() {
    Evidence evidence =
        Evidence.of("error rate", "a.onnx on test (n = 100)")
            .measured(
                new Measurement("error rate", "overall", Proportion.of(1, 100))
                    .beside(new Guess("always answering \"no\"", 0.1)))
            .from(Verdicts.provenance());
    return Verdicts.claim().identifiedAs("guess").judge(evidence, Policy.STRICT);
  }

  @Test
  void twoAnswersToOneQuestionAreAContradiction() {
    JsonArray verdicts = written().getAsJsonArray("verdicts");
    JsonObject other = verdicts.get(1).getAsJsonObject().deepCopy();
    other.addProperty("fingerprint", "0".repeat(64));
    verdicts.add(other);
    sign(verdicts);
    assertRefused("contradicts itself at verdicts[3]", "another verdict to the same claim");
  }

  @Test
  void oneClaimAboutAllExamplesAndAboutTheirGroupsAreTwoQuestions() {
    RunContext context = Verdicts.context(directory.resolve("groups"));
    VerdictFile run = new VerdictFile("run", 1);
    run.verdictReached(Verdicts.verdict(Verdicts.claim(), Map.of("overall", 1)), context);
    run.verdictReached(
        Verdicts.verdict(Verdicts.claim(), Map.of("overall", 1, "sex=f", 40)), context);
    run.merge();
    assertThat(VerdictReader.read(directory.resolve("groups")).verdicts())
        .extracting(recorded -> recorded.verdict().outcome())
        .containsExactly(Outcome.PASS, Outcome.FAIL);
  }

  @Test
  void aPropertyOfAnotherTypeIsNamedByItsPlace() {
    forge(verdict -> verdict.addProperty("level", "high"));
    assertRefused("does not follow", "verdicts[0].level should be a number, is \"high\"");
    forge(verdict -> verdict.remove("level"));
    assertRefused("verdicts[0].level is missing");
    forge(verdict -> verdict.addProperty("level", 0.95));
    forge(verdict -> verdict.getAsJsonArray("judgements").get(0).getAsJsonObject().remove("bound"));
    assertRefused("verdicts[0].judgements[0].bound is missing");
  }

  @Test
  void aPictureWithoutAllItsPixelsIsAContradiction() {
    forge(
        verdict ->
            verdict
                .getAsJsonArray("figures")
                .get(3)
                .getAsJsonObject()
                .getAsJsonArray("tiles")
                .get(0)
                .getAsJsonObject()
                .addProperty("height", 30_000));
    assertRefused("contradicts itself", "1 x 30000 x 2 has 2 pixel values");
  }

  @Test
  void rankedItemsComeBackWithTheirPicturesAndWithout() {
    Ranking ranking = (Ranking) read().verdicts().get(0).verdict().evidence().figures().get(2);
    assertThat(ranking.items().get(0)).isEqualTo(new Ranking.Item("17", 3.5, true));
    Thumbnail picture = ranking.items().get(1).picture().orElseThrow();
    assertThat(picture.height()).isEqualTo(1);
    assertThat(picture.width()).isEqualTo(2);
    assertThat(picture.channels()).isEqualTo(1);
    assertThat(picture.level(0, 0, 0)).isZero();
    assertThat(picture.level(0, 0, 1)).isEqualTo(255);
  }

  @Test
  void aThumbnailThatIsNoPictureIsRefused() {
    forge(verdict -> thumbnail(verdict).addProperty("height", 2));
    assertRefused("contradicts itself", "1 x 2 x 2 has 2 levels");
    forge(
        verdict -> {
          thumbnail(verdict).addProperty("height", 1 << 20);
          thumbnail(verdict).addProperty("width", 1 << 20);
        });
    assertRefused("contradicts itself", "at most 128 x 128");
    forge(
        verdict -> {
          thumbnail(verdict).addProperty("height", 1);
          thumbnail(verdict).addProperty("width", 1);
          thumbnail(verdict).addProperty("channels", 2);
        });
    assertRefused("contradicts itself", "2 x 1 x 1 has 2 levels; it needs 1 or 3 channels");
    forge(verdict -> thumbnail(verdict).addProperty("levels", "no picture"));
    assertRefused("figures[2].items[1].picture.levels should be bytes in Base64");
    forge(verdict -> thumbnail(verdict).remove("levels"));
    assertRefused("figures[2].items[1].picture.levels is missing");
  }

  private static JsonObject thumbnail(JsonObject verdict) {
    return verdict
        .getAsJsonArray("figures")
        .get(2)
        .getAsJsonObject()
        .getAsJsonArray("items")
        .get(1)
        .getAsJsonObject()
        .getAsJsonObject("picture");
  }

  @Test
  void hostileTextInARefusalIsInert() {
    JsonObject json = written();
    json.addProperty("schema", "\u001b[2J\u202e");
    write(json);
    assertRefused("\\u001B[2J\\u202E");
  }
}
