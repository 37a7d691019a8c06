package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeOrderTest {

  private static OnnxBuilder model() {
    return new OnnxBuilder().input("x", 0, 2).output("y", 0, 2);
  }

  /** As the converter to half precision leaves them: what makes the first input stands last. */
  @Test
  void nodesInAnyOrderAreRead() {
    OnnxFile file =
        OnnxFile.of(
            model()
                .node("Exp", List.of("shifted"), "y")
                .node("Add", List.of("halved", "halved"), "shifted")
                .node("Neg", List.of("x"), "halved")
                .bytes(),
            "unsorted.onnx");

    assertThat(file.whiteBox("cpu").outputs(Tensor.of(new float[] {0, -1}, 1, 2))[0])
        .containsExactly(1, (float) Math.exp(2));
  }

  @Test
  void whatIsSortedStaysAsItIs() throws Exception {
    ModelProto sorted =
        ModelProto.parseFrom(
            model().node("Neg", List.of("x"), "a").node("Exp", List.of("a"), "y").bytes());

    assertThat(NodeOrder.sorted(sorted)).isSameAs(sorted);
  }

  @Test
  void aBranchUsesWhatIsMadeOutsideOfIt() {
    NodeProto inner =
        NodeProto.newBuilder().setOpType("Neg").addInput("outside").addOutput("z").build();
    NodeProto branching =
        NodeProto.newBuilder()
            .setOpType("If")
            .addInput("condition")
            .addOutput("y")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("then_branch")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(GraphProto.newBuilder().addNode(inner)))
            .build();
    NodeProto outside =
        NodeProto.newBuilder().setOpType("Exp").addInput("x").addOutput("outside").build();

    ModelProto sorted =
        NodeOrder.sorted(
            ModelProto.newBuilder()
                .setGraph(GraphProto.newBuilder().addNode(branching).addNode(outside))
                .build());

    assertThat(sorted.getGraph().getNodeList()).containsExactly(outside, branching);
  }

  @Test
  void aCircleHasNoOrderAndIsRefusedAsBefore() {
    byte[] circle =
        model()
            .node("Add", List.of("x", "b"), "a")
            .node("Neg", List.of("a"), "b")
            .node("Neg", List.of("b"), "y")
            .bytes();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> OnnxFile.of(circle, "circle.onnx"))
        .withMessageContaining("which nothing makes: the file is corrupt");
  }
}
