package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
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
                new Provenance(
                    plain.model(),
                    plain.data(),
                    ordered,
                    plain.seed(),
                    plain.environment(),
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
    Path part = directory.resolve("verdicts/run.2.jsonl");
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
}
