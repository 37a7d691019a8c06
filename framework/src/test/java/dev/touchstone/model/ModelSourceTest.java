package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is declared of a model holds, whatever is declared after it. */
class ModelSourceTest {
  static final List<UnaryOperator<ModelSource>> SETTINGS =
      List.of(
          source -> source.decidingAt(0.3),
          source -> source.answersDependOnTheirBatch(8),
          source -> source.ofLabel(1, 2),
          source -> source.inPlaceOf("declared.onnx"));

  /** Emits two labels, 1 − x and x. */
  private static ModelSource labels() {
    return Models.function(
        "labels",
        "1",
        batch -> {
          double[][] rows = new double[batch.rows()][];
          for (int i = 0; i < rows.length; i++) {
            double x = batch.values()[i];
            rows[i] = new double[] {1 - x, x};
          }
          return rows;
        });
  }

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void normalisingStaysWhateverIsSaidAfterIt(UnaryOperator<ModelSource> setting) {
    Classifier model =
        setting
            .apply(labels().normalising(new double[] {10}, new double[] {10}))
            .emittingProbabilities();

    assertThat(model.facts().normalisations()).hasSize(1);
    assertThat(model.predict(Tensor.of(new float[] {14}, 1, 1)).probability(0, 1)).isEqualTo(0.4f);
  }

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void theFileInPlaceStaysWhateverIsSaidAfterIt(UnaryOperator<ModelSource> setting) {
    Classifier model = setting.apply(labels().inPlaceOf("suite.onnx")).emittingProbabilities();

    assertThat(model.facts().inPlaceOf()).isPresent();
  }

  @Test
  void aThresholdHoldsOfALabelThatIsNamedAfterIt() {
    Classifier model = labels().decidingAt(0.3).ofLabel(1, 2).emittingProbabilities();

    assertThat(model.predict(Tensor.of(new float[] {0.2f, 0.4f}, 2, 1)).counts())
        .containsExactly(1, 1);
  }
}
