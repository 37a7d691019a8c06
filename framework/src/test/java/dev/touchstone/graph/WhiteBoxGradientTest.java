package dev.touchstone.graph;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhiteBoxGradientTest {
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final UnaryRule DERIVATIVE_OF_RELU =
      (input, output, gradient) -> gradient.mul(input.gt(0).toType(gradient.getDataType(), false));

  /**
   * Springenberg et al. 2015: only positive gradients pass, and only where the input is positive.
   */
  private static final UnaryRule GUIDED =
      (input, output, gradient) ->
          gradient.maximum(0).mul(input.gt(0).toType(gradient.getDataType(), false));

  @Test
  void theGradientOfAPublishedNetworkAgreesWithCentralDifferences() {
    WhiteBox model = TestModels.tribuo().inDoublePrecision();

    double worst =
        TestModels.worstDirectionalError(model, TestModels.digitLike("digits", 8), 3, 1e-4);

    assertThat(worst).isLessThan(1e-7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theGradientOfAPerceptronIsTheOneWorkedOutByHand(int target) {
    // x = (1, 1): h = (3, 1, 0), a = (3, 1, 0); the third unit is off.
    // W1 = [1 2; -1 1; 3 -1], W2 = [1 -1 2; -2 3 1].
    // class 0: 1·(1, 2) - 1·(-1, 1) = (2, 1); class 1: -2·(1, 2) + 3·(-1, 1) = (-5, -1).
    double[] expected = target == 0 ? new double[] {2, 1} : new double[] {-5, -1};
    WhiteBox model = TestModels.whiteBox(TestModels.perceptron());

    double[][] gradient =
        model.inputGradients(
            Tensor.of(new float[] {1, 1}, 1, 2),
            Quantity.ofClass(target),
            BackwardRules.derivatives());

    assertThat(gradient[0]).containsExactly(expected, ROUNDING);
  }

  @Test
  void guidedBackpropagationDropsTheNegativeGradientAsWorkedOutByHand() {
    // class 0: the gradient at a is (1, -1, 2). Unit 2 is negative, unit 3 is off: (1, 0, 0),
    // times W1 is (1, 2).
    WhiteBox model = TestModels.whiteBox(TestModels.perceptron());

    double[][] guided =
        model.inputGradients(
            Tensor.of(new float[] {1, 1}, 1, 2),
            Quantity.ofClass(0),
            BackwardRules.forType("Relu", GUIDED));

    assertThat(guided[0]).containsExactly(new double[] {1, 2}, ROUNDING);
  }

  @Test
  void aRuleThatIsTheDerivativeChangesNothing() {
    WhiteBox model = TestModels.tribuo().inDoublePrecision();
    Tensor batch = TestModels.digitLike("digits", 4);
    int[] targets = {0, 3, 5, 9};

    double[][] derivative =
        model.inputGradients(batch, Quantity.ofClass(targets), BackwardRules.derivatives());
    double[][] rule =
        model.inputGradients(
            batch, Quantity.ofClass(targets), BackwardRules.forType("Relu", DERIVATIVE_OF_RELU));

    for (int i = 0; i < targets.length; i++) {
      assertThat(rule[i]).containsExactly(derivative[i], within(1e-12));
    }
  }

  /** Operators that rearrange or normalise, each before one dense layer. */
  static Stream<Arguments> operators() {
    return Stream.of(
        Arguments.of("reflecting Pad", 256, (UnaryOperator<OnnxBuilder>) b -> pad(b, "reflect")),
        Arguments.of("Pad by the edge", 256, (UnaryOperator<OnnxBuilder>) b -> pad(b, "edge")),
        Arguments.of(
            "dilated MaxPool",
            36,
            (UnaryOperator<OnnxBuilder>)
                b ->
                    b.node(
                        "MaxPool",
                        List.of("x"),
                        "y",
                        attribute("kernel_shape", new long[] {2, 2}),
                        attribute("dilations", new long[] {2, 2}),
                        attribute("strides", new long[] {2, 2}),
                        attribute("pads", new long[] {1, 1, 1, 1}))),
        Arguments.of(
            "dilated AveragePool",
            36,
            (UnaryOperator<OnnxBuilder>)
                b ->
                    b.opset(19)
                        .node(
                            "AveragePool",
                            List.of("x"),
                            "y",
                            attribute("kernel_shape", new long[] {2, 2}),
                            attribute("dilations", new long[] {2, 2}),
                            attribute("strides", new long[] {2, 2}),
                            attribute("pads", new long[] {1, 1, 1, 1}))),
        Arguments.of(
            "GroupNormalization",
            100,
            (UnaryOperator<OnnxBuilder>)
                b ->
                    b.opset(21)
                        .weights("scale", TestModels.normal("scale", 4), 4)
                        .weights("bias", TestModels.normal("bias", 4), 4)
                        .node(
                            "GroupNormalization",
                            List.of("x", "scale", "bias"),
                            "y",
                            attribute("num_groups", 2L))),
        Arguments.of(
            "linear Resize",
            196,
            (UnaryOperator<OnnxBuilder>)
                b ->
                    b.integers("sizes", 1, 4, 7, 7)
                        .node(
                            "Resize",
                            List.of("x", "", "", "sizes"),
                            "y",
                            OnnxBuilder.text("mode", "linear"))),
        Arguments.of(
            "Normalizer",
            100,
            (UnaryOperator<OnnxBuilder>)
                b ->
                    b.node("Flatten", List.of("x"), "rows")
                        .node(
                            "ai.onnx.ml",
                            "normalizer",
                            "Normalizer",
                            List.of("rows"),
                            List.of("y"),
                            OnnxBuilder.text("norm", "L2"))));
  }

  private static OnnxBuilder pad(OnnxBuilder model, String mode) {
    return model
        .integers("pads", 0, 0, 1, 2, 0, 0, 2, 1)
        .node("Pad", List.of("x", "pads"), "y", OnnxBuilder.text("mode", mode));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operators")
  void theGradientThroughAnOperatorAgreesWithCentralDifferences(
      String what, int made, UnaryOperator<OnnxBuilder> operator) {
    OnnxBuilder model =
        operator
            .apply(new OnnxBuilder().input("x", 1, 4, 5, 5))
            .weights("w", TestModels.normal("w", 2 * made), made, 2)
            .node("Flatten", List.of("y"), "flat")
            .node("MatMul", List.of("flat", "w"), "scores")
            .output("scores", 1, 2);
    WhiteBox box = TestModels.whiteBox(model).inDoublePrecision();
    Tensor one = Tensor.of(TestModels.normal("image", 100), 1, 4, 5, 5);
    assertThat(TestModels.worstDirectionalError(box, one, 1, 1e-4)).isLessThan(1e-6);
    box.release();
  }

  @Test
  void severalCutsAroundSkipConnectionsAddUpToTheDerivative() {
    WhiteBox model = TestModels.whiteBox(residual()).inDoublePrecision();
    Tensor batch = Tensor.of(TestModels.normal("residual", 40), 10, 4);
    int[] targets = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0};

    double[][] derivative =
        model.inputGradients(batch, Quantity.ofClass(targets), BackwardRules.derivatives());
    double[][] rules =
        model.inputGradients(
            batch,
            Quantity.ofClass(targets),
            BackwardRules.forTypes(
                Map.of(
                    "Relu",
                    BackwardRule.unary(DERIVATIVE_OF_RELU),
                    "Sigmoid",
                    BackwardRule.unary(
                        (input, output, gradient) ->
                            gradient.mul(output).mul(output.neg().add(1))))));

    for (int i = 0; i < targets.length; i++) {
      assertThat(rules[i]).containsExactly(derivative[i], within(1e-12));
    }
    assertThat(Arrays.stream(derivative[0]).map(Math::abs).sum()).isGreaterThan(1e-3);
  }

  /** x → r1 = relu(xA); s = r1 + sigmoid(r1·B); r2 = relu(s); y = (r2 + r1 + x)·C. */
  private static OnnxBuilder residual() {
    return new OnnxBuilder()
        .input("x", 0, 4)
        .weights("A", TestModels.normal("A", 16), 4, 4)
        .weights("B", TestModels.normal("B", 16), 4, 4)
        .weights("C", TestModels.normal("C", 12), 4, 3)
        .node("MatMul", List.of("x", "A"), "h1")
        .node("Relu", List.of("h1"), "r1")
        .node("MatMul", List.of("r1", "B"), "h2")
        .node("Sigmoid", List.of("h2"), "g")
        .node("Add", List.of("r1", "g"), "s")
        .node("Relu", List.of("s"), "r2")
        .node("Add", List.of("r2", "r1"), "t")
        .node("Add", List.of("t", "x"), "u")
        .node("MatMul", List.of("u", "C"), "y")
        .output("y", 0, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Softmax", "LogSoftmax", "Sigmoid"})
  void aFinalNormalisationIsLeftOut(String normalisation) {
    OnnxBuilder linear =
        new OnnxBuilder()
            .input("x", 0, 3)
            .weights("W", new float[] {1, 2, 3, 4, 5, 6}, 3, 2)
            .node("MatMul", List.of("x", "W"), "z")
            .node(normalisation, List.of("z"), "p")
            .node("Identity", List.of("p"), "out")
            .output("out", 0, 2);

    double[][] gradient =
        TestModels.whiteBox(linear)
            .inputGradients(
                Tensor.of(new float[] {1, 0, -1}, 1, 3),
                Quantity.ofClass(1),
                BackwardRules.derivatives());

    assertThat(gradient[0]).containsExactly(new double[] {2, 4, 6}, ROUNDING);
  }

  @Test
  void aSingleScoreSpeaksForClassOneAndAgainstClassZero() {
    OnnxBuilder logistic =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("w", new float[] {3, -1}, 2, 1)
            .node("MatMul", List.of("x", "w"), "z")
            .node("Sigmoid", List.of("z"), "p")
            .output("p", 0, 1);

    double[][] gradient =
        TestModels.whiteBox(logistic)
            .inputGradients(
                Tensor.of(new float[] {1, 0, 1, 0}, 2, 2),
                Quantity.ofClass(1, 0),
                BackwardRules.derivatives());

    assertThat(gradient[0]).containsExactly(new double[] {3, -1}, ROUNDING);
    assertThat(gradient[1]).containsExactly(new double[] {-3, 1}, ROUNDING);
  }

  @Test
  void aValueThatIsPassedOnUnchangedMayBeUsedAgain() {
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("Identity", List.of("x"), "same")
            .node("Relu", List.of("same"), "r")
            .node("Identity", List.of("r"), "s")
            .node("Add", List.of("s", "r"), "t")
            .node("Add", List.of("t", "x"), "y")
            .output("y", 0, 2);

    double[][] outputs = TestModels.whiteBox(model).outputs(Tensor.of(new float[] {2, -1}, 1, 2));

    assertThat(outputs[0]).containsExactly(6, -1);
  }

  @Test
  void aRuleForANodeWithTwoComputedInputsIsRefused() {
    WhiteBox model = TestModels.whiteBox(residual());
    BackwardRules rules = BackwardRules.forType("Add", (input, output, gradient) -> gradient);

    assertThatThrownBy(
            () ->
                model.inputGradients(
                    Tensor.of(new float[] {1, 2, 3, 4}, 1, 4), Quantity.ofClass(0), rules))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("a rule for one input was given for Add")
        .hasMessageContaining("of which 2 inputs are computed; write a BackwardRule");
  }

  @Test
  void aRuleForANodeWithTwoComputedInputsPassesAGradientToEach() {
    WhiteBox model = TestModels.whiteBox(residual()).inDoublePrecision();
    Tensor batch = Tensor.of(TestModels.normal("residual", 40), 10, 4);
    int[] targets = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0};
    List<String> seen = new ArrayList<>();
    BackwardRule byHand =
        passage -> {
          seen.add(passage.node().name());
          assertThat(passage.computed()).containsExactly(0, 1);
          assertThat(passage.input(0).add(passage.input(1))).isEqualTo(passage.output());
          return List.of(passage.gradient(), passage.gradient());
        };

    double[][] derivative =
        model.inputGradients(batch, Quantity.ofClass(targets), BackwardRules.derivatives());
    double[][] summed =
        model.inputGradients(
            batch, Quantity.ofClass(targets), BackwardRules.forType("Add", byHand));
    double[][] asked =
        model.inputGradients(
            batch, Quantity.ofClass(targets), BackwardRules.forType("Add", Passage::derivative));

    assertThat(seen).hasSize(3).doesNotHaveDuplicates();
    for (int i = 0; i < targets.length; i++) {
      assertThat(summed[i]).containsExactly(derivative[i], within(1e-12));
      assertThat(asked[i]).containsExactly(derivative[i], within(1e-12));
    }
  }

  @Test
  void aRuleSeesWeightsAndMayApplyItsNodeWithOthers() {
    // z⁺ (thesis, section 3.2; Montavon et al. 2017): relevance goes where w > 0, in the shares of
    // x·w. x = (1, 2), W = [1 -1; 3 2]: of class 0 with z⁺ = 1·1 + 2·3 = 7 the shares of a
    // relevance of 7 are 1 and 6; as gradients, which are multiplied with x, 1 and 3.
    OnnxBuilder linear =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("W", new float[] {1, -1, 3, 2}, 2, 2)
            .node("MatMul", List.of("x", "W"), "y")
            .output("y", 0, 2);
    BackwardRule positive =
        passage -> {
          List<NDArray> inputs = passage.inputs();
          inputs.set(1, passage.input(1).maximum(0));
          NDArray z = passage.apply(inputs);
          return passage.derivativeAt(inputs, passage.gradient().mul(passage.output()).div(z));
        };

    double[][] passed =
        TestModels.whiteBox(linear)
            .inputGradients(
                Tensor.of(new float[] {1, 2, 1, 2}, 2, 2),
                Quantity.ofClass(0, 1),
                BackwardRules.forType("MatMul", positive));

    assertThat(passed[0]).containsExactly(new double[] {1, 3}, ROUNDING);
    // Class 1: y = -1 + 4 = 3, z⁺ = 4: 3/4 of the weights (0, 2).
    assertThat(passed[1]).containsExactly(new double[] {0, 1.5}, ROUNDING);
  }

  @Test
  void scoresWithoutADerivativeAreRefused() {
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("Shape", List.of("x"), "n")
            .node("Cast", List.of("n"), "y", attribute("to", 1))
            .output("y", 0);
    WhiteBox box = TestModels.whiteBox(model);

    assertThatThrownBy(
            () ->
                box.inputGradients(
                    Tensor.of(new float[] {1, 2}, 1, 2),
                    Quantity.ofClass(0),
                    BackwardRules.derivatives()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("do not depend on its input");
  }

  @Test
  void aFixedNumberOfExamplesIsFedInPortions() {
    OnnxBuilder fixed =
        new OnnxBuilder()
            .input("x", 2, 2)
            .integers("shape", 2, 2)
            .node("Reshape", List.of("x", "shape"), "r")
            .node("Relu", List.of("r"), "y")
            .output("y", 2, 2);
    WhiteBox model = TestModels.whiteBox(fixed);
    Tensor batch = Tensor.of(new float[] {1, -1, 2, -2, -3, 3}, 3, 2);

    double[][] gradients =
        model.inputGradients(batch, Quantity.ofClass(0, 0, 1), BackwardRules.derivatives());

    assertThat(model.outputs(batch)).isDeepEqualTo(new double[][] {{1, 0}, {2, 0}, {0, 3}});
    assertThat(gradients).isDeepEqualTo(new double[][] {{1, 0}, {1, 0}, {0, 1}});
  }
}
