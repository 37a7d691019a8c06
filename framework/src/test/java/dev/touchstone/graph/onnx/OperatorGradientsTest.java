package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.GraphInput;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.OperatorTraits.Effect;
import dev.touchstone.graph.operator.Operators;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operator's derivative against central differences in double precision, on ONNX's own tests
 * of one node.
 */
class OperatorGradientsTest {
  /** Exact in single precision beside numbers of common size. */
  private static final float STEP = 0x1p-12f;

  /** How far the slopes on both sides of a kink lie apart, and those of a curve do not. */
  private static final double KINK = 0.02;

  private static final int LARGEST = 200;

  /** Numbers beside which a step vanishes, and powers of numbers down to 0. */
  private static final String BEYOND = "node-(log)?softmax_large_number|node-pow";

  static List<OnnxConformanceTest.Case> cases() throws IOException {
    return OnnxConformanceTest.supported().stream()
        .filter(OperatorGradientsTest::hasADerivative)
        .toList();
  }

  private static boolean hasADerivative(OnnxConformanceTest.Case test) {
    Graph graph = OnnxConformanceTest.graph(test);
    Constant input = input(test);
    return test.name().startsWith("node-")
        && !test.name().matches(BEYOND)
        && graph.nodes().size() == 1
        && graph.nodes().get(0).inputs().contains(graph.movingInput().name())
        && graph.nodes().get(0).traits().effect() != Effect.WITHOUT_DERIVATIVE
        && OnnxTensors.read(test.output(), "output", OnnxConformanceTest.NO_FOLDER).floating()
        && input.floating()
        && input.size() > 0
        && input.size() <= LARGEST;
  }

  private static Constant input(OnnxConformanceTest.Case test) {
    return OnnxTensors.read(test.input(), "input", OnnxConformanceTest.NO_FOLDER);
  }

  /** The node between two reshapes, so that input and output are one example's. */
  private static WhiteBox box(OnnxConformanceTest.Case test) {
    GraphProto graph = test.model().getGraph();
    Constant input = input(test);
    ModelProto.Builder model = test.model().toBuilder();
    GraphProto.Builder flat =
        graph.toBuilder()
            .clearNode()
            .addInitializer(whole("flat/in", input.shape()))
            .addInitializer(whole("flat/out", 1, -1))
            .addInitializer(one())
            .addNode(reshape("flat/x", "flat/in", graph.getInput(0).getName()))
            .addAllNode(graph.getNodeList())
            .addNode(reshape(graph.getOutput(0).getName(), "flat/out", "flat/made"))
            // So that what stands before a softmax is not taken for the scores.
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Mul")
                    .addInput("flat/made")
                    .addInput("one")
                    .addOutput("flat/y"));
    OnnxSignature signature =
        new OnnxSignature(List.of(GraphInput.ofSingles("flat/x", 1, input.size())), "flat/y");
    return WhiteBox.of(
            test.name(),
            new OnnxImport(
                    model.setGraph(flat).build(),
                    signature,
                    OnnxConformanceTest.NO_FOLDER,
                    test.name(),
                    Operators.ofOnnx())
                .graph(),
            "cpu")
        .inDoublePrecision();
  }

  private static TensorProto one() {
    return TensorProto.newBuilder()
        .setName("one")
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addFloatData(1)
        .build();
  }

  private static NodeProto reshape(String from, String shape, String to) {
    return NodeProto.newBuilder()
        .setOpType("Reshape")
        .addInput(from)
        .addInput(shape)
        .addOutput(to)
        .build();
  }

  private static TensorProto whole(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheLimitOfDifferences(OnnxConformanceTest.Case test) {
    WhiteBox box = box(test);
    float[] x = input(test).floats();
    int outputs = box.outputs(Tensor.of(x.clone(), 1, x.length))[0].length;
    double[] weights = new SplittableRandom(7).doubles(outputs, -1, 1).toArray();

    double[] gradient =
        box.inputGradients(
                Tensor.of(x.clone(), 1, x.length),
                Quantity.weighting(weights),
                BackwardRules.derivatives())[0];

    double here = weighted(box, x, weights);
    for (int i = 0; i < x.length; i++) {
      float[] above = x.clone();
      float[] below = x.clone();
      above[i] += STEP;
      below[i] -= STEP;
      double ahead = (weighted(box, above, weights) - here) / ((double) above[i] - x[i]);
      double behind = (here - weighted(box, below, weights)) / ((double) x[i] - below[i]);
      String which = "derivative by number %s, which is %s".formatted(i, x[i]);
      double tolerance = 3e-4 * (1 + Math.abs(ahead));
      if (Math.abs(ahead - behind) > KINK * (1 + Math.abs(ahead))) {
        // Some slope between those on both sides.
        assertThat(gradient[i])
            .as(which)
            .isBetween(Math.min(ahead, behind) - tolerance, Math.max(ahead, behind) + tolerance);
      } else {
        assertThat(gradient[i]).as(which).isCloseTo((ahead + behind) / 2, within(tolerance));
      }
    }
    box.release();
  }

  private static double weighted(WhiteBox box, float[] x, double[] weights) {
    double[] scores = box.scores(Tensor.of(x, 1, x.length))[0];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += weights[i] * scores[i];
    }
    return sum;
  }

  @Test
  void mostOperatorsAreHeldToThem() throws IOException {
    Set<String> types =
        cases().stream()
            .map(test -> OnnxConformanceTest.graph(test).nodes().get(0).type())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(types)
        .contains("Attention", "CumSum", "Einsum", "GRU", "GatherElements", "GatherND", "LSTM")
        .contains(
            "RMSNormalization", "RNN", "RotaryEmbedding", "ScatterElements", "ScatterND", "TopK")
        .hasSizeGreaterThan(60);
  }
}
