package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.facts.FactText;
import dev.touchstone.facts.ModelFacts;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private static final Map<String, String> AGAINST_A = Map.of("approved sha256", "a");

  private static boolean comparesWithItself(
      Map<String, String> model, Map<String, String> settings) {
    return Provenance.read(
            new FactText.Texts(model, Map.of(), settings, Map.of()), 42, Instant.EPOCH, 0)
        .comparesWithItself();
  }

  @Test
  void oneFileUnderTwoNamesIsOneModel() {
    assertThat(
            comparesWithItself(
                Map.of(
                    "name", "new", "sha256", "a", "approved name", "old", "approved sha256", "a"),
                AGAINST_A))
        .isTrue();
  }

  @Test
  void oneFileThatRunsElsewhereIsAnother() {
    assertThat(
            comparesWithItself(
                Map.of("sha256", "a", "runtime", "ONNX Runtime", "approved runtime", "white box"),
                AGAINST_A))
        .isFalse();
    assertThat(
            comparesWithItself(Map.of("sha256", "a", "approved runtime", "white box"), AGAINST_A))
        .isFalse();
  }

  private static ModelFacts facts(Map<String, String> model) {
    return (ModelFacts)
        Provenance.read(
                new FactText.Texts(model, Map.of(), Map.of(), Map.of()), 42, Instant.EPOCH, 0)
            .subject();
  }

  private static final Map<String, String> PLAIN =
      Map.of("name", "plain", "sha256", "a", "format", "ONNX");
  private static final Map<String, String> SCALED =
      Map.of("name", "scaled", "sha256", "a", "format", "ONNX", "normalisation", "by 255");
  private static final Map<String, String> STAND_IN =
      Map.of("name", "plain", "sha256", "a", "format", "ONNX", "in place of", "v1.onnx");

  private static boolean comparesWithItself(
      Map<String, String> model, String prefix, Map<String, String> other) {
    Map<String, String> facts = new HashMap<>(model);
    other.forEach((fact, value) -> facts.put(prefix + fact, value));
    return comparesWithItself(facts, Map.of(prefix + "sha256", other.get("sha256")));
  }

  @Test
  void behindOtherPreprocessingItIsAnotherWhicheverOfTheTwoHasIt() {
    for (String prefix : List.of("approved ", "reference ")) {
      assertThat(comparesWithItself(PLAIN, prefix, SCALED)).isFalse();
      assertThat(comparesWithItself(SCALED, prefix, PLAIN)).isFalse();
      assertThat(comparesWithItself(SCALED, prefix, SCALED)).isTrue();
    }
  }

  @Test
  void inPlaceOfAnotherFileItIsTheSame() {
    for (String prefix : List.of("approved ", "reference ")) {
      assertThat(comparesWithItself(STAND_IN, prefix, PLAIN)).isTrue();
      assertThat(comparesWithItself(PLAIN, prefix, STAND_IN)).isTrue();
    }
    assertThat(facts(STAND_IN).isSameModelAs(facts(PLAIN))).isTrue();
    assertThat(facts(PLAIN).isSameModelAs(facts(SCALED))).isFalse();
    assertThat(facts(STAND_IN).differencesFrom(facts(SCALED))).containsExactly("normalisation");
  }

  @Test
  void ofABaselineTheHashDecidesAlone() {
    assertThat(comparesWithItself(SCALED, "approved ", Map.of("name", "v1", "sha256", "a")))
        .isTrue();
    assertThat(comparesWithItself(SCALED, "approved ", Map.of("name", "v1", "sha256", "b")))
        .isFalse();
  }

  private static Map<String, String> mergesOf(String slice, Map<String, String> settings) {
    Map<String, String> data =
        Map.of("merged race", "r", "merged sex & age", "s", "merged a=b", "t");
    return Provenance.read(
            new FactText.Texts(Map.of(), data, settings, Map.of()), 42, Instant.EPOCH, 0)
        .mergesOf(slice);
  }

  @Test
  void aGroupDependsOnWhatWasTakenTogetherInEachOfItsColumns() {
    assertThat(mergesOf("race=other", Map.of())).containsOnlyKeys("race");
    assertThat(mergesOf("sex & race=F & other", Map.of())).containsOnlyKeys("race");
    assertThat(mergesOf("race & sex=a − race & sex=b", Map.of())).containsOnlyKeys("race");
    assertThat(mergesOf("sex & age=old", Map.of())).containsOnlyKeys("sex & age");
    assertThat(mergesOf("a=b=c", Map.of())).containsOnlyKeys("a=b");
    assertThat(mergesOf("overall", Map.of())).isEmpty();
    assertThat(mergesOf("overall", Map.of("clustered by", "race"))).containsOnlyKeys("race");
  }

  @Test
  void otherFilesAndNoComparisonAreNone() {
    assertThat(comparesWithItself(Map.of("sha256", "b"), AGAINST_A)).isFalse();
    assertThat(comparesWithItself(Map.of("sha256", "a"), Map.of())).isFalse();
    assertThat(comparesWithItself(Map.of("name", "no file"), AGAINST_A)).isFalse();
  }
}
