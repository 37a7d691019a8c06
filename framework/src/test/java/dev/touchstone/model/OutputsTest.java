package dev.touchstone.model;

import static dev.touchstone.model.OutputKind.LOGITS;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;
import static dev.touchstone.model.OutputKind.PROBABILITIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputsTest {
  private static final double[][] AS_PROBABILITIES = {{.25, .75}, {.5, .5}};

  private static double[][] as(OutputKind kind) {
    return switch (kind) {
      case PROBABILITIES -> AS_PROBABILITIES;
      case LOG_PROBABILITIES ->
          new double[][] {{Math.log(.25), Math.log(.75)}, {Math.log(.5), Math.log(.5)}};
      case LOGITS -> new double[][] {{1, 1 + Math.log(3)}, {-2, -2}};
      case MARGIN -> new double[][] {{Math.log(3)}, {0}};
      case VALUES, INTERVALS -> throw new IllegalArgumentException("no classes' scores");
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = OutputKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"VALUES", "INTERVALS"})
  void everyKindBecomesTheSameProbabilities(OutputKind kind) {
    Predictions predictions = new Outputs(kind, "model.onnx").toPredictions(as(kind));

    for (int i = 0; i < 2; i++) {
      assertThat(predictions.probabilities(i)).containsExactly(AS_PROBABILITIES[i], within(1e-12));
    }
  }

  static List<Arguments> mismatches() {
    List<OutputKind> ofTwoColumns =
        List.of(OutputKind.LOGITS, OutputKind.PROBABILITIES, OutputKind.LOG_PROBABILITIES);
    return ofTwoColumns.stream()
        .flatMap(
            declared ->
                ofTwoColumns.stream()
                    .filter(emitted -> emitted != declared)
                    .map(emitted -> Arguments.of(declared, emitted)))
        .toList();
  }

  /** Two rows of logits may look like anything, the six of a data set no longer. */
  @ParameterizedTest
  @MethodSource("mismatches")
  void aWrongDeclarationIsRefused(OutputKind declared, OutputKind emitted) {
    Dataset six =
        Dataset.named("six")
            .features(FeatureStore.inMemory(new float[] {0, 1, 0, 1, 0, 1}, 1))
            .labels(0, 1, 0, 1, 0, 1)
            .build();
    Classifier model =
        Models.function(
                "model.onnx",
                "1",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> as(emitted)[(int) batch.row(i)[0]])
                        .toArray(double[][]::new))
            .emitting(declared);

    assertThatThrownBy(() -> CheckedAnswers.of(model, six, 1 << 20))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(
            "model.onnx was declared to emit " + declared,
            " like " + emitted,
            "declare outputs = " + emitted);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void outputsThatAreNoNumbersAreRefusedInEveryBatch(double bad) {
    Outputs outputs = new Outputs(LOGITS, "model.onnx");
    outputs.toPredictions(as(LOGITS));

    assertThatThrownBy(() -> outputs.toPredictions(new double[][] {{1, 2}, {bad, 0}}))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(
            "model.onnx was declared to emit LOGITS, and row 1 of the batch is [" + bad + ", 0.0]")
        .hasMessageContaining("preprocessed as in training");
  }

  @Test
  void aProbabilityOfZeroHasALogarithm() {
    Predictions predictions =
        new Outputs(LOG_PROBABILITIES, "model.onnx")
            .toPredictions(new double[][] {{0, Double.NEGATIVE_INFINITY}});

    assertThat(predictions.probabilities(0)).containsExactly(1, 0);
  }

  @Test
  void aSingleOutputIsThatOfClassOne() {
    assertThat(
            new Outputs(PROBABILITIES, "m").toPredictions(new double[][] {{.2}}).probabilities(0))
        .containsExactly(new double[] {.8, .2}, within(1e-12));
    assertThat(new Outputs(LOGITS, "m").toPredictions(new double[][] {{0}}).probabilities(0))
        .containsExactly(new double[] {.5, .5}, within(1e-12));
  }

  @Test
  void provenanceSaysWhatAModelEmits() {
    Classifier rule =
        Models.function("rule", "1", batch -> new double[batch.rows()][2]).emittingLogits();
    assertThat(rule.facts().texts())
        .containsExactly(
            Map.entry("name", "rule"),
            Map.entry("sha256", rule.sha256()),
            Map.entry("format", "function"),
            Map.entry("outputs", "LOGITS"));
  }
}
