package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Held to ONNX's own backend tests, which say what comes out; the rest is counted by hand. */
class KnownShapesTest {
  private static final long BUDGET = 1L << 28;

  @Test
  void whatIsKnownOfAShapeIsWhatOnnxsOwnTestsExpect() throws Exception {
    Set<String> met = new TreeSet<>();
    for (OnnxConformanceTest.Case one : OnnxConformanceTest.all()) {
      ModelProto model = one.model();
      long[] known =
          OnnxNodes.shapes(model, one.name(), BUDGET).get(model.getGraph().getOutput(0).getName());
      if (known == null) {
        continue;
      }
      List<Long> expected = one.output().getDimsList();
      assertThat(known).as(one.name()).hasSize(expected.size());
      for (int axis = 0; axis < known.length; axis++) {
        if (known[axis] >= 0) {
          assertThat(known[axis]).as(one.name()).isEqualTo(expected.get(axis));
        }
      }
      model.getGraph().getNodeList().forEach(node -> met.add(node.getOpType()));
    }
    assertThat(met)
        .contains("Conv", "ConvTranspose", "MaxPool", "AveragePool", "Concat", "Reshape", "Flatten")
        .contains("Transpose", "Squeeze", "Unsqueeze", "ReduceSum", "Gather", "GlobalMaxPool");
  }

  /** What an operator is stands in one place. */
  @Test
  void onlyOperatorsThatHaveNoRowAreListedApart() {
    assertThat(KnownShapes.UNARY_ON_ONNX_RUNTIME)
        .isNotEmpty()
        .doesNotContainAnyElementsOf(OperatorTraits.types());
  }

  private static Map<String, long[]> shapes(OnnxBuilder model)
      throws InvalidProtocolBufferException {
    return OnnxNodes.shapes(ModelProto.parseFrom(model.bytes()), "m.onnx", BUDGET);
  }

  private static OnnxBuilder conv(long pads, long... input) {
    return new OnnxBuilder()
        .opset(17)
        .input("x", input)
        .weights("W", new float[18], 2, 1, 3, 3)
        .node(
            "Conv",
            List.of("x", "W"),
            "y",
            OnnxBuilder.attribute("pads", new long[] {1, pads, 1, 1}),
            OnnxBuilder.attribute("strides", new long[] {2, 2}))
        .output("y", 0, 2, 0, 0);
  }

  @Test
  void paddingMakesAConvolutionAsLargeAsItSays() throws Exception {
    // (7 + 1 + 1 - 3) / 2 + 1 = 4 and (5 + 3 + 1 - 3) / 2 + 1 = 4.
    assertThat(shapes(conv(3, 0, 1, 7, 5)).get("y")).containsExactly(-1, 2, 4, 4);
    assertThat(shapes(conv(2, 0, 1, 0, 0)).get("y")).containsExactly(-1, 2, -1, -1);
    // 2 × 4 × (5 + 200,000,000 + 1 - 3) / 2 + 1 numbers; more than 2²⁶ of four bytes.
    assertThatThrownBy(() -> shapes(conv(200_000_000, 0, 1, 7, 5)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("would make an array of shape [-1, 2, 4, 100000002]")
        .hasMessageContaining("touchstone.memory");
    assertThatThrownBy(() -> shapes(conv(200_000_000, 0, 1, 7, 0)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("would make an array of shape [-1, 2, 4, 100000000]");
  }

  private static OnnxBuilder resized(String policy, long... sizes) {
    return new OnnxBuilder()
        .opset(19)
        .input("x", 0, 1, 2, 4)
        .integers("sizes", sizes)
        .node(
            "Resize",
            List.of("x", "", "", "sizes"),
            "y",
            OnnxBuilder.attribute("axes", new long[] {2, -1}),
            OnnxBuilder.text("keep_aspect_ratio_policy", policy))
        .output("y", 0, 1, 0, 0);
  }

  @Test
  void anImageThatKeepsItsAspectMayBecomeLargerThanItsSizesSay() throws Exception {
    assertThat(shapes(resized("stretch", 1, 8)).get("y")).containsExactly(-1, 1, 1, 8);
    // 8 / 4 = 2 and 1 / 2: twice as large, or half.
    assertThat(shapes(resized("not_smaller", 1, 8)).get("y")).containsExactly(-1, 1, 4, 8);
    assertThat(shapes(resized("not_larger", 1, 8)).get("y")).containsExactly(-1, 1, 1, 2);
    assertThatThrownBy(() -> shapes(resized("not_smaller", 1, 65536)))
        .hasMessageContaining("would make an array of shape [-1, 1, 32768, 65536]");
  }

  @Test
  void arraysAreArrangedAsTheFileSays() throws Exception {
    OnnxBuilder model =
        new OnnxBuilder()
            .opset(17)
            .input("x", 0, 3, 4)
            .integers("split", 0, 2, -1)
            .integers("first", 1)
            .node("Reshape", List.of("x", "split"), "four")
            .node(
                "Transpose",
                List.of("x"),
                "turned",
                OnnxBuilder.attribute("perm", new long[] {0, 2, 1}))
            .node("Unsqueeze", List.of("x", "first"), "longer")
            .node("Flatten", List.of("longer"), "flat", OnnxBuilder.attribute("axis", 2))
            .node("Concat", List.of("x", "x"), "joined", OnnxBuilder.attribute("axis", 1))
            .node(
                "ReduceSum", List.of("x", "first"), "summed", OnnxBuilder.attribute("keepdims", 0))
            .output("summed", 0, 4);

    Map<String, long[]> shapes = shapes(model);
    assertThat(shapes.get("four")).containsExactly(-1, 2, -1);
    assertThat(shapes.get("turned")).containsExactly(-1, 4, 3);
    assertThat(shapes.get("longer")).containsExactly(-1, 1, 3, 4);
    assertThat(shapes.get("flat")).containsExactly(-1, 12);
    assertThat(shapes.get("joined")).containsExactly(-1, 6, 4);
    assertThat(shapes.get("summed")).containsExactly(-1, 4);
  }
}
