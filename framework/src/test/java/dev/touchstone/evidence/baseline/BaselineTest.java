package dev.touchstone.evidence.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Proportion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
  private static final String LINE =
      """
      {"test":"com.acme.ModelTest#isRight","claim":"the error rate is at most 0.1",\
      "model":"a.onnx","data":"test","modelSha256":"","dataSha256":"","values":[\
      {"quantity":"error rate","slice":"overall","estimate":0.3,"lower":0.212,"upper":0.4,\
      "n":100,"unit":"examples","count":30}]}\
      """;
  private static final String KNOWN =
      """
      {"test":"com.acme.ModelTest#isRight","claim":"the error rate is at most 0.1",\
      "model":"a.onnx","data":"test","dataSha256":"",\
      "frozen":[{"quantity":"error rate","slice":"overall","value":0.3}]}\
      """;

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("baseline.json");
  }

  private static String file(String approved, String known) {
    return "{\"schema\":\"touchstone-baseline/1\",\"approved\":["
        + approved
        + "],\"known\":["
        + known
        + "]}";
  }

  /** As a test run with {@code -Dtouchstone.baseline=update}. */
  private void record(Verdict... verdicts) {
    RunContext context = Verdicts.context(directory, true, false);
    for (Verdict verdict : verdicts) {
      BaselineRecorder.of(context.session()).record(verdict, context);
    }
  }

  private static Verdict onData(String sha256) {
    Provenance provenance =
        Provenance.read(
            new FactText.Texts(
                Map.of("name", "a.onnx", "sha256", "cafe"),
                Map.of("name", "test", "sha256", sha256),
                Map.of(),
                Map.of()),
            42,
            Instant.EPOCH,
            0.5);
    return Verdicts.claim()
        .judge(
            Evidence.of("error rate", "a.onnx on test")
                .measured(new Measurement("error rate", "overall", Proportion.of(1, 100)))
                .measured(new Measurement("mean", "sex=Female", MeanEstimate.of(1, 2, 3)))
                .from(provenance),
            Policy.STRICT);
  }

  @Test
  void holdsALineForEveryClaimThatWasReachedWhateverItsOutcome() throws IOException {
    record(
        Verdicts.verdict(Verdicts.claim().identifiedAs("b"), Map.of("overall", 30)),
        Verdicts.verdict(Verdicts.claim().identifiedAs("a"), Map.of("overall", 1)));
    assertThat(Files.readAllLines(path()))
        .hasSize(6)
        .startsWith("{\"schema\":\"touchstone-baseline/1\",", "\"approved\":[")
        .satisfies(lines -> assertThat(lines.get(2)).startsWith("{\"test\":\"a\",").endsWith(","))
        .satisfies(lines -> assertThat(lines.get(3)).startsWith("{\"test\":\"b\",").endsWith("}"));
  }

  @Test
  void givesBackWhatWasMeasured() {
    record(onData("beef"));
    Baseline.Entry entry = Baseline.read(path()).entries().get(0);
    assertThat(entry.modelSha256()).isEqualTo("cafe");
    assertThat(entry.dataSha256()).isEqualTo("beef");
    assertThat(entry.values()).hasSize(2);
    Baseline.Value rate = entry.value("error rate", "overall").orElseThrow();
    assertThat(rate.estimate()).isEqualTo(0.01);
    assertThat(rate.sampleSize()).isEqualTo(100);
    assertThat(rate.count()).hasValue(1);
    // Clopper-Pearson for 1 of 100, by scipy.stats.binomtest.
    assertThat(rate.interval().lower()).isCloseTo(0.000253146, Offset.offset(1e-9));
    assertThat(rate.interval().upper()).isCloseTo(0.054459385, Offset.offset(1e-8));
    Baseline.Value mean = entry.value("mean", "sex=Female").orElseThrow();
    assertThat(mean.estimate()).isEqualTo(2);
    assertThat(mean.count()).isEqualTo(OptionalLong.empty());
  }

  /** Takes 3 s where each line copies those before it. */
  @Test
  void readsThousandsOfLinesAsTheyWereWritten() throws IOException {
    int lines = 8_000;
    Files.writeString(
        path(),
        file(
            IntStream.range(0, lines)
                .mapToObj(i -> LINE.strip().replace("#isRight", "#test" + i))
                .collect(Collectors.joining(",")),
            ""));
    assertThat(Baseline.read(path()).entries())
        .hasSize(lines)
        .extracting(entry -> entry.key().test())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void keepsAllSlicesOfAClaimThatThreadsMeasureAtTheSameTime() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 20; round++) {
        RunContext context = Verdicts.context(directory, true, false);
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Callable<Integer>> slices = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          Verdict verdict = Verdicts.verdict(Verdicts.claim(), Map.of("slice " + thread, 1));
          slices.add(
              () -> {
                start.await();
                BaselineRecorder.of(context.session()).record(verdict, context);
                return 0;
              });
        }
        for (Future<Integer> done : pool.invokeAll(slices)) {
          done.get();
        }
        assertThat(Baseline.read(path()).entries().get(0).values()).hasSize(threads);
        Files.delete(path());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void findsAVerdictsOwnLineOnTheSameDataOnly() {
    record(onData("beef"));
    Baseline baseline = Baseline.read(path());
    RunContext context = Verdicts.context(directory);
    assertThat(baseline.entryOf(onData("beef"), context.test())).isPresent();
    assertThat(baseline.entryOf(onData("dead"), context.test())).isEmpty();
    assertThat(baseline.entryOf(onData("beef"), Optional.empty())).isEmpty();
  }

  @Test
  void anUpdateReplacesTheClaimsOwnLineAndLeavesTheOthers() throws IOException {
    record(
        Verdicts.verdict(Verdicts.claim().identifiedAs("a"), Map.of("overall", 30)),
        Verdicts.verdict(Verdicts.claim().identifiedAs("b"), Map.of("overall", 30)));
    record(Verdicts.verdict(Verdicts.claim().identifiedAs("b"), Map.of("overall", 5)));
    Baseline baseline = Baseline.read(path());
    assertThat(baseline.entries())
        .extracting(e -> e.value("error rate", "overall").orElseThrow().estimate())
        .containsExactly(0.3, 0.05);
  }

  @Test
  void anUpdateLeavesKnownFailuresToTheirRatchet() throws IOException {
    Files.writeString(path(), file("", KNOWN));
    record(Verdicts.verdict(Verdicts.claim(), Map.of("overall", 60)));
    assertThat(Files.readString(path())).contains(KNOWN);
  }

  @Test
  void isNotTouchedWhereNothingChanged() throws IOException {
    record(Verdicts.failing());
    var before = Files.readAttributes(path(), "lastModifiedTime,fileKey");
    record(Verdicts.failing());
    assertThat(Files.readAttributes(path(), "lastModifiedTime,fileKey")).isEqualTo(before);
  }

  @Test
  void isReadOnlyWithoutAnUpdate() {
    RunContext context = Verdicts.context(directory);
    BaselineRecorder.of(context.session()).record(Verdicts.failing(), context);
    assertThat(path()).doesNotExist();
  }

  @Test
  void isNeverWrittenOnCi() {
    RunContext context = Verdicts.context(directory, true, true);
    assertThatThrownBy(
            () -> BaselineRecorder.of(context.session()).record(Verdicts.failing(), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("touchstone.baseline = update on CI");
    assertThat(path()).doesNotExist();
  }

  @Test
  void claimsOnSeveralSlicesOfOneTestShareItsLine() {
    record(
        Verdicts.verdict(Verdicts.claim(), Map.of("overall", 30)),
        Verdicts.verdict(Verdicts.claim(), Map.of("overall", 30, "sex=Female", 40)));
    assertThat(Baseline.read(path()).entries()).hasSize(1);
    assertThat(Baseline.read(path()).entries().get(0).values()).hasSize(2);
  }

  @Test
  void twoClaimsOfOneRunThatContradictEachOtherNeedNames() {
    assertThatThrownBy(
            () ->
                record(
                    Verdicts.verdict(Verdicts.claim(), Map.of("overall", 30)),
                    Verdicts.verdict(Verdicts.claim(), Map.of("overall", 31))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "two claims of com.acme.ModelTest#isRight would share one line of the baseline, and"
                + " differ: \"the error rate is at most 0.1\"; say .identifiedAs(\"…\") with"
                + " another name for each");
  }

  @Test
  void outsideATestAClaimNeedsAName() {
    RunContext context = RunContext.of(Verdicts.context(directory, true, false).settings());
    assertThatThrownBy(
            () -> BaselineRecorder.of(context.session()).record(Verdicts.failing(), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("say .identifiedAs(\"…\")");
  }

  @Test
  void concurrentUpdatesLoseNothing() throws IOException {
    IntStream.range(0, 40)
        .parallel()
        .forEach(
            i ->
                record(
                    Verdicts.verdict(
                        Verdicts.claim().identifiedAs("claim " + i), Map.of("overall", i))));
    assertThat(Baseline.read(path()).entries()).hasSize(40);
    assertThat(Files.readString(path()).lines().filter(line -> line.startsWith("{\"test\"")))
        .hasSize(40)
        .isSorted();
  }

  @Test
  void hostileNamesStayInTheirLine() {
    record(
        Verdicts.verdict(
            Verdicts.claim().identifiedAs("\"},\n{\u2028\u001b[31m</script>"),
            Map.of("a\"\nb", 30)));
    assertThat(Baseline.read(path()).entries().get(0).key().test())
        .isEqualTo("\"},\n{\u2028\u001b[31m</script>");
  }

  @Test
  void whatIsWrittenFollowsItsSchema() throws IOException {
    RunContext context = Verdicts.context(directory, true, false);
    record(onData("beef"));
    KnownClaims.withDefaults()
        .examine(
            Verdicts.verdict(
                Verdicts.claim().acceptingKnown("why", LocalDate.MAX), Map.of("overall", 30)),
            context);
    JsonNode written = new ObjectMapper().readTree(path().toFile());
    assertThat(written.get("approved")).hasSize(1);
    assertThat(written.get("known")).hasSize(1);
    assertThat(schema().validate(written)).isEmpty();
  }

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(Path.of("../docs/baseline.schema.json")));
  }

  private void assertRefused(String text, String message) throws IOException {
    Files.writeString(path(), text);
    assertThatThrownBy(() -> Baseline.read(path()))
        .isInstanceOf(InvalidBaselineException.class)
        .hasMessageStartingWith("the baseline " + path() + " ")
        .hasMessageContaining(message);
    assertThatThrownBy(() -> record(Verdicts.failing()))
        .isInstanceOf(InvalidBaselineException.class);
    assertThat(path()).hasContent(text);
  }

  @Test
  void aFileThatIsNotThereSaysHowToMakeIt() {
    assertThatThrownBy(() -> Baseline.read(path()))
        .isInstanceOf(InvalidBaselineException.class)
        .hasMessage(
            "the baseline "
                + path()
                + " is not there; run this test with -Dtouchstone.baseline=update on your"
                + " machine, and commit the file");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    assertRefused(" \n", "is empty; restore it from version control");
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItWasCut() throws IOException {
    String whole = file(LINE, KNOWN);
    for (int length = 1; length < whole.length(); length += 37) {
      assertRefused(whole.substring(0, length), "is no JSON, as after a cut");
    }
  }

  @Test
  void aMergeThatWasNotFinishedIsRefused() throws IOException {
    assertRefused(
        "{\"schema\":\"touchstone-baseline/1\",\n\"approved\":[\n<<<<<<< HEAD\n",
        "holds a merge's conflict markers");
  }

  @Test
  void anotherSchemaIsRefused() throws IOException {
    assertRefused(
        "{\"schema\":\"touchstone-baseline/2\",\"more\":1}",
        "has schema \"touchstone-baseline/2\", and this version of Touchstone reads"
            + " touchstone-baseline/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "3", "{}", "null", "{\"verdicts\":[]}"})
  void anotherFileIsRefused(String text) throws IOException {
    assertRefused(text, "is no baseline: it names no schema");
  }

  @Test
  void twoLinesForOneClaimAreRefused() throws IOException {
    assertRefused(
        file(LINE + "," + LINE, ""),
        "has two approved lines for the claim \"the error rate is at most 0.1\" of"
            + " \"com.acme.ModelTest#isRight\"; delete one of them");
    assertRefused(file("", KNOWN + "," + KNOWN), "has two known lines for the claim");
  }

  @Test
  void aPropertyThatStandsTwiceIsRefused() throws IOException {
    assertRefused(
        file(LINE.replace("\"n\":100", "\"n\":100,\"n\":1000"), ""),
        "says \"n\" twice of one thing");
  }

  @Test
  void aBinaryFileIsRefused() throws IOException {
    Files.write(path(), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> Baseline.read(path()))
        .isInstanceOf(InvalidBaselineException.class)
        .hasMessageContaining("is no UTF-8 text");
  }

  @Test
  void aNestThatIsTooDeepIsRefused() throws IOException {
    assertRefused("[".repeat(100_000), "is no JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "n":100          | "n":0              | counts 30 of 0
          "n":100          | "n":29             | counts 30 of 29
          "n":100          | "n":1.5            | n must be a count, a whole number, was "1.5"
          "n":100          | "n":1e30           | n must be a count
          "n":100          | "n":-100           | n must be a count
          "n":100,         | ''                 | approved line 1: lacks n
          "estimate":0.3   | "estimate":1e999   | estimate must be a finite number
          "estimate":0.3   | "estimate":"0.3"   | estimate must be a finite number
          "estimate":0.3   | "estimate":{}      | estimate must be a single value
          "estimate":0.3   | "estimate":NaN     | is no JSON
          "lower":0.212    | "lower":0.5        | has an interval from 0.5 to 0.4
          "model":"a.onnx" | "model":3          | model must be a text, was "3"
          "unit"           | "units"            | has "units", which touchstone-baseline/1 does not
          "values":[       | "values":[3,       | approved line 1: must be {…}
          "values":[       | "values":{},"x":[  | has "x"
          """)
  void aLineThatTouchstoneWouldNotWriteIsRefused(String part, String changed, String message)
      throws IOException {
    assertThat(LINE).contains(part);
    assertRefused(file(LINE.replace(part, changed), ""), message);
  }

  @Test
  void aLimitThatIsNotFiniteIsNull() throws IOException {
    Files.writeString(path(), file(LINE.replace("\"upper\":0.4", "\"upper\":null"), ""));
    assertThat(
            Baseline.read(path())
                .entries()
                .get(0)
                .value("error rate", "overall")
                .orElseThrow()
                .interval()
                .upper())
        .isInfinite();
  }

  @Test
  void messagesShowHostileTextsInert() throws IOException {
    assertRefused(
        file(LINE.replace("\"unit\"", "\"\u202eunit\""), ""), "has \"\\u202Eunit\", which");
  }
}
