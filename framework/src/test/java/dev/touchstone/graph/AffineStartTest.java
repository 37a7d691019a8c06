package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AffineStartTest {

  private static OnnxBuilder layers(String... names) {
    OnnxBuilder model = new OnnxBuilder().opset(20).input("x", 0, 4);
    for (String name : names) {
      model.weights(name, TestModels.normal(name, 16), 4, 4);
    }
    return model;
  }

  private static Optional<String> startOf(OnnxBuilder model) {
    return AffineStart.of(TestModels.whiteBox(model.output("y", 0, 4))).tap().map(Tap::value);
  }

  @Test
  void endsAtTheFirstKink() {
    assertThat(
            startOf(
                layers("A", "B")
                    .node("MatMul", List.of("x", "A"), "h")
                    .weights("b", new float[] {1, 2, 3, 4}, 4)
                    .node("Add", List.of("h", "b"), "k")
                    .node("Relu", List.of("k"), "a")
                    .node("MatMul", List.of("a", "B"), "y")))
        .contains("k");
    assertThat(AffineStart.of(TestModels.tribuo()).tap().orElseThrow().type()).isEqualTo("Conv");
  }

  @Test
  void isWhereAllOfTheNetworkPassesThrough() {
    // Both h and k are affine in x, and the network goes on from each.
    assertThat(
            startOf(
                layers("A", "B")
                    .node("MatMul", List.of("x", "A"), "h")
                    .node("MatMul", List.of("x", "B"), "k")
                    .node("Max", List.of("h", "k"), "y")))
        .isEmpty();
    assertThat(
            startOf(
                layers("A", "B", "C")
                    .node("MatMul", List.of("x", "C"), "c")
                    .node("MatMul", List.of("c", "A"), "h")
                    .node("MatMul", List.of("c", "B"), "k")
                    .node("Max", List.of("h", "k"), "y")))
        .contains("c");
  }

  @Test
  void aProductOfTwoComputedValuesIsNotAffine() {
    assertThat(
            startOf(
                layers("A", "B")
                    .node("MatMul", List.of("x", "A"), "h")
                    .node("Mul", List.of("h", "h"), "k")
                    .node("MatMul", List.of("k", "B"), "y")))
        .contains("h");
  }

  @Test
  void leavesTheScoresToTheRest() {
    assertThat(
            startOf(
                layers("A", "B")
                    .node("MatMul", List.of("x", "A"), "h")
                    .node("MatMul", List.of("h", "B"), "y")))
        .contains("h");
  }

  @Test
  void sumsOfGradientsAreThoseOfTheNetwork() {
    WhiteBox box = TestModels.whiteBox(TestModels.perceptron()).inDoublePrecision();
    Tensor rows = Tensor.of(new float[] {1, 2, -3, .5f, 2, -1}, 3, 2);
    // 0.25 of the first and 0.75 of the second; and the third as it is.
    Tensor combined = Tensor.of(new float[] {-2, .875f, 2, -1}, 2, 2);
    Quantity quantity = Quantity.ofClass(1, 0);
    double[][] each = box.inputGradients(combined, quantity, BackwardRules.derivatives());
    try (CombinedInputs inputs = CombinedInputs.of(box)) {
      for (int time = 0; time < 2; time++) {
        inputs.take(rows);
        for (double share : new double[] {1, .5}) {
          inputs.add(
              new double[][] {{.25, .75, 0}, {0, 0, 1}},
              new double[][] {{share, 2 * share}},
              BackwardRules.derivatives(),
              scores -> quantity);
        }
        double[] sum = new double[2];
        Arrays.setAll(sum, j -> 1.5 * each[0][j] + 3 * each[1][j]);
        assertThat(inputs.sums()).isDeepEqualTo(new double[][] {sum});
      }
    }
  }
}
