package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private static final Map<String, String> AGAINST_A = Map.of("approved sha256", "a");

  private static boolean comparesWithItself(
      Map<String, String> model, Map<String, String> settings) {
    return new Provenance(model, Map.of(), settings, 42, Map.of(), Instant.EPOCH, 0)
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

  @Test
  void otherFilesAndNoComparisonAreNone() {
    assertThat(comparesWithItself(Map.of("sha256", "b"), AGAINST_A)).isFalse();
    assertThat(comparesWithItself(Map.of("sha256", "a"), Map.of())).isFalse();
    assertThat(comparesWithItself(Map.of("name", "no file"), AGAINST_A)).isFalse();
  }
}
