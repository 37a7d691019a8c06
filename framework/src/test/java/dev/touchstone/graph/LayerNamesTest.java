package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerNamesTest {
  private static final float[] SIX = {1, 2, 3, 4, 5, 6};

  @Test
  void weightsThatKeptTheirNamesNameTheirLayer() {
    WhiteBox model = TestModels.whiteBox(TestModels.perceptron());

    assertThat(model.layers())
        .containsExactly(
            new Layer("fc1", List.of("fc1.weight", "fc1.bias"), "h"),
            new Layer("fc2", List.of("fc2.weight"), "y"));
  }

  @Test
  void aBiasThatKeptItsNameNamesItsMatrixToo() {
    WhiteBox model =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 3)
                .weights("onnx::MatMul_12", SIX, 3, 2)
                .weights("fc1.bias", new float[] {1, 2}, 2)
                .node("", "/fc1/MatMul", "MatMul", List.of("x", "onnx::MatMul_12"), List.of("p"))
                .node("", "/fc1/Add", "Add", List.of("fc1.bias", "p"), List.of("y"))
                .output("y", 0, 2));

    assertThat(model.layers())
        .containsExactly(new Layer("fc1", List.of("onnx::MatMul_12", "fc1.bias"), "/fc1/Add"));
  }

  @Test
  void renamedWeightsAreNamedAfterTheirNode() {
    WhiteBox model =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 1, 2, 2)
                .weights("onnx::Conv_7", new float[] {1, 2, 3, 4}, 1, 1, 2, 2)
                .weights("17", new float[] {1, 2}, 1, 2)
                .weights("18", new float[] {5, 6}, 2)
                .node(
                    "",
                    "/layer1/layer1.0/conv1/Conv",
                    "Conv",
                    List.of("x", "onnx::Conv_7"),
                    List.of("c"))
                .node("Flatten", List.of("c"), "f")
                .node("MatMul", List.of("f", "17"), "m")
                .node("Add", List.of("m", "18"), "y")
                .output("y", 0, 2));

    assertThat(model.layers()).extracting(Layer::name).containsExactly("layer1.0.conv1", "m");
    assertThat(model.layer("m").weights()).containsExactly("17", "18");
  }

  @Test
  void weightsThatAreTransposedFirstBelongToTheProduct() {
    WhiteBox model =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 3)
                .weights("fc.weight", SIX, 2, 3)
                .node("Transpose", List.of("fc.weight"), "t")
                .node("MatMul", List.of("x", "t"), "y")
                .output("y", 0, 2));
    Tensor batch = Tensor.of(new float[] {1, 0, -1}, 1, 3);

    assertThat(model.layers()).containsExactly(new Layer("fc", List.of("fc.weight"), "y"));
    assertThat(model.linearHead()).isEqualTo(model.layers().get(0));
    assertThat(model.inputsOf(model.layers().get(0), batch))
        .isDeepEqualTo(new double[][] {{1, 0, -1}});
    assertThat(
            model
                .withWeights(java.util.Map.of("fc.weight", new float[] {0, 0, 1, 1, 0, 0}))
                .outputs(batch))
        .isDeepEqualTo(new double[][] {{-1, 1}});
  }

  @Test
  void standardisationBeforeTheFirstLayerIsNoLayer() {
    WhiteBox model =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 3)
                .weights("mean", new float[] {1, 2, 3}, 3)
                .weights("scale", new float[] {1, 2, 3}, 3)
                .weights("fc.weight", SIX, 3, 2)
                .node("Add", List.of("x", "mean"), "c")
                .node("Mul", List.of("c", "scale"), "s")
                .node("MatMul", List.of("s", "fc.weight"), "y")
                .output("y", 0, 2));

    assertThat(model.layers()).extracting(Layer::name).containsExactly("fc");
  }
}
