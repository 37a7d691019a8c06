package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NormalisationTest {
  private static final double[] MEAN = {1, 2};
  private static final double[] STD = {2, 4};
  private static final Tensor RAW = Tensor.of(new float[] {3, 10}, 1, 2);

  private static final double[] STD_OF_ALL = {8};

  @TempDir Path folder;

  private ModelSource source;

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("linear.onnx");
    Files.write(file, OnnxClassifierTest.linear(null));
    source = Models.onnx(file.toString());
  }

  @Test
  void inputsAreNormalisedBeforeTheModelSeesThem() {
    // (3 - 1)/2 = 1 and (10 - 2)/4 = 2; times [1 2; 3 4] is (7, 10).
    Predictions predictions = source.normalising(MEAN, STD).emittingLogits().predict(RAW);

    assertThat(predictions.probability(0, 1)).isCloseTo(1 / (1 + Math.exp(-3)), within(1e-6));
  }

  @Test
  void oneNormalisationBeforeAnotherDoesNotHideIt() {
    double[] zero = {0};
    Classifier twice = source.normalising(MEAN, STD).normalising(zero, STD_OF_ALL).emittingLogits();
    Classifier otherwise =
        source.normalising(MEAN, MEAN).normalising(zero, STD_OF_ALL).emittingLogits();
    assertThat(twice.predict(RAW).probability(0, 1))
        .isNotEqualTo(otherwise.predict(RAW).probability(0, 1));
    assertThat(twice.facts().texts())
        .containsEntry("normalisation", "(x - [0.0]) / [8.0]")
        .containsEntry("normalisation (2)", "(x - [1.0, 2.0]) / [2.0, 4.0]")
        .isNotEqualTo(otherwise.facts().texts());
  }

  @Test
  void gradientsAreWithRespectToInputsAsTheyCome() {
    Classifier model = source.normalising(MEAN, STD).emittingLogits();
    double[] expected = {2. / 2, 4. / 4};

    double[][] gradient =
        model
            .capability(InputGradients.class)
            .orElseThrow()
            .inputGradients(RAW, Quantity.ofClass(1));
    double[][] ofWhiteBox =
        model
            .capability(WhiteBox.class)
            .orElseThrow()
            .inputGradients(RAW, Quantity.ofClass(1), BackwardRules.derivatives());

    assertThat(gradient[0]).containsExactly(expected, within(1e-6));
    assertThat(ofWhiteBox[0]).containsExactly(expected, within(1e-6));
  }

  @Test
  void theWhiteBoxTakesInputsAsTheyComeAndKeepsItsLayers() {
    WhiteBox model =
        source.normalising(MEAN, STD).emittingLogits().capability(WhiteBox.class).orElseThrow();

    assertThat(model.outputs(RAW)[0]).containsExactly(new double[] {7, 10}, within(1e-5));
    assertThat(model.inDoublePrecision().outputs(RAW)[0])
        .containsExactly(new double[] {7, 10}, within(1e-12));
    assertThat(model.layers()).extracting(l -> l.name()).containsExactly("fc");
  }

  @Test
  void theRepresentationIsThatOfNormalisedInputs() {
    Classifier model = source.normalising(MEAN, STD).emittingLogits();

    assertThat(model.capability(Representation.class).orElseThrow().representation(RAW))
        .isDeepEqualTo(new double[][] {{1, 2}});
  }

  @Test
  void imagesAreNormalisedPerChannel() {
    Normalisation normalisation = new Normalisation(MEAN, STD);
    Tensor image = Tensor.of(new float[] {1, 3, 5, 2, 6, 10}, 1, 2, 1, 3);

    assertThat(normalisation.apply(image).values()).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(normalisation.backward(new double[][] {{1, 1, 1, 1, 1, 1}}, image))
        .isDeepEqualTo(new double[][] {{.5, .5, .5, .25, .25, .25}});
  }

  @Test
  void modelsWithoutGradientsAreNormalisedToo() {
    Classifier model =
        Models.function(
                "sum", "1", batch -> new double[][] {{0, batch.values()[0] + batch.values()[1]}})
            .normalising(MEAN, STD)
            .emittingLogits();

    assertThat(model.predict(RAW).probability(0, 1))
        .isCloseTo(1 / (1 + Math.exp(-3)), within(1e-6));
    assertThat(model.capability(InputGradients.class)).isEmpty();
    assertThat(model.facts().texts())
        .containsEntry("normalisation", "(x - [1.0, 2.0]) / [2.0, 4.0]");
  }

  @Test
  void aReleasedModelIsNormalisedAgain() {
    Classifier model = source.normalising(MEAN, STD).emittingLogits();
    model.capability(WhiteBox.class).orElseThrow().outputs(RAW);

    Models.release(model);

    assertThat(model.capability(WhiteBox.class).orElseThrow().outputs(RAW)[0])
        .containsExactly(new double[] {7, 10}, within(1e-5));
  }

  @Test
  void unusableNumbersAreRefused() {
    assertThatThrownBy(() -> source.normalising(new double[] {1}, STD))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("1 means and 2 standard deviations");
    assertThatThrownBy(() -> source.normalising(MEAN, new double[] {1, 0}))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("channel 1")
        .hasMessageContaining("positive");
    Classifier model =
        source.normalising(new double[] {1, 2, 3}, new double[] {1, 2, 3}).emittingLogits();
    assertThatThrownBy(() -> model.predict(RAW))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("3 means")
        .hasMessageContaining("[2]");
  }

  @Test
  void aModelOnOnnxRuntimeIsNormalisedToo() throws IOException {
    Path file = folder.resolve("tree.onnx");
    Files.write(file, OnnxBuilder.oneTree());
    Classifier tree = Models.onnx(file.toString()).normalising(MEAN, STD).emittingProbabilities();

    // The tree splits at 0.5, which raw inputs reach at 2.
    Predictions predictions = tree.predict(Tensor.of(new float[] {1.9f, 0, 2.1f, 0}, 2, 2));

    assertThat(List.of(predictions.predicted(0), predictions.predicted(1))).containsExactly(0, 1);
  }
}
