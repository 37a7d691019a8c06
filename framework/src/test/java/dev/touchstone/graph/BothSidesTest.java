package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sigmoids of two scores, divided by the sum of both. */
class BothSidesTest {
  private static final Tensor BATCH = Tensor.of(new float[] {1, 2, -3, 0.5f}, 2, 2);

  /** Scores x₁ · w₀ + x₂ · w₂ + b₀ and x₁ · w₁ + x₂ · w₃ + b₁. */
  private static OnnxBuilder linear(float[] weights, float... biases) {
    return new OnnxBuilder()
        .input("x", 0, 2)
        .output("y", 0, 2)
        .weights("w", weights, 2, 2)
        .weights("b", biases, 2)
        .integers("classes", 1)
        .integers("examples", 0)
        .node("MatMul", List.of("x", "w"), "m")
        .node("Add", List.of("m", "b"), "z")
        .node("Sigmoid", List.of("z"), "s")
        .node("Abs", List.of("s"), "a");
  }

  private static OnnxBuilder divided(OnnxBuilder file, String what, String by) {
    return file.node("ReduceSum", List.of(what, by), "t").node("Div", List.of("s", "t"), "y");
  }

  @ParameterizedTest
  @CsvSource({"a", "s"})
  void theScoresAreBeforeTheSigmoids(String summed) {
    WhiteBox box =
        TestModels.whiteBox(
            divided(linear(new float[] {-1, 1, 2, -2}, -0.5f, 0.5f), summed, "classes"));

    assertThat(box.scores(BATCH)).isDeepEqualTo(new double[][] {{2.5, -2.5}, {3.5, -3.5}});
    assertThat(box.inputGradients(BATCH, Quantity.ofClass(1), BackwardRules.derivatives()))
        .isDeepEqualTo(new double[][] {{1, -2}, {1, -2}});
    box.release();
  }

  @Test
  void aGemmHasThemToo() {
    WhiteBox box =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 2)
                .output("y", 0, 2)
                .weights("w", new float[] {-1, 2, 1, -2}, 2, 2)
                .integers("classes", -1)
                .node("Gemm", List.of("x", "w"), "z", OnnxBuilder.attribute("transB", 1))
                .node("Sigmoid", List.of("z"), "s")
                .node("ReduceSum", List.of("s", "classes"), "t")
                .node("Div", List.of("s", "t"), "y"));

    assertThat(box.scores(BATCH)).isDeepEqualTo(new double[][] {{3, -3}, {4, -4}});
    box.release();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "other weights of the second class, -1, 1, 2, -3, -0.5, classes",
    "another bias of the second class, -1, 1, 2, -2, 0.25, classes",
    "sums over the examples, -1, 1, 2, -2, -0.5, examples"
  })
  void whoseSumIsNotOneIsExplainedAsItStands(
      String name, float w0, float w1, float w2, float w3, float bias, String by) {
    WhiteBox box =
        TestModels.whiteBox(divided(linear(new float[] {w0, w1, w2, w3}, bias, 0.5f), "a", by));

    assertThat(box.scoresAreOutputs()).as(name).isTrue();
    box.release();
  }
}
