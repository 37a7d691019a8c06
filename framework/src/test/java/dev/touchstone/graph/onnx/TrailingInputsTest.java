package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrailingInputsTest {

  private static OnnxBuilder clipped(List<String> inputs, AttributeProto... attributes) {
    return new OnnxBuilder()
        .input("x", 0, 2)
        .weights("least", new float[] {0})
        .node("Clip", inputs, "y", attributes)
        .output("y", 0, 2);
  }

  private static NodeProto firstNode(byte[] file) throws InvalidProtocolBufferException {
    return ModelProto.parseFrom(file).getGraph().getNode(0);
  }

  @Test
  void emptyNamesAtTheEndAreNotHandedOn() throws Exception {
    OnnxFile file = OnnxFile.of(clipped(List.of("x", "least", "")).bytes(), "m.onnx");

    assertThat(firstNode(file.bytes()).getInputList()).containsExactly("x", "least", "");
    assertThat(firstNode(file.bytesToRun()).getInputList()).containsExactly("x", "least");
  }

  @Test
  void emptyNamesBeforeOthersStay() {
    OnnxFile file = OnnxFile.of(clipped(List.of("x", "", "least")).bytes(), "m.onnx");

    assertThat(file.bytesToRun()).isSameAs(file.bytes());
  }

  @Test
  void subgraphsAreSearchedToo() throws Exception {
    GraphProto branch =
        GraphProto.newBuilder()
            .setName("branch")
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Clip")
                    .addAllInput(List.of("x", "", ""))
                    .addOutput("inner"))
            .build();
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("condition", new float[] {1})
            .node("If", List.of("condition"), "y", graph("then_branch", branch))
            .output("y", 0, 2)
            .bytes();

    NodeProto node = firstNode(dropped(file));

    assertThat(node.getAttribute(0).getG().getNode(0).getInputList()).containsExactly("x");
  }

  @Test
  void interceptsThatAreLeftOutAreZero() throws Exception {
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 2)
            .node(
                "ai.onnx.ml",
                "linear",
                "LinearClassifier",
                List.of("x"),
                List.of("label", "y"),
                OnnxBuilder.attribute("coefficients", new float[] {1, 2, 3, 4, 5, 6}),
                OnnxBuilder.attribute("intercepts", new float[0]),
                OnnxBuilder.attribute("classlabels_ints", new long[] {0, 1, 2}))
            .output("y", 0, 3)
            .bytes();

    assertThat(firstNode(dropped(file)).getAttributeList())
        .containsExactlyInAnyOrder(
            OnnxBuilder.attribute("coefficients", new float[] {1, 2, 3, 4, 5, 6}),
            OnnxBuilder.attribute("intercepts", new float[] {0, 0, 0}),
            OnnxBuilder.attribute("classlabels_ints", new long[] {0, 1, 2}));
  }

  /** What follows on the number of trips and the condition is counted from there. */
  @Test
  void aLoopKeepsItsFirstTwo() {
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 2)
            .integers("trips", 3)
            .node("Loop", List.of("trips", ""), "y", graph("body", GraphProto.getDefaultInstance()))
            .output("y", 0, 2)
            .bytes();

    assertThat(dropped(file)).isSameAs(file);
  }

  private static byte[] dropped(byte[] file) {
    try {
      return TrailingInputs.dropped(ModelProto.parseFrom(file), file);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static AttributeProto graph(String name, GraphProto graph) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(graph)
        .build();
  }
}
