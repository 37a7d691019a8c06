package dev.touchstone.graph.onnx;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.graph.onnx.OnnxBuilder.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurrent layers of 3 hidden units over sequences of 4 steps of 2 inputs, a batch of 1. */
class RecurrentAttributesTest {

  private static OnnxBuilder layer(String type, int gates, AttributeProto... attributes) {
    return new OnnxBuilder()
        .input("x", 4, 1, 2)
        .weights("W", new float[gates * 6], 1, gates * 3, 2)
        .weights("R", new float[gates * 9], 1, gates * 3, 3)
        .weights("B", new float[gates * 6], 1, gates * 6)
        .weights("state", new float[3], 1, 1, 3)
        .weights("short", new float[2], 1, 1, 2)
        .weights("P", new float[9], 1, 9)
        .integers("lengths", 4)
        .node(
            "",
            "layer",
            type,
            List.of("x", "W", "R", "B", "", "state"),
            List.of("all", "y"),
            attributes)
        .output("y", 1, 1, 3);
  }

  @ParameterizedTest
  @CsvSource({"RNN, 1", "GRU, 3", "LSTM, 4"})
  void aLayerAsTheStandardHasItIsRead(String type, int gates) {
    OnnxFile file = OnnxFile.of(layer(type, gates, attribute("hidden_size", 3)).bytes(), "m.onnx");

    assertThat(file.whiteBoxRefused()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"RNN, 1", "GRU, 3", "LSTM, 4"})
  void weightsHaveTheShapeThatTheHiddenUnitsGive(String type, int gates) {
    assertRefused(
        layer(type, gates, attribute("hidden_size", 4)),
        "takes \"W\" of shape [1, %d, 2]".formatted(gates * 3),
        "which has the shape [1, %d, 2] here".formatted(gates * 4));
    assertRefused(layer(type, gates + 1), "takes \"W\" of shape");
  }

  @Test
  void twoDirectionsHaveWeightsForBoth() {
    assertRefused(
        layer("RNN", 1, text("direction", "bidirectional")), "which has the shape [2, 3, 2] here");
    assertRefused(layer("RNN", 1, text("direction", "both")), "direction = \"both\"");
    assertRefused(
        layer("GRU", 3, attribute("activations", "Sigmoid")),
        "1 activations; in 1 direction it has 2");
    assertRefused(layer("LSTM", 4, attribute("layout", 2)), "layout = 2; it is 0 or 1");
  }

  @Test
  void statesAndPeepholesBelongToTheLayer() {
    OnnxBuilder state =
        layer("GRU", 3)
            .node("", "second", "GRU", List.of("x", "W", "R", "B", "", "short"), List.of("z"));
    assertRefused(state, "takes \"short\" of shape [1, 1, 2] as its input number 6");

    OnnxBuilder peepholes =
        layer("LSTM", 4)
            .node(
                "",
                "second",
                "LSTM",
                List.of("x", "W", "R", "B", "lengths", "state", "state", "state"),
                List.of("z"));
    assertRefused(peepholes, "as its input number 8", "which has the shape [1, 9] here");
  }

  private static void assertRefused(OnnxBuilder model, String... parts) {
    assertThatThrownBy(() -> OnnxFile.of(model.bytes(), "m.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("m.onnx: ")
        .hasMessageContainingAll(parts);
  }
}
