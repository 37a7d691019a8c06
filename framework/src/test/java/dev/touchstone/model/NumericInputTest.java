package dev.touchstone.model;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.touchstone.data.Tensor;
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

/** White boxes of models whose input is none of single-precision numbers. */
class NumericInputTest {
  @TempDir Path folder;

  private Classifier write(OnnxBuilder built) throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, built.bytes());
    return Models.onnx(file.toString()).emittingLogits();
  }

  /** Grey levels with channels last, as a camera gives them: (x/255)·w. */
  private Classifier ofGreyLevels() throws IOException {
    return write(
        new OnnxBuilder()
            .input("x", DataType.UINT8, 0, 1, 2, 1)
            .output("scores", 0, 2)
            .weights("most", new float[] {255}, 1)
            .weights("w", new float[] {51, -102, 0, 510}, 2, 2)
            .integers("flat", 0, 2)
            .node("Transpose", List.of("x"), "first", attribute("perm", new long[] {0, 3, 1, 2}))
            .node("Cast", List.of("first"), "real", attribute("to", (long) DataType.FLOAT_VALUE))
            .node("Div", List.of("real", "most"), "scaled")
            .node("Reshape", List.of("scaled", "flat"), "rows")
            .node("MatMul", List.of("rows", "w"), "scores"));
  }

  @Test
  void greyLevelsHaveDerivatives() throws IOException {
    Classifier model = ofGreyLevels();
    Tensor batch = Tensor.of(new float[] {10, 200}, 1, 1, 2, 1);

    assertThat(model.predict(batch).probability(0, 1))
        .isCloseTo(1 / (1 + Math.exp(2 - (-4 + 400))), within(1e-7));
    assertThat(
            model.require(InputGradients.class, "this test", "none")
                .inputGradients(batch, Quantity.ofClass(1))[0])
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(-0.4, 2.0);
    Models.release(model);
  }

  /** What the file cannot take is not rounded for it, whoever has its derivatives. */
  @Test
  void predictionsAreThoseOfTheFile() throws IOException {
    Classifier model = ofGreyLevels();

    assertThat(model.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(Tensor.of(new float[] {10.5f, 200}, 1, 1, 2, 1)))
        .withMessageContaining("10.5");
    Models.release(model);
  }

  @Test
  void byPlacesInATableThereIsNoDerivative() throws IOException {
    Classifier model =
        write(
            new OnnxBuilder()
                .input("ids", DataType.INT64, 0, 1)
                .output("scores", 0, 2)
                .weights("table", new float[] {1, 2, 3, 4}, 2, 2)
                .integers("flat", 0, 2)
                .node("Gather", List.of("table", "ids"), "rows")
                .node("Reshape", List.of("rows", "flat"), "scores"));

    assertThat(model.capability(WhiteBox.class)).isPresent();
    assertThat(model.capability(InputGradients.class)).isEmpty();
    assertThat(model.whyMissing(InputGradients.class))
        .isEqualTo("takes whole numbers, by which there is no derivative: [\"ids\" (INT64[?, 1])]");
    assertThat(model.predict(Tensor.of(new float[] {1}, 1, 1)).probability(0, 1))
        .isCloseTo(1 / (1 + Math.exp(-1)), within(1e-7));
    Models.release(model);
  }

  /** 2049 has no half: the file rounds it to 2048, and so do its predictions. */
  @Test
  void aFileInHalfPrecisionPredictsSoAndHasDerivatives() throws IOException {
    Classifier model =
        write(
            new OnnxBuilder()
                .input("x", 0, 2)
                .output("scores", 0, 2)
                .weights("w", new float[] {1, 3, 0, 2}, 2, 2)
                .node("Cast", List.of("x"), "half", attribute("to", (long) DataType.FLOAT16_VALUE))
                .node("Cast", List.of("half"), "wide", attribute("to", (long) DataType.FLOAT_VALUE))
                .node("MatMul", List.of("wide", "w"), "scores"));
    Tensor batch = Tensor.of(new float[] {-2049, 2049}, 1, 2);

    assertThat(model.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    assertThat(model.predict(batch).probability(0, 1)).isEqualTo(0.5);
    assertThat(
            model.require(InputGradients.class, "this test", "none")
                .inputGradients(batch, Quantity.ofClass(1))[0])
        .containsExactly(3, 2);
    Models.release(model);
  }
}
