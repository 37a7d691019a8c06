package dev.touchstone.evidence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.baseline.BaselineRecorder;
import dev.touchstone.evidence.baseline.KnownClaims;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verdicts.json}, against its documented schema. */
class VerdictFileTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private final VerdictFile file = new VerdictFile("run", 1);

  private JsonNode merged() throws IOException {
    return JSON.readTree(directory.resolve("verdicts.json").toFile());
  }

  private Path part(String beginning) throws IOException {
    try (Stream<Path> parts = Files.list(directory.resolve("verdicts"))) {
      return parts
          .filter(file -> file.getFileName().toString().startsWith(beginning))
          .filter(file -> file.toString().endsWith(".jsonl"))
          .reduce((one, two) -> fail("%s and %s", one, two))
          .orElseThrow();
    }
  }

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(Path.of("../docs/verdicts.schema.json")));
  }

  @Test
  void whatIsWrittenFollowsItsSchema() throws IOException {
    RunContext inTest = Verdicts.context(directory);
    RunContext outside = RunContext.of(inTest.settings());
    file.verdictReached(KnownClaims.withDefaults().examine(Verdicts.everything(), inTest), inTest);
    file.verdictReached(Verdicts.passing(), outside);
    file.verdictReached(Verdicts.failing(), inTest);
    file.merge();
    assertThat(merged().get("verdicts")).hasSize(3);
    assertThat(schema().validate(merged())).isEmpty();
  }

  private static TestIdentity test(String method) {
    return new TestIdentity("[" + method + "]", "com.acme.DigitsTest", method, method + "()");
  }

  private void found(VerdictFile of, String... methods) {
    of.testsHeard(
        TestEvent.found(Stream.of(methods).map(VerdictFileTest::test).toList(), ""), settings());
  }

  private Settings settings() {
    return Verdicts.context(directory).settings();
  }

  private ModelTests counted() {
    return VerdictReader.read(directory).sources().get(0).tests();
  }

  @Test
  void whatBecameOfTestsIsWrittenBesideTheVerdicts() throws IOException {
    found(file, "isRight", "breaks", "isSkipped", "givesUp", "looksOnly");
    for (String started : List.of("isRight", "breaks", "givesUp", "looksOnly")) {
      file.testsHeard(TestEvent.started("[" + started + "]"), settings());
    }
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    file.testsHeard(TestEvent.ended("[isRight]", null, "", ""), settings());
    file.testsHeard(
        TestEvent.ended("[breaks]", ListedTest.End.BROKEN, "", "no such file"), settings());
    file.testsHeard(
        TestEvent.ended("[isSkipped]", ListedTest.End.SKIPPED, "@EnabledIfDevice(\"gpu\")", "no"),
        settings());
    file.testsHeard(TestEvent.ended("[givesUp]", ListedTest.End.ABORTED, "", ""), settings());
    file.testsHeard(
        TestEvent.ended("[looksOnly]", ListedTest.End.DECIDED_NOTHING, "", ""), settings());
    file.merge();
    assertThat(schema().validate(merged())).isEmpty();
    ModelTests tests = counted();
    assertThat(tests)
        .usingRecursiveComparison()
        .ignoringFields("listed")
        .isEqualTo(new ModelTests(5, 4, 4, 1, 1, 1, 0, List.of()));
    assertThat(tests.listed())
        .extracting(ListedTest::test, ListedTest::end, ListedTest::why)
        .containsExactly(
            tuple("com.acme.DigitsTest#breaks", ListedTest.End.BROKEN, "no such file"),
            tuple(
                "com.acme.DigitsTest#isSkipped",
                ListedTest.End.SKIPPED,
                "@EnabledIfDevice(\"gpu\"): no"),
            tuple("com.acme.DigitsTest#givesUp", ListedTest.End.ABORTED, ""),
            tuple("com.acme.DigitsTest#looksOnly", ListedTest.End.DECIDED_NOTHING, ""));
    assertThat(tests.leftOutInWords())
        .isEqualTo("of 5 model tests 1 broke, 1 gave up and 1 was skipped");
  }

  @Test
  void testsOfAKilledJvmAreBroken() {
    VerdictFile killed = new VerdictFile("run", 2);
    found(killed, "takesTheJvmDown", "neverBegins");
    killed.testsHeard(TestEvent.started("[takesTheJvmDown]"), settings());
    // It says nothing any more; another JVM of the run ends.
    found(file, "isRight");
    file.testsHeard(TestEvent.started("[isRight]"), settings());
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    file.testsHeard(TestEvent.ended("[isRight]", null, "", ""), settings());
    file.merge();
    ModelTests tests = counted();
    assertThat(tests.found()).isEqualTo(3);
    assertThat(tests.started()).isEqualTo(2);
    assertThat(tests.finished()).isEqualTo(1);
    assertThat(tests.broken()).isEqualTo(2);
    assertThat(tests.listed())
        .extracting(ListedTest::methodName)
        .containsExactlyInAnyOrder("takesTheJvmDown", "neverBegins");
    assertThat(tests.listed())
        .extracting(ListedTest::why)
        .anySatisfy(why -> assertThat(why).startsWith("it never ended"))
        .anySatisfy(why -> assertThat(why).startsWith("it never began"));
  }

  @Test
  void aRunWhoseTestsAllBreakLeavesNoEarlierVerdicts() throws IOException {
    VerdictFile earlier = new VerdictFile("earlier", 2);
    earlier.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    earlier.merge();
    found(file, "breaks");
    assertThat(directory.resolve("verdicts.json")).doesNotExist();
    file.testsHeard(TestEvent.started("[breaks]"), settings());
    file.testsHeard(TestEvent.ended("[breaks]", ListedTest.End.BROKEN, "", "?"), settings());
    file.merge();
    assertThat(merged().get("verdicts")).isEmpty();
    assertThat(merged().get("run").asText()).isEqualTo("run");
    assertThat(counted().broken()).isEqualTo(1);
  }

  @Test
  void aTestThatIsRunAgainInItsJvmCountsAsItEndedLast() {
    found(file, "isRight");
    file.testsHeard(TestEvent.started("[isRight]"), settings());
    file.testsHeard(TestEvent.ended("[isRight]", ListedTest.End.BROKEN, "", "?"), settings());
    found(file, "isRight");
    file.testsHeard(TestEvent.started("[isRight]"), settings());
    file.testsHeard(TestEvent.ended("[isRight]", null, "", ""), settings());
    file.merge();
    assertThat(counted()).isEqualTo(ModelTests.allFinished(1));
  }

  @Test
  void inTwoJvmsATestIsTwo() {
    for (VerdictFile each : List.of(file, new VerdictFile("run", 2))) {
      found(each, "isRight");
      each.testsHeard(TestEvent.started("[isRight]"), settings());
      each.testsHeard(
          TestEvent.ended(
              "[isRight]", each == file ? ListedTest.End.BROKEN : null, "", "the first model"),
          settings());
      each.merge();
    }
    assertThat(counted().found()).isEqualTo(2);
    assertThat(counted().broken()).isEqualTo(1);
  }

  @Test
  void whereNobodyCountsTestsThatIsSaid() {
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    file.merge();
    assertThat(counted()).isEqualTo(ModelTests.UNCOUNTED);
  }

  @Test
  void aLostLineOfATestIsCountedAsUnreadable() throws IOException {
    found(file, "breaks");
    file.testsHeard(TestEvent.ended("[breaks]", ListedTest.End.BROKEN, "", "?"), settings());
    Path part = part("run");
    List<String> lines = Files.readAllLines(part);
    Files.write(part, lines.subList(1, 2));
    file.merge();
    assertThat(merged().get("unreadable").asInt()).isEqualTo(1);
  }

  @Test
  void theSchemaRefusesWhatIsNotDocumented() throws IOException {
    file.verdictReached(Verdicts.everything(), Verdicts.context(directory));
    file.merge();
    for (String change : List.of("extra", "missing", "outcome", "figure")) {
      ObjectNode changed = (ObjectNode) merged();
      ObjectNode verdict = (ObjectNode) changed.get("verdicts").get(0);
      switch (change) {
        case "extra" -> verdict.put("undocumented", 1);
        case "missing" -> verdict.remove("fingerprint");
        case "outcome" -> verdict.put("outcome", "MAYBE");
        default -> ((ObjectNode) verdict.get("figures").get(0)).put("kind", "pie");
      }
      assertThat(schema().validate(changed)).as(change).isNotEmpty();
    }
  }

  @Test
  void theNumbersAreThoseOfTheVerdict() throws IOException {
    Verdict verdict = Verdicts.everything();
    file.verdictReached(verdict, Verdicts.context(directory));
    file.merge();
    JsonNode written = merged().get("verdicts").get(0);
    assertThat(written.get("outcome").asText()).isEqualTo("INCONCLUSIVE");
    assertThat(written.get("fingerprint").asText()).isEqualTo(verdict.fingerprint());
    JsonNode overall = written.get("judgements").get(0);
    assertThat(overall.get("estimate").asDouble()).isEqualTo(0.12);
    assertThat(overall.get("n").asInt()).isEqualTo(100);
    // Clopper-Pearson for 0 of 100: 1 - 0.025^(1/100).
    assertThat(written.get("judgements").get(1).get("upper").asDouble())
        .isCloseTo(1 - Math.pow(0.025, 0.01), org.assertj.core.data.Offset.offset(1e-9));
    assertThat(written.get("figures").get(0).get("bins").get(0).get("accuracy").isNull()).isTrue();
  }

  @Test
  void theOrderInWhichFactsAreGivenDoesNotChangeTheFingerprint() {
    assertThat(fingerprintWith("bins", "10", "audit data", "a.csv"))
        .isEqualTo(fingerprintWith("audit data", "a.csv", "bins", "10"))
        .isNotEqualTo(fingerprintWith("bins", "a.csv", "audit data", "10"));
  }

  private static String fingerprintWith(String... settings) {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      ordered.put(settings[i], settings[i + 1]);
    }
    Provenance plain = Verdicts.provenance();
    Evidence evidence =
        Evidence.of("error rate", "a.onnx on test")
            .measured(new Measurement("error rate", "overall", Proportion.of(1, 100)))
            .from(
                Provenance.read(
                    new FactText.Texts(
                        plain.texts().model(),
                        plain.texts().data(),
                        ordered,
                        plain.texts().environment()),
                    plain.seed(),
                    plain.startedAt(),
                    plain.seconds()));
    return Verdicts.claim().judge(evidence, Policy.STRICT).fingerprint();
  }

  @Test
  void severalProcessesOfARunAreMerged() throws IOException {
    RunContext context = Verdicts.context(directory);
    VerdictFile other = new VerdictFile("run", 2);
    file.verdictReached(Verdicts.passing(), context);
    other.verdictReached(Verdicts.failing(), context);
    file.verdictReached(Verdicts.passing(), context);
    other.merge();
    file.merge();
    assertThat(merged().get("verdicts")).hasSize(3);
    assertThat(merged().get("unreadable").asInt()).isZero();
  }

  @Test
  void anEarlierRunIsForgotten() throws IOException {
    RunContext context = Verdicts.context(directory);
    VerdictFile earlier = new VerdictFile("earlier", 1);
    earlier.verdictReached(Verdicts.failing(), context);
    earlier.merge();
    file.verdictReached(Verdicts.passing(), context);
    assertThat(directory.resolve("verdicts.json"))
        .as("not even before this run has ended")
        .doesNotExist();
    file.merge();
    assertThat(merged().get("run").asText()).isEqualTo("run");
    assertThat(merged().get("verdicts")).hasSize(1);
  }

  @Test
  void aKilledProcessLeavesReadableLinesAndItsHalfLineIsCounted() throws IOException {
    RunContext context = Verdicts.context(directory);
    VerdictFile killed = new VerdictFile("run", 2);
    killed.verdictReached(Verdicts.failing(), context);
    Path part = part("run.2-");
    assertThat(JSON.readTree(Files.readString(part)).get("outcome").asText()).isEqualTo("FAIL");
    Files.write(
        part, new byte[] {'{', '"', 'c', (byte) 0xE2}, StandardOpenOption.APPEND); // half of "…"
    file.verdictReached(Verdicts.passing(), context);
    file.merge();
    assertThat(merged().get("verdicts")).hasSize(2);
    assertThat(merged().get("unreadable").asInt()).isEqualTo(1);
    assertThat(schema().validate(merged())).isEmpty();
  }

  @Test
  void everyDirectoryHasItsVerdictsBeforeAnyoneIsTold() throws IOException {
    List<Path> places = List.of(directory.resolve("a"), directory.resolve("b"));
    List<Boolean> there = new ArrayList<>();
    VerdictFile told =
        new VerdictFile(
            "run",
            1,
            List.of(
                (merged, settings) ->
                    places.forEach(p -> there.add(Files.exists(p.resolve("verdicts.json"))))));
    for (Path place : places) {
      told.verdictReached(Verdicts.passing(), Verdicts.context(place));
    }
    told.merge();
    assertThat(there).containsExactly(true, true, true, true);
  }

  @Test
  void whoMadeSomethingOfAnEarlierRunIsToldThatItIsGone() throws IOException {
    RunContext context = Verdicts.context(directory);
    List<Path> removed = new ArrayList<>();
    VerdictFileListener listener =
        new VerdictFileListener() {
          @Override
          public void verdictsWritten(Path merged, Settings settings) {}

          @Override
          public void verdictsRemoved(Path merged, Settings settings) {
            removed.add(merged);
          }
        };
    VerdictFile earlier = new VerdictFile("earlier", 1, List.of(listener));
    earlier.verdictReached(Verdicts.passing(), context);
    earlier.merge();
    assertThat(removed).isEmpty();
    VerdictFile next = new VerdictFile("next", 2, List.of(listener));
    next.verdictReached(Verdicts.passing(), context);
    next.verdictReached(Verdicts.failing(), context);
    assertThat(removed).containsExactly(directory.resolve("verdicts.json"));
  }

  @Test
  void aListenerThatFailsCostsNobodyElseAnything() throws IOException {
    List<Path> told = new ArrayList<>();
    VerdictFile failing =
        new VerdictFile(
            "run",
            1,
            List.of(
                (merged, settings) -> {
                  throw new InternalError("no fonts");
                },
                (merged, settings) -> told.add(merged)));
    List<Path> places = List.of(directory.resolve("a"), directory.resolve("b"));
    for (Path place : places) {
      failing.verdictReached(Verdicts.passing(), Verdicts.context(place));
    }
    failing.merge();
    assertThat(told)
        .containsExactlyInAnyOrder(
            places.get(0).resolve("verdicts.json"), places.get(1).resolve("verdicts.json"))
        .allSatisfy(merged -> assertThat(merged).exists());
  }

  @Test
  void aDirectoryThatCannotBeWrittenCostsTheOthersNothing() throws IOException {
    List<Path> told = new ArrayList<>();
    VerdictFile some = new VerdictFile("run", 1, List.of((merged, settings) -> told.add(merged)));
    List<Path> places = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      places.add(directory.resolve(name));
      some.verdictReached(Verdicts.passing(), Verdicts.context(directory.resolve(name)));
    }
    for (Path place : List.of(places.get(0), places.get(2))) {
      // A directory where the merged file has to go: not even root can write over it.
      Files.createDirectories(place.resolve("verdicts.json").resolve("in the way"));
    }
    assertThatThrownBy(some::merge)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("verdicts.json could not be written to");
    assertThat(places.get(1).resolve("verdicts.json")).isRegularFile();
    assertThat(told).contains(places.get(1).resolve("verdicts.json"));
  }

  @Test
  void aDirectoryThatIsGoneIsNotMadeAgain() throws IOException {
    Path gone = Files.createDirectories(directory.resolve("gone"));
    file.verdictReached(Verdicts.passing(), Verdicts.context(gone));
    try (var files = Files.walk(gone)) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    file.merge();
    assertThat(gone).doesNotExist();
  }

  @Test
  void aVerdictThatCouldNotBeWrittenIsCounted() throws IOException {
    RunContext context = Verdicts.context(directory);
    Path inTheWay = Files.createFile(directory.resolve("verdicts"));
    assertThatThrownBy(() -> file.verdictReached(Verdicts.failing(), context))
        .isInstanceOf(UncheckedIOException.class);
    Files.delete(inTheWay);
    file.verdictReached(Verdicts.passing(), context);
    file.merge();
    assertThat(merged().get("verdicts")).hasSize(1);
    assertThat(merged().get("unreadable").asInt()).isEqualTo(1);
  }

  @Test
  void linesThatSomebodyRemovedAreCounted() throws IOException {
    file.verdictReached(Verdicts.failing(), Verdicts.context(directory));
    Files.delete(part("run.1-"));
    file.merge();
    assertThat(merged().get("verdicts")).isEmpty();
    assertThat(merged().get("unreadable").asInt()).isEqualTo(1);
    VerdictFile other = new VerdictFile("run", 2);
    other.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    other.merge();
    assertThat(merged().get("unreadable").asInt()).as("by other JVMs too").isEqualTo(1);
  }

  @Test
  void aNameThatWasCutThroughAnEmojiIsWritten() throws IOException {
    TestIdentity test = new TestIdentity("[id]", "com.acme.ModelTest", "isRight", "\uD83D");
    file.verdictReached(Verdicts.failing(), Verdicts.context(directory).forTest(test));
    file.merge();
    assertThat(merged().get("verdicts").get(0).get("test").get("name").asText()).isEqualTo("?");
    assertThat(VerdictReader.read(directory).sources()).allMatch(VerdictSource::isComplete);
  }

  @Test
  void aVerdictAfterTheMergeIsMergedAtOnce() throws IOException {
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    file.merge();
    file.verdictReached(Verdicts.failing(), Verdicts.context(directory));
    assertThat(merged().get("verdicts")).hasSize(2);
    assertThat(merged().get("unreadable").asInt()).isZero();
    assertThat(merged().get("unfinished").asInt()).isZero();
  }

  @Test
  void whatWasMergedIsNotCompleteOnceAnotherProcessOfTheRunHasBegun() throws IOException {
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    file.merge();
    VerdictFile killed = new VerdictFile("run", 2);
    killed.verdictReached(Verdicts.failing(), Verdicts.context(directory));
    assertThat(directory.resolve("verdicts.json")).doesNotExist();
    VerdictFile last = new VerdictFile("run", 3);
    last.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    last.merge();
    assertThat(merged().get("verdicts")).hasSize(3);
    assertThat(merged().get("unfinished").asInt()).isEqualTo(1);
  }

  @Test
  void anInterruptedTestsVerdictIsWrittenAndTheTestStaysInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    try {
      file.verdictReached(Verdicts.failing(), Verdicts.context(directory));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    file.merge();
    assertThat(merged().get("verdicts")).hasSize(1);
  }

  @Test
  void theSettingSaysWhichRunItIs() throws IOException {
    RunContext context = Verdicts.context(directory);
    VerdictFile earlier = new VerdictFile("run", 1);
    earlier.verdictReached(Verdicts.failing(), context);
    earlier.merge();
    Map<String, String> given =
        Map.of("touchstone.run.id", "build-7", "touchstone.report.dir", directory.toString());
    Settings settings = Settings.from(key -> Optional.ofNullable(given.get(key)));
    file.verdictReached(Verdicts.passing(), context.with(settings));
    file.merge();
    assertThat(merged().get("run").asText()).isEqualTo("build-7");
    assertThat(merged().get("verdicts")).hasSize(1);
  }

  @Test
  void aRunIsNoOtherWhoseIdItBegins() throws IOException {
    Path parts = Files.createDirectories(directory.resolve("verdicts"));
    Path earlier = Files.writeString(parts.resolve("run-7.1.jsonl"), "{}");
    Path older = Files.writeString(parts.resolve("running.1.jsonl"), "{}");
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    assertThat(earlier).doesNotExist();
    assertThat(older).doesNotExist();
  }

  @Test
  void processesOfOneNumberInTwoContainersKeepFilesOfTheirOwn() throws IOException {
    VerdictFile other = new VerdictFile("run", 1);
    file.verdictReached(Verdicts.passing(), Verdicts.context(directory));
    other.verdictReached(Verdicts.failing(), Verdicts.context(directory));
    other.merge();
    file.merge();
    assertThat(merged().get("verdicts")).hasSize(2);
    assertThat(merged().get("unreadable").asInt()).isZero();
    assertThat(directory.resolve("verdicts").toFile().list((d, name) -> name.endsWith(".jsonl")))
        .hasSize(2);
  }

  @Test
  void aVerdictThatWasReadFindsItsLineOfTheBaseline() {
    RunContext context = Verdicts.context(directory, true, false);
    Verdict named = Verdicts.verdict(Verdicts.claim().identifiedAs("mine"), Map.of("overall", 7));
    List<Verdict> verdicts = List.of(Verdicts.everything(), named);
    verdicts.forEach(each -> BaselineRecorder.of(context.session()).record(each, context));
    VerdictFile file = new VerdictFile("run", 1);
    file.verdictReached(verdicts.get(0), context);
    file.verdictReached(named, RunContext.of(context.settings()));
    file.merge();
    Baseline baseline = Baseline.read(directory.resolve("baseline.json"));
    assertThat(VerdictReader.read(directory).verdicts())
        .extracting(recorded -> baseline.entryOf(recorded.verdict(), recorded.test()))
        .satisfiesExactlyInAnyOrder(
            entry ->
                assertThat(entry.orElseThrow().key().claim())
                    .isEqualTo(verdicts.get(0).claim().statement()),
            entry -> assertThat(entry.orElseThrow().key().test()).isEqualTo("mine"));
  }
}
