package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.robustness.RobustnessOracle;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.statistics.Estimate;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers that were really left out of a training: {@code src/test/python/frozen_layers.py}. Their
 * networks are as right as healthy ones.
 */
class FrozenLayersTest {
  private static final double TOLERANCE = 0.03;
  private static final double DECIDES = 0.025;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Dataset digits = RobustnessOracle.digits().first(50);

  private static Classifier model(String name, int seed) {
    return Models.onnx("classpath:layers/%s-%d.onnx".formatted(name, seed)).emittingLogits();
  }

  private Map<String, Estimate> measured(LayersTrained question, String name, int seed) {
    Evidence evidence = question.evaluate(model(name, seed), digits, context);
    return evidence.measurements().stream()
        .collect(Collectors.toMap(Measurement::slice, Measurement::estimate));
  }

  private static boolean isRefuted(Estimate distance) {
    return distance.pValueBelow(TOLERANCE) < DECIDES;
  }

  /** 8,192 weights decide; 1,152 of the convolution leave it open, and never call it trained. */
  @ParameterizedTest
  @CsvSource({"frozen-fc1, fc1", "lost-fc1, fc1", "frozen-conv2, conv2"})
  void aLayerThatWasLeftOutIsNotTakenForTrained(String name, String layer) {
    for (int seed = 0; seed < 2; seed++) {
      Map<String, Estimate> distances = measured(LayersTrained.withDefaults(), name, seed);
      assertThat(isRefuted(distances.get(layer))).isEqualTo(layer.equals("fc1"));
      assertThat(distances.get(layer).pValueAbove(TOLERANCE)).isGreaterThan(DECIDES);
      String other = layer.equals("fc1") ? "conv2" : "fc1";
      assertThat(isRefuted(distances.get(other))).isFalse();
    }
  }

  /** √(ln 40 / (2 · 1152)), Massart's limit: no distance of 0 is shown to lie below less. */
  @Test
  void whatALayersSizeCanShowIsSaid() {
    Evidence evidence =
        LayersTrained.withDefaults().evaluate(model("frozen-conv2", 0), digits, context);
    assertThat(evidence.notes())
        .anyMatch(
            note ->
                note.startsWith("conv2 has 1152 weights")
                    && note.contains("at tolerances from 0.04001 up")
                    && note.contains(".since(before)"))
        .noneMatch(note -> note.startsWith("fc1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void noLayerOfAHealthyOneIsRefuted(int seed) {
    Map<String, Estimate> distances = measured(LayersTrained.withDefaults(), "healthy", seed);
    assertThat(distances).hasSize(4);
    assertThat(distances.values()).noneMatch(FrozenLayersTest::isRefuted);
  }

  /** Beside what a network began as, a layer of any size tells exactly. */
  @ParameterizedTest
  @CsvSource({"frozen-fc1, fc1", "frozen-conv2, conv2", "healthy, none"})
  void beforeTrainingIsTheBetterReference(String name, String layer) {
    for (int seed = 0; seed < 2; seed++) {
      LayersTrained since = LayersTrained.withDefaults().since(model("before", seed));
      measured(since, name, seed)
          .forEach(
              (of, change) -> {
                if (of.equals(layer)) {
                  assertThat(change.value()).isZero();
                } else {
                  assertThat(change.value()).isGreaterThan(.1);
                }
              });
    }
  }
}
