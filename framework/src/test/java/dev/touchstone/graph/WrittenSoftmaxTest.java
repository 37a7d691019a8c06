package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that write a softmax out of simpler operators: what is explained are the scores. */
class WrittenSoftmaxTest {
  private static final Tensor BATCH = Tensor.of(new float[] {1, 2, -3, 0.5f}, 2, 2);

  /** Of (x₁, x₂): x₁ − x₂, 2 x₁, x₂. */
  private static final float[] WEIGHTS = {1, 2, 0, -1, 0, 1};

  private static final double[][] SCORES = {{-1, 2, 2}, {-3.5, -6, 0.5}};

  private static OnnxBuilder linear(long opset) {
    return new OnnxBuilder()
        .opset(opset)
        .input("x", 0, 2)
        .output("y", 0, 3)
        .weights("w", WEIGHTS, 2, 3)
        .integers("last", -1)
        .integers("first", 0)
        .node("MatMul", List.of("x", "w"), "z");
  }

  private static OnnxBuilder shifted(OnnxBuilder file) {
    return file.node("ReduceMax", List.of("z"), "m", classes()).node("Sub", List.of("z", "m"), "s");
  }

  private static AttributeProto classes() {
    return OnnxBuilder.attribute("axes", new long[] {1});
  }

  private static AttributeProto alone() {
    return OnnxBuilder.attribute("keepdims", 0);
  }

  private static OnnxBuilder divided(OnnxBuilder file, String scores) {
    return file.node("Exp", List.of(scores), "e")
        .node("ReduceSum", List.of("e", "last"), "t")
        .node("Div", List.of("e", "t"), "y");
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        form("without the maximum", file -> divided(shifted(file), "s")),
        form(
            "as Magika's, of JAX: numbers of each example are spread over the classes",
            file ->
                file.weights("least", new float[] {Float.NEGATIVE_INFINITY}, 1)
                    .integers("column", -1, 1)
                    .integers("wide", 1, 3)
                    .node("ReduceMax", List.of("z"), "m", classes(), alone())
                    .node("Max", List.of("least", "m"), "mm")
                    .node("Reshape", List.of("mm", "column"), "mc")
                    .node("Expand", List.of("mc", "wide"), "mw")
                    .node("Sub", List.of("z", "mw"), "s")
                    .node("Exp", List.of("s"), "e")
                    .node("ReduceSum", List.of("e", "last"), "t", alone())
                    .node("Reshape", List.of("t", "column"), "tc")
                    .node("Expand", List.of("tc", "wide"), "tw")
                    .node("Div", List.of("e", "tw"), "y")),
        form(
            "as Magika's, the number of examples computed",
            file ->
                reduced(file)
                    .integers("begin", 0)
                    .integers("end", 1)
                    .integers("one", 1)
                    .node("Shape", List.of("x"), "size")
                    .node("Slice", List.of("size", "begin", "end"), "n")
                    .node("Concat", List.of("n", "one"), "column", axis(0))
                    .node("Cast", List.of("column"), "shape", OnnxBuilder.attribute("to", 7))
                    .node("Reshape", List.of("t", "shape"), "tc")
                    .node("Div", List.of("e", "tc"), "y")),
        form(
            "sums with an axis of classes put in",
            file ->
                reduced(file)
                    .node("Unsqueeze", List.of("t", "last"), "tc")
                    .node("Div", List.of("e", "tc"), "y")),
        form("plain", file -> divided(file, "z")),
        form(
            "logarithm, without the maximum",
            file ->
                shifted(file)
                    .node("Exp", List.of("s"), "e")
                    .node("ReduceSum", List.of("e", "last"), "t")
                    .node("Log", List.of("t"), "l")
                    .node("Sub", List.of("s", "l"), "y")),
        form(
            "logarithm by one node",
            file ->
                file.node("ReduceLogSumExp", List.of("z"), "l", classes())
                    .node("Sub", List.of("z", "l"), "y")),
        form(
            "logarithm of a softmax",
            file -> file.node("Softmax", List.of("z"), "p").node("Log", List.of("p"), "y")),
        form(
            "logarithm of a written one",
            file ->
                file.node("Exp", List.of("z"), "e")
                    .node("ReduceSum", List.of("e", "last"), "t")
                    .node("Div", List.of("e", "t"), "p")
                    .node("Log", List.of("p"), "y")));
  }

  private static Arguments form(String name, UnaryOperator<OnnxBuilder> form) {
    return Arguments.of(name, form);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void theScoresAreBeforeIt(String name, UnaryOperator<OnnxBuilder> form) {
    WhiteBox box = TestModels.whiteBox(form.apply(linear(17)));

    assertThat(box.scores(BATCH)).isDeepEqualTo(SCORES);
    assertThat(box.inputGradients(BATCH, Quantity.ofClass(1), BackwardRules.derivatives()))
        .isDeepEqualTo(new double[][] {{2, 0}, {2, 0}});
    double sum = 0;
    for (double output : box.outputs(BATCH)[0]) {
      sum += name.startsWith("logarithm") ? Math.exp(output) : output;
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
    box.release();
  }

  /** The sums of each example's exponentials, without an axis of classes. */
  private static OnnxBuilder reduced(OnnxBuilder file) {
    return file.node("Exp", List.of("z"), "e")
        .node("ReduceSum", List.of("e", "last"), "t", alone());
  }

  private static AttributeProto axis(long axis) {
    return OnnxBuilder.attribute("axis", axis);
  }

  static Stream<Arguments> others() {
    return Stream.of(
        form(
            "sums of examples along the classes: of three examples, each number by another's sum",
            file -> reduced(file).node("Div", List.of("e", "t"), "y")),
        form(
            "sums of examples along the classes by a shape",
            file ->
                reduced(file)
                    .integers("row", 1, -1)
                    .node("Reshape", List.of("t", "row"), "tr")
                    .node("Div", List.of("e", "tr"), "y")),
        form(
            "sums of examples along the classes by an axis",
            file ->
                reduced(file)
                    .node("Unsqueeze", List.of("t", "first"), "tr")
                    .node("Div", List.of("e", "tr"), "y")),
        form(
            "sums of examples along the classes by broadcasting",
            file ->
                reduced(file)
                    .integers("wide", 3, 3)
                    .node("Expand", List.of("t", "wide"), "tr")
                    .node("Div", List.of("e", "tr"), "y")),
        form(
            "sums of at least one",
            file ->
                file.weights("least", new float[] {1}, 1)
                    .node("Exp", List.of("z"), "e")
                    .node("ReduceSum", List.of("e", "last"), "t")
                    .node("Max", List.of("t", "least"), "b")
                    .node("Div", List.of("e", "b"), "y")),
        form(
            "over the examples",
            file ->
                file.node("Exp", List.of("z"), "e")
                    .node("ReduceSum", List.of("e", "first"), "t")
                    .node("Div", List.of("e", "t"), "y")),
        form(
            "over all numbers",
            file ->
                file.node("Exp", List.of("z"), "e")
                    .node("ReduceSum", List.of("e"), "t")
                    .node("Div", List.of("e", "t"), "y")),
        form(
            "of other numbers",
            file ->
                file.node("Exp", List.of("z"), "e")
                    .node("Add", List.of("e", "e"), "d")
                    .node("ReduceSum", List.of("d", "last"), "t")
                    .node("Div", List.of("e", "t"), "y")),
        form(
            "shares without exponents",
            file ->
                file.node("ReduceSum", List.of("z", "last"), "t")
                    .node("Div", List.of("z", "t"), "y")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void whatIsNoSoftmaxIsExplainedAsItStands(String name, UnaryOperator<OnnxBuilder> form) {
    WhiteBox box = TestModels.whiteBox(form.apply(linear(17)));

    assertThat(box.scoresAreOutputs()).as(name).isTrue();
    box.release();
  }

  @Test
  void itsPartsAreNoLabels() {
    Graph graph = TestModels.whiteBox(divided(linear(17), "z")).graph();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> graph.withScoreColumn(1, "written.onnx"))
        .withMessageContaining("written.onnx ends in a softmax")
        .withMessageContaining("leave ofLabel(1, …) out");
  }
}
