package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.InputNormalisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GraphDigestTest {
  private static final float[] KERNEL = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  private static String sha256(OnnxBuilder model) {
    WhiteBox box = TestModels.whiteBox(model);
    try {
      return box.sha256();
    } finally {
      box.release();
    }
  }

  private static OnnxBuilder convolution(long stride, float slope) {
    return new OnnxBuilder()
        .input("x", 0, 1, 7, 7)
        .weights("conv.weight", KERNEL, 1, 1, 3, 3)
        .node(
            "Conv",
            List.of("x", "conv.weight"),
            "h",
            OnnxBuilder.attribute("strides", new long[] {stride, stride}),
            OnnxBuilder.attribute("pads", new long[] {1, 1, 1, 1}))
        .node("LeakyRelu", List.of("h"), "a", OnnxBuilder.attribute("alpha", slope))
        .node("GlobalMaxPool", List.of("a"), "p")
        .node("Flatten", List.of("p"), "y")
        .output("y", 0, 1);
  }

  @Test
  void oneModelReadTwiceHasOneDigest() {
    assertThat(sha256(convolution(1, .1f))).isEqualTo(sha256(convolution(1, .1f)));
  }

  @Test
  void modelsOfEqualWeightsAndOtherStridesDiffer() {
    assertThat(sha256(convolution(1, .1f))).isNotEqualTo(sha256(convolution(2, .1f)));
  }

  @Test
  void modelsOfEqualWeightsAndOtherSlopesDiffer() {
    assertThat(sha256(convolution(1, .1f))).isNotEqualTo(sha256(convolution(1, .2f)));
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change(
            "input's name",
            g -> new Graph("other", new int[] {-1, 2}, g.output(), g.nodes(), g.constants())),
        change(
            "input's shape",
            g -> new Graph("x", new int[] {1, 2}, g.output(), g.nodes(), g.constants())),
        change(
            "input's type",
            g ->
                new Graph(
                    List.of(new GraphInput("x", GraphInput.Type.DOUBLE, -1, 2)),
                    g.output(),
                    g.nodes(),
                    g.constants())),
        change(
            "one more input",
            g ->
                new Graph(
                    List.of(
                        GraphInput.ofSingles("x", -1, 2),
                        new GraphInput("mask", GraphInput.Type.BOOLEAN, -1, 2)),
                    g.output(),
                    g.nodes(),
                    g.constants())),
        change("output", g -> new Graph(g.inputs(), "h", g.nodes(), g.constants())),
        change(
            "missing node",
            g -> new Graph(g.inputs(), g.output(), g.nodes().subList(0, 2), g.constants())),
        change(
            "node's name",
            g ->
                withFirst(
                    g,
                    n ->
                        new Node(
                            "n", n.type(), n.operator(), n.definition(), n.inputs(), n.output()))),
        change(
            "node's type",
            g ->
                withFirst(
                    g,
                    n ->
                        new Node(
                            n.name(),
                            "MatMul",
                            n.operator(),
                            n.definition(),
                            n.inputs(),
                            n.output()))),
        change(
            "node's wiring",
            g ->
                withFirst(
                    g,
                    n ->
                        new Node(
                            n.name(),
                            n.type(),
                            n.operator(),
                            n.definition(),
                            List.of("x", "fc1.weight"),
                            n.output()))),
        change(
            "a weight's value",
            g ->
                g.withConstants(
                    Map.of("fc1.bias", Constant.of(new float[] {0, 1, -2.0000002f}, 3)))),
        change(
            "a weight's shape",
            g -> g.withConstants(Map.of("fc1.bias", Constant.of(new float[] {0, 1, -2}, 1, 3)))),
        change(
            "a weight's type",
            g -> g.withConstants(Map.of("fc1.bias", Constant.of(new long[] {0, 1, -2}, 3)))),
        change(
            "one more constant",
            g -> g.withConstants(Map.of("more", Constant.of(new float[] {1}, 1)))),
        change(
            "normalisation",
            g -> g.withInputThrough(new InputNormalisation(new double[] {0}, new double[] {1}))));
  }

  private static Arguments change(String what, UnaryOperator<Graph> change) {
    return Arguments.of(what, change);
  }

  private static Graph withFirst(Graph graph, UnaryOperator<Node> change) {
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.set(0, change.apply(nodes.get(0)));
    return new Graph(graph.inputs(), graph.output(), nodes, graph.constants());
  }

  private static Graph perceptron() {
    return OnnxFile.of(TestModels.perceptron().bytes(), "test.onnx").graph();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void whateverChangesInAGraphChangesItsDigest(String what, UnaryOperator<Graph> change) {
    assertThat(change.apply(perceptron()).sha256()).isNotEqualTo(perceptron().sha256());
    assertThat(change.apply(perceptron()).sha256()).isEqualTo(change.apply(perceptron()).sha256());
  }

  @Test
  void otherNormalisationsAreOtherModels() {
    WhiteBox box = TestModels.whiteBox(TestModels.perceptron());
    String first = box.normalising(new double[] {1, 2}, new double[] {3, 4}).sha256();
    assertThat(
            Stream.of(
                box.sha256(),
                box.normalising(new double[] {1, 3}, new double[] {3, 4}).sha256(),
                box.normalising(new double[] {1, 2}, new double[] {3, 5}).sha256()))
        .doesNotContain(first)
        .doesNotHaveDuplicates();
    assertThat(box.normalising(new double[] {1, 2}, new double[] {3, 4}).sha256()).isEqualTo(first);
    box.release();
  }

  @Test
  void doublePrecisionIsAnotherModel() {
    WhiteBox single = TestModels.whiteBox(TestModels.perceptron());
    WhiteBox twice = single.inDoublePrecision();
    assertThat(twice.sha256()).isNotEqualTo(single.sha256());
    single.release();
    twice.release();
  }

  @Test
  void weightsThatWereReplacedByThemselvesAreTheSameModel() {
    WhiteBox box = TestModels.whiteBox(TestModels.perceptron());
    WhiteBox copy = box.withWeights(Map.of("fc1.bias", box.weight("fc1.bias")));
    assertThat(copy.sha256()).isEqualTo(box.sha256());
    assertThat(copy.identity()).isEqualTo(box.identity());
    box.release();
    copy.release();
  }
}
