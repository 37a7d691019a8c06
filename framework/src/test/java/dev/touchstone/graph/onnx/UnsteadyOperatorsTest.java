package dev.touchstone.graph.onnx;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnsteadyOperatorsTest {
  private static final List<String> FIVE = List.of("x", "s", "b", "m", "v");

  private static UnsteadyOperators of(OnnxBuilder model) throws InvalidProtocolBufferException {
    return UnsteadyOperators.of(ModelProto.parseFrom(model.bytes()));
  }

  private static NodeProto random() {
    return NodeProto.newBuilder().setOpType("RandomNormal").setName("noise").build();
  }

  @Test
  void batchNormalisationInTrainingModeIsNamedWithItsNode() throws Exception {
    OnnxBuilder model =
        new OnnxBuilder().node("BatchNormalization", FIVE, "n", attribute("training_mode", 1));
    assertThat(of(model).unsteady())
        .containsExactly("BatchNormalization (node n) in training mode");
  }

  /** Before operator set 14 there was no attribute for it. */
  @Test
  void batchNormalisationThatHandsOutWhatItMeasuredTrains() throws Exception {
    OnnxBuilder model =
        new OnnxBuilder()
            .node("", "bn", "BatchNormalization", FIVE, List.of("n", "mean", "var", "", ""));
    assertThat(of(model).unsteady())
        .containsExactly("BatchNormalization (node bn) in training mode");
  }

  @Test
  void batchNormalisationAndDropoutInEvaluationModeAreSteady() throws Exception {
    OnnxBuilder model =
        new OnnxBuilder()
            .node("BatchNormalization", FIVE, "n", attribute("training_mode", 0))
            .node("Dropout", List.of("n"), "d");
    assertThat(of(model).unsteady()).isEmpty();
  }

  @Test
  void dropoutIsToldByItsThirdInputWhetherItTrains() throws Exception {
    AttributeProto isTrue = truth(true);
    AttributeProto isFalse = truth(false);
    OnnxBuilder model =
        new OnnxBuilder()
            .node("Constant", List.of(), "yes", isTrue)
            .node("Constant", List.of(), "no", isFalse)
            .node("Dropout", List.of("x", "", "no"), "steady")
            .node("Dropout", List.of("x", "", "yes"), "training");
    assertThat(of(model).unsteady()).containsExactly("Dropout (node training) in training mode");
  }

  private static AttributeProto truth(boolean value) {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(
            ai.onnx.proto.OnnxMl.TensorProto.newBuilder()
                .setDataType(ai.onnx.proto.OnnxMl.TensorProto.DataType.BOOL_VALUE)
                .addInt32Data(value ? 1 : 0))
        .build();
  }

  @Test
  void randomOperatorsAreFoundInBranchesAndFunctions() {
    GraphProto branch = GraphProto.newBuilder().addNode(random()).build();
    ModelProto model =
        ModelProto.newBuilder()
            .setGraph(
                GraphProto.newBuilder()
                    .addNode(
                        NodeProto.newBuilder()
                            .setOpType("If")
                            .addAttribute(
                                AttributeProto.newBuilder().setName("then_branch").setG(branch))))
            .addFunctions(FunctionProto.newBuilder().setName("f").addNode(random()))
            .build();
    assertThat(UnsteadyOperators.of(model).unsteady())
        .containsExactly("RandomNormal (node noise)", "RandomNormal (node noise)");
  }

  @Test
  void dynamicQuantisationIsToldFromChance() throws Exception {
    OnnxBuilder model =
        new OnnxBuilder()
            .node("", "q", "DynamicQuantizeLinear", List.of("x"), List.of("q", "s", "z"));
    assertThat(of(model).unsteady()).isEmpty();
    assertThat(of(model).quantising()).containsExactly("DynamicQuantizeLinear (node q)");
  }
}
