package dev.touchstone.graph.onnx;

import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.operator.OnnxOperators;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.graph.operator.OperatorTraits.Effect;
import dev.touchstone.graph.rule.Rectifiers;
import dev.touchstone.graph.rule.RelevanceRole;
import dev.touchstone.graph.rule.SecantRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code docs/onnx-operators.md}: what is known of every operator, of the tables that the library
 * itself goes by, and of ONNX's own tests, whose nodes show in which settings it holds.
 */
final class OperatorPage {
  private static final String HEAD =
      """
      # Operators of the white box

      Written by `OperatorPageTest` of the tables by which the library itself goes; a model with other operators predicts on ONNX Runtime, and has no white box.

      - **tests**: of ONNX's own tests, how many the white box computes with this operator as the only one or among others.
      - **derivative**: of every order (smooth), with kinks or jumps, or none.
      - **secant**: whether Integrated Gradients goes along secants through it, exactly complete at any number of steps; else it takes points between.
      - **rectifier**: whether Guided Backprop and its kin know it as a rectifier (yes, or where it cuts off at 0), have nothing to do there (–), or refuse it (no).
      - **relevance**: what layer-wise relevance propagation does where one input is computed, and where several are; "none" is refused. A layer's rule is that of its composite.

      "some": depends on the node's settings; "no test": no node of the standard's tests stands alone with it.

      | operator | tests | derivative | secant | rectifier | relevance | … of several computed inputs |
      |---|---|---|---|---|---|---|
      """;

  private OperatorPage() {}

  static String text() throws IOException {
    Map<String, Integer> tests = new TreeMap<>();
    Map<String, List<Seen>> seen = new TreeMap<>();
    for (OnnxConformanceTest.Case test : OnnxConformanceTest.supported()) {
      Graph graph = OnnxConformanceTest.graph(test);
      graph.nodes().stream()
          .map(Node::type)
          .distinct()
          .forEach(type -> tests.merge(type, 1, Integer::sum));
      if (graph.nodes().size() == 1
          && !graph.nodes().get(0).inputs().isEmpty()
          && graph.nodes().get(0).inputs().get(0).equals(graph.movingInput().name())) {
        Node node = graph.nodes().get(0);
        seen.computeIfAbsent(node.type(), key -> new ArrayList<>()).add(new Seen(node, graph));
      }
    }
    StringBuilder page = new StringBuilder(HEAD);
    for (String name : OnnxOperators.names()) {
      String type = name.substring(name.indexOf(':') + 1);
      page.append(row(name, type, tests.getOrDefault(type, 0), seen.getOrDefault(type, List.of())));
    }
    return page.toString();
  }

  /** A node of the standard's tests, computed from the input. */
  private record Seen(Node node, Graph graph) {}

  private static String row(String name, String type, int tests, List<Seen> seen) {
    OperatorTraits traits = OperatorTraits.of(type);
    boolean none = traits.effect() == Effect.WITHOUT_DERIVATIVE;
    RelevanceRole several = RelevanceRole.ofSeveral(type);
    return "| `%s` | %d | %s | %s | %s | %s | %s |\n"
        .formatted(
            name.replace(':', '.'),
            tests,
            none ? "none" : traits.isSmooth() ? "smooth" : "kinks or jumps",
            none ? "–" : secant(seen),
            rectifier(type, traits),
            RelevanceRole.of(type).words(),
            several.words());
  }

  private static String rectifier(String type, OperatorTraits traits) {
    if (traits.effect() == Effect.WITHOUT_DERIVATIVE || !traits.rectifies()) {
      return "–";
    }
    boolean always = type.equals("Relu") || type.equals("ThresholdedRelu");
    return always ? "yes" : Rectifiers.mayBe(type) ? "from 0" : "no";
  }

  private static String secant(List<Seen> seen) {
    long number = seen.stream().filter(s -> SecantRules.knows(s.node(), s.graph())).count();
    if (seen.isEmpty()) {
      return "no test";
    }
    return number == 0 ? "no" : number == seen.size() ? "yes" : "some";
  }
}
