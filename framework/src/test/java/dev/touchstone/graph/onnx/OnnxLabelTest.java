package dev.touchstone.graph.onnx;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxLabelTest {

  private static OnnxFile file(OnnxBuilder model) {
    return OnnxFile.of(model.bytes(), "labelled.onnx");
  }

  /** Scores are the features; two of them. */
  private static OnnxBuilder scores() {
    return new OnnxBuilder().input("x", 0, 2).node("Identity", List.of("x"), "scores");
  }

  private static OnnxBuilder withOutputs(OnnxBuilder model, TensorProto.DataType type) {
    return model.output("label", type, 0).output("scores", 0, 2);
  }

  private static TensorProto names(String... classes) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("classes")
            .setDataType(TensorProto.DataType.STRING_VALUE)
            .addDims(classes.length);
    for (String name : classes) {
      tensor.addStringData(ByteString.copyFromUtf8(name));
    }
    return tensor.build();
  }

  @Test
  void aClassifierStatesItsClasses() {
    OnnxFile trees = OnnxFile.of(OnnxBuilder.oneTree(), "trees.onnx");
    assertThat(trees.label()).contains(new OnnxLabel("label", List.of("0", "1"), ""));
  }

  /** As skl2onnx writes multi-layer perceptrons, SGD and AdaBoost. */
  @Test
  void aClassPickedFromAListByTheLargestScoreIsOneOfThatList() {
    OnnxBuilder model =
        scores()
            .weights(names("bad", "good"))
            .integers("flat", -1)
            .node("ArgMax", List.of("scores"), "largest", attribute("axis", 1))
            .node(
                "ai.onnx.ml",
                "pick",
                "ArrayFeatureExtractor",
                List.of("classes", "largest"),
                List.of("picked"))
            .node("Reshape", List.of("picked", "flat"), "label");
    assertThat(file(withOutputs(model, TensorProto.DataType.STRING)).label())
        .contains(new OnnxLabel("label", List.of("bad", "good"), "scores"));
  }

  @Test
  void thePositionOfTheLargestScoreIsThePosition() {
    OnnxBuilder model = scores().node("ArgMax", List.of("x"), "label", attribute("axis", -1));
    OnnxLabel label = file(withOutputs(model, TensorProto.DataType.INT64)).label().orElseThrow();
    assertThat(label.classes()).isEmpty();
    assertThat(label.column("1")).contains(1);
    assertThat(label.column("bad")).isEmpty();
    assertThat(label.largestOf()).isEqualTo("x");
  }

  @Test
  void theLargestAmongTheProbabilitiesMadeOfTheScoresIsTheirs() {
    OnnxBuilder model =
        scores()
            .node("Softmax", List.of("scores"), "probabilities", attribute("axis", 1))
            .node("ArgMax", List.of("probabilities"), "label", attribute("axis", 1));
    assertThat(file(withOutputs(model, TensorProto.DataType.INT64)).label()).isPresent();
  }

  @Test
  void whatAnotherHeadPredictsIsNoLabelOfTheseScores() {
    OnnxBuilder model =
        scores()
            .node("Neg", List.of("x"), "other")
            .node("ArgMax", List.of("other"), "label", attribute("axis", 1));
    assertThat(file(withOutputs(model, TensorProto.DataType.INT64)).label()).isEmpty();
  }

  @Test
  void theLargestAlongTheExamplesIsNoLabel() {
    OnnxBuilder model = scores().node("ArgMax", List.of("x"), "label", attribute("axis", 0));
    assertThat(file(withOutputs(model, TensorProto.DataType.INT64)).label()).isEmpty();
  }

  @Test
  void aWholeNumberOfAnotherKindIsNoLabel() {
    OnnxBuilder model = scores().node("Cast", List.of("x"), "label", attribute("to", 7));
    assertThat(file(withOutputs(model, TensorProto.DataType.INT64)).label()).isEmpty();
  }

  @Test
  void aFileOfScoresAloneHasNone() {
    assertThat(file(scores().output("scores", 0, 2)).label()).isEmpty();
  }
}
