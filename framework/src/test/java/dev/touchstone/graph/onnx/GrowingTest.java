package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Window;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each asks for a megabyte or more where sixteen kilobytes are allowed. */
class GrowingTest {
  private static final long BUDGET = 16 << 10;

  private static OnnxBuilder x() {
    return new OnnxBuilder().input("x", 0, 1, 4, 4).output("y", 0, 1);
  }

  private static AttributeProto ints(String name, long... values) {
    return OnnxBuilder.attribute(name, values);
  }

  private static OnnxBuilder node(
      OnnxBuilder model, String type, List<String> inputs, AttributeProto... attributes) {
    return model.node(type, inputs, "y", attributes);
  }

  static List<Arguments> models() {
    float[] one = {1};
    return List.of(
        Arguments.of(
            "ConstantOfShape",
            node(x().integers("shape", 1, 1 << 20), "ConstantOfShape", List.of("shape"))),
        Arguments.of(
            "Expand",
            node(x().integers("shape", 64, 64, 64, 1, 1), "Expand", List.of("x", "shape"))),
        Arguments.of(
            "Tile", node(x().integers("times", 1, 1, 512, 512), "Tile", List.of("x", "times"))),
        Arguments.of(
            "Range",
            node(
                x().weights("from", new float[] {0})
                    .weights("to", new float[] {1e6f})
                    .weights("by", one),
                "Range",
                List.of("from", "to", "by"))),
        Arguments.of(
            "Pad",
            node(
                x().integers("pads", 0, 0, 999, 999, 0, 0, 999, 999), "Pad", List.of("x", "pads"))),
        Arguments.of(
            "Gather",
            node(
                x().integers("at", new long[8192]),
                "Gather",
                List.of("x", "at"),
                OnnxBuilder.attribute("axis", 1))),
        Arguments.of(
            "Add",
            node(
                x().weights("column", new float[8192], 8192, 1, 1, 1),
                "Add",
                List.of("x", "column"))),
        Arguments.of(
            "MatMul",
            node(x().weights("W", new float[4 * 8192], 4, 8192), "MatMul", List.of("x", "W"))),
        Arguments.of(
            "Conv",
            node(
                x().weights("W", one, 1, 1, 1, 1),
                "Conv",
                List.of("x", "W"),
                ints("pads", 999, 999, 999, 999))),
        Arguments.of(
            "ConvTranspose",
            node(
                x().weights("W", one, 1, 1, 1, 1),
                "ConvTranspose",
                List.of("x", "W"),
                ints("strides", 512, 512))),
        Arguments.of(
            "MaxPool",
            node(
                x(),
                "MaxPool",
                List.of("x"),
                ints("kernel_shape", 3, 3),
                ints("pads", 999, 999, 999, 999))),
        Arguments.of(
            "AveragePool",
            node(
                x(),
                "AveragePool",
                List.of("x"),
                ints("kernel_shape", 3, 3),
                ints("pads", 999, 999, 999, 999))),
        Arguments.of(
            "Resize",
            node(
                x().weights("scales", new float[] {1, 1, 512, 512}, 4),
                "Resize",
                List.of("x", "", "scales"),
                OnnxBuilder.text("mode", "linear"))));
  }

  private static List<Arguments> whoseSizesAreStated() {
    Set<String> computed = Set.of("Gather", "Conv", "ConvTranspose", "MaxPool", "AveragePool");
    return models().stream().filter(model -> !computed.contains(model.get()[0])).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void whatASmallFileAsksForIsHeldAgainstTheBudget(String type, OnnxBuilder model) {
    OnnxFile file = OnnxFile.of(model.bytes(), "m.onnx");

    assertThatThrownBy(
            () -> {
              WhiteBox box = WhiteBox.of("m.onnx", file.graph(), "cpu", BUDGET);
              try {
                box.outputs(Tensor.of(new float[16], 1, 1, 4, 4));
              } finally {
                box.release();
              }
            })
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(
            "m.onnx: " + type + " y would make", "numbers", "touchstone.memory = " + BUDGET);
  }

  /** What does not wait for the data is refused before any engine is asked, whichever it is. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("whoseSizesAreStated")
  void whatTheFileItselfSaysIsRefusedWhenItIsRead(String type, OnnxBuilder model) {
    assertThatThrownBy(() -> OnnxFile.of(model.bytes(), "m.onnx", BUDGET))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(
            "m.onnx: " + type + " (node y) would make an array of shape [",
            "touchstone.memory = " + BUDGET);
  }

  @Test
  void theNumberOfElementsIsThatOfTheResult() {
    // 4 + 2 · 7 padded, windows of 3: 16 + 1 that may reach over the end; padded is larger.
    Window window = new Window(new long[0], new long[0], new long[] {7, 7, 7, 7}, "NOTSET", false);
    Shape input = new Shape(2, 5, 4, 4);
    Shape kernel = new Shape(3, 3);
    assertThat(window.elements(input, kernel, 5)).isEqualTo(2 * 5 * 18 * 18);
    assertThat(window.elements(input, kernel, 50)).isEqualTo(2 * 50 * 17 * 17);
  }

  @Test
  void moreThanALongHoldsIsRefusedToo() {
    OnnxBuilder model =
        node(x().integers("shape", 1L << 40, 1L << 40), "ConstantOfShape", List.of("shape"));

    assertThatThrownBy(() -> OnnxFile.of(model.bytes(), "m.onnx").whiteBox("cpu"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(
            "ConstantOfShape (node y) would make an array of shape [1099511627776");
  }
}
