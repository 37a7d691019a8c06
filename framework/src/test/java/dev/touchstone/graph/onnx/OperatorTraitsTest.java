package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Cast;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.OnnxOperators;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.graph.operator.OperatorTraits.Effect;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table says of every operator what the operator does, as ONNX's own tests call it. */
class OperatorTraitsTest {

  @Test
  void everyOperatorHasARowAndEveryRowIsOfAnOperator() {
    // What DJL has and ONNX has not, or has and the white box does not read.
    Set<String> known = new TreeSet<>(Set.of("GlobalLpPool", "LpPool"));
    known.addAll(Set.of(OperatorTraits.LAMBDA, OperatorTraits.BLOCK, OperatorTraits.JOIN));
    for (String name : OnnxOperators.names()) {
      known.add(name.substring(name.indexOf(':') + 1));
    }
    known.add("InputNormalisation");
    assertThat(OperatorTraits.types()).isEqualTo(known);
  }

  /** Tests of one node whose first input is floating-point numbers, a few hundred at most. */
  static List<OnnxConformanceTest.Case> cases() throws IOException {
    return OnnxConformanceTest.supported().stream()
        .filter(OperatorTraitsTest::isOfOneNode)
        .toList();
  }

  private static boolean isOfOneNode(OnnxConformanceTest.Case test) {
    Graph graph = OnnxConformanceTest.graph(test);
    return graph.nodes().size() == 1
        && graph.nodes().get(0).inputs().get(0).equals(graph.movingInput().name())
        && graph.nodes().get(0).output().equals(graph.output())
        && input(test).floating()
        && input(test).size() > 0
        && input(test).size() < 1000;
  }

  private static Constant input(OnnxConformanceTest.Case test) {
    return OnnxTensors.read(test.input(), "input", OnnxConformanceTest.NO_FOLDER);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatTheTableSaysHolds(OnnxConformanceTest.Case test) {
    Graph graph = OnnxConformanceTest.graph(test);
    WhiteBox box = WhiteBox.of(test.name(), graph, "cpu").inDoublePrecision();
    Node node = graph.nodes().get(0);
    Constant x = input(test);

    switch (node.traits().effect()) {
      case LINEAR, PRODUCT -> assertAffine(box, x);
      case LINEAR_IN_FIRST -> {
        if (!(node.operator() instanceof Cast cast) || cast.keepsNumbers()) {
          assertAffine(box, x);
        }
      }
      case QUOTIENT -> {
        if (node.inputs().indexOf(graph.movingInput().name()) == 0) {
          assertAffine(box, x);
        }
      }
      case ELEMENTWISE -> assertNumberByNumber(box, x);
      case SELECTION -> assertChosen(box, x, graph);
      case WITHOUT_DERIVATIVE, MIXING, UNKNOWN -> {
        // Nothing that one could be held to.
      }
    }
    box.release();
  }

  private static float[] output(WhiteBox box, float[] values, long[] shape) {
    Constant output = box.output(Constant.of(values, shape));
    assertThat(output.floating()).isTrue();
    return output.floats();
  }

  private static float[] moved(float[] values, double[] by) {
    float[] moved = values.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) by[i];
    }
    return moved;
  }

  /** f(x + d) − f(x) does not depend on x. */
  private static void assertAffine(WhiteBox box, Constant x) {
    SplittableRandom random = new SplittableRandom(3);
    double[] step = IntStream.range(0, x.size()).mapToDouble(i -> random.nextInt(-8, 9)).toArray();
    float[] whole =
        moved(new float[x.size()], IntStream.range(0, x.size()).mapToDouble(i -> i % 7).toArray());
    float[] from = output(box, whole, x.shape());
    float[] to = output(box, moved(whole, step), x.shape());
    float[] zero = output(box, new float[x.size()], x.shape());
    float[] ahead = output(box, moved(new float[x.size()], step), x.shape());
    for (int i = 0; i < from.length; i++) {
      double rise = (double) to[i] - from[i];
      assertThat(rise).isCloseTo((double) ahead[i] - zero[i], within(1e-3 + 1e-4 * Math.abs(rise)));
    }
  }

  /** Another number at one place changes the output at that place alone. */
  private static void assertNumberByNumber(WhiteBox box, Constant x) {
    float[] before = output(box, x.floats(), x.shape());
    if (before.length != x.size()) {
      // Stretched to another input.
      return;
    }
    int place = x.size() / 2;
    float[] changed = x.floats().clone();
    changed[place] += .37f;
    float[] after = output(box, changed, x.shape());
    for (int i = 0; i < before.length; i++) {
      if (i != place && !(Float.isNaN(before[i]) && Float.isNaN(after[i]))) {
        assertThat(after[i]).as("place " + i).isEqualTo(before[i]);
      }
    }
  }

  private static void assertChosen(WhiteBox box, Constant x, Graph graph) {
    Set<Float> candidates = new HashSet<>();
    for (float value : x.floats()) {
      candidates.add(value);
    }
    for (Constant constant : graph.constants().values()) {
      for (float value : constant.floats()) {
        candidates.add(value);
      }
    }
    for (float chosen : output(box, x.floats(), x.shape())) {
      assertThat(candidates).contains(chosen);
    }
  }

  @Test
  void whatIsHeldToTheTableIsMostOfIt() throws IOException {
    Set<Effect> seen = new HashSet<>();
    Set<String> types = new TreeSet<>();
    for (OnnxConformanceTest.Case test : cases()) {
      Node node = OnnxConformanceTest.graph(test).nodes().get(0);
      seen.add(node.traits().effect());
      types.add(node.type());
    }
    assertThat(seen)
        .contains(
            Effect.LINEAR,
            Effect.LINEAR_IN_FIRST,
            Effect.PRODUCT,
            Effect.QUOTIENT,
            Effect.ELEMENTWISE,
            Effect.SELECTION);
    assertThat(types).hasSizeGreaterThan(60);
  }
}
