package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A linear model of images of 1 × 2 pixels and 3 channels, whose weights tell each place apart. */
class ChannelsLastTest {
  /** One class has the weights 1 to 6 in the order of the model's inputs, the other none. */
  private static final float[] WEIGHTS = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0};

  /** Red 1 and 2, green 3 and 4, blue 5 and 6; as the model takes it, 1, 3, 5, 2, 4, 6. */
  private static final float[] IMAGE = {1, 2, 3, 4, 5, 6};

  /** 1·1 + 2·3 + 3·5 + 4·2 + 5·4 + 6·6. */
  private static final double SCORE = 86;

  private static final double[] GRADIENT = {1, 4, 2, 5, 3, 6};

  @TempDir Path folder;

  private ModelSource source(TensorProto.DataType type) throws IOException {
    OnnxBuilder model =
        new OnnxBuilder().input("image", type, 0, 1, 2, 3).weights("w", WEIGHTS, 6, 2);
    String image = "image";
    if (type != TensorProto.DataType.FLOAT) {
      model.node("Cast", List.of(image), "cast", OnnxBuilder.attribute("to", 1L));
      image = "cast";
    }
    Path file = folder.resolve("last.onnx");
    Files.write(
        file,
        model
            .node("Flatten", List.of(image), "flat")
            .node("MatMul", List.of("flat", "w"), "y")
            .output("y", 0, 2)
            .bytes());
    return Models.onnx(file.toString());
  }

  private static Tensor image() {
    return Tensor.of(IMAGE.clone(), 1, 3, 1, 2);
  }

  private static double score(Classifier model, Tensor image) {
    return model.capability(Scores.class).orElseThrow().scores(image).rows()[0][0];
  }

  @Test
  void channelsArePutLastBeforeTheModelSeesThem() throws IOException {
    Classifier model = source(TensorProto.DataType.FLOAT).channelsLast().emittingLogits();
    assertThat(score(model, image())).isCloseTo(SCORE, within(1e-4));
    assertThat(model.facts().texts()).containsEntry("normalisation", "channels last");
  }

  @Test
  void wholeNumbersOfEightBitsAreTakenSo() throws IOException {
    Classifier model = source(TensorProto.DataType.UINT8).channelsLast().emittingLogits();
    Dataset data =
        Dataset.named("image")
            .features(FeatureStore.inMemory(IMAGE.clone(), 3, 1, 2))
            .labels(0)
            .classNames(List.of("a", "b"))
            .build();
    Scored scored = model.capability(Scores.class).orElseThrow().scores(data.inputs(0));
    assertThat(scored.rows()[0][0]).isCloseTo(SCORE, within(1e-4));
  }

  @Test
  void gradientsAreOfImagesAsTheDataHaveThem() throws IOException {
    Classifier model = source(TensorProto.DataType.FLOAT).channelsLast().emittingLogits();
    Quantity first = Quantity.ofClass(0);
    assertThat(
            model.capability(InputGradients.class).orElseThrow().inputGradients(image(), first)[0])
        .containsExactly(GRADIENT, within(1e-6));
    assertThat(
            model
                .capability(WhiteBox.class)
                .orElseThrow()
                .inputGradients(image(), first, BackwardRules.derivatives())[0])
        .containsExactly(GRADIENT, within(1e-6));
  }

  @Test
  void channelsAreNormalisedWhereverThatIsSaid() throws IOException {
    double[] mean = {1, 3, 5};
    double[] deviation = {1, 2, 4};
    ModelSource source = source(TensorProto.DataType.FLOAT);
    // 0, 0, 0, then 1, 1/2, 1/4: 4 + 5/2 + 6/4.
    for (ModelSource either :
        List.of(
            source.channelsLast().normalising(mean, deviation),
            source.normalising(mean, deviation).channelsLast())) {
      Classifier model = either.emittingLogits();
      assertThat(score(model, image())).isCloseTo(8, within(1e-4));
      assertThat(model.facts().normalisations())
          .containsExactly("(x - [1.0, 3.0, 5.0]) / [1.0, 2.0, 4.0]", "channels last");
    }
  }

  @Test
  void anotherFileIsTakenAlike() throws IOException {
    Classifier model = source(TensorProto.DataType.FLOAT).channelsLast().emittingLogits();
    Path other = Files.copy(folder.resolve("last.onnx"), folder.resolve("other.onnx"));
    assertThat(score(Models.withFile(model, other.toString()), image()))
        .isCloseTo(SCORE, within(1e-4));
  }

  @Test
  void whoForgetsItIsToldToSayIt() throws IOException {
    Classifier model = source(TensorProto.DataType.FLOAT).emittingLogits();
    assertThatThrownBy(() -> model.predict(image()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "last.onnx takes examples of shape [1, 2, 3] and the data have [3, 1, 2]; if it takes"
                + " images with channels last, say so: Models.onnx(…).channelsLast()");
  }

  @Test
  void whatIsNoImageIsRefused() throws IOException {
    Classifier model = source(TensorProto.DataType.FLOAT).channelsLast().emittingLogits();
    assertThatThrownBy(() -> model.predict(Tensor.of(IMAGE.clone(), 1, 6)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "last.onnx is said to take images with channels last, and the data have examples of the"
                + " shape [6]; give it images, [channels, height, width], or leave out"
                + " .channelsLast()");
  }
}
