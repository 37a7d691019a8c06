package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Clip;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.OperatorTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rectifiers of a model, {@code max(0, x)} in whatever form a file writes it, and for each the
 * backward rules of Guided Backpropagation, {@code R = 1[0 < y < cap] · max(0, g)}, and of
 * Deconvnet, {@code R = max(0, g)}.
 *
 * <p>A rectifier is {@code Relu}, {@code Clip} from 0 (ReLU6), {@code Max} with zeros, or {@code
 * ThresholdedRelu}. What cuts off or bends negative numbers in another way, such as {@code
 * LeakyRelu}, has no such rule, and is told apart from what does not rectify at all by what {@link
 * OperatorTraits} says of it: an operator without a row counts as one that may.
 */
public final class Rectifiers {
  /** What DJL's blocks call {@code Clip} is ReLU6. */
  private static final double CAP_OF_RELU6 = 6;

  /** What a file may write a rectifier as. */
  private static final Set<String> FORMS = Set.of("Clip", "Max", "Relu", "ThresholdedRelu");

  /** Gates that make a smooth rectifier of a value that they are multiplied with. */
  private static final Set<String> GATES = Set.of("Sigmoid", "HardSigmoid");

  private final Map<String, Double> caps = new TreeMap<>();
  private final List<String> others = new ArrayList<>();

  private Rectifiers(Graph graph) {
    for (Node node : graph.nodesOnTheWay()) {
      OptionalDouble cap = cap(node, graph);
      if (cap.isPresent()) {
        caps.put(node.name(), cap.getAsDouble());
      } else if (!isKnownNotToRectify(node, graph)) {
        others.add(node.toString());
      }
    }
  }

  /** Looks at every node between the input and the scores. */
  public static Rectifiers of(WhiteBox box) {
    return new Rectifiers(box.graph());
  }

  /** Returns whether a node is one of the rectifiers. */
  public boolean has(Node node) {
    return caps.containsKey(node.name());
  }

  /** Returns how many rectifiers there are. */
  public int size() {
    return caps.size();
  }

  /** Returns nodes that rectify, or may, in a way that has no rule: type and name. */
  public List<String> others() {
    return List.copyOf(others);
  }

  /**
   * Returns whether nodes of a type are rectifiers in some of their settings.
   *
   * @param type the operator's name in the ONNX standard
   */
  public static boolean mayBe(String type) {
    return FORMS.contains(type);
  }

  /** Up to which value a rectifier passes what it gets; empty for any other node. */
  private static OptionalDouble cap(Node node, Graph graph) {
    if (!mayBe(node.type())) {
      return OptionalDouble.empty();
    }
    return switch (node.type()) {
      case "Relu", "ThresholdedRelu" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "Clip" -> capOfClip(node, graph);
      case "Max" ->
          node.inputs().size() == 2
                  && node.inputs().stream().anyMatch(input -> isAll(graph, input, 0, 0))
              ? OptionalDouble.of(Double.POSITIVE_INFINITY)
              : OptionalDouble.empty();
      default -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble capOfClip(Node node, Graph graph) {
    if (!(node.operator() instanceof Clip clip)) {
      return OptionalDouble.of(CAP_OF_RELU6);
    }
    OptionalDouble least = bound(node, graph, 1, clip.least());
    OptionalDouble most = bound(node, graph, 2, clip.most());
    boolean fromZero = least.isPresent() && least.getAsDouble() == 0;
    return fromZero && most.isPresent() && most.getAsDouble() > 0 ? most : OptionalDouble.empty();
  }

  /** A bound of a clip; empty where it is computed. */
  private static OptionalDouble bound(Node node, Graph graph, int input, double attribute) {
    if (node.inputs().size() <= input || node.inputs().get(input).isEmpty()) {
      return OptionalDouble.of(attribute);
    }
    Constant constant = graph.constants().get(node.inputs().get(input));
    return constant == null || constant.size() != 1 || !constant.floating()
        ? OptionalDouble.empty()
        : OptionalDouble.of(constant.floats()[0]);
  }

  /** Whether a value is a constant within bounds, all of it. */
  private static boolean isAll(Graph graph, String value, double least, double most) {
    Constant constant = graph.constants().get(value);
    if (constant == null || !constant.floating() || constant.size() == 0) {
      return false;
    }
    for (float number : constant.floats()) {
      if (!(number >= least && number <= most)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKnownNotToRectify(Node node, Graph graph) {
    if (node.type().equals("Mul")) {
      return node.inputs().size() != 2
          || (!gates(node.inputs().get(0), node.inputs().get(1), graph)
              && !gates(node.inputs().get(1), node.inputs().get(0), graph));
    }
    if (node.type().equals("Min")) {
      // A cap above 0, as in min(max(x, 0), 6).
      return node.inputs().size() == 2
          && node.inputs().stream()
              .anyMatch(i -> isAll(graph, i, Double.MIN_VALUE, Double.POSITIVE_INFINITY));
    }
    return !node.traits().rectifies();
  }

  /** Whether a value is multiplied with a gate of itself: Swish and its kin, written out. */
  private static boolean gates(String value, String factor, Graph graph) {
    Node gate = graph.maker(factor);
    if (gate == null || !GATES.contains(gate.type())) {
      return false;
    }
    String gated = gate.inputs().get(0);
    Node scaled = graph.maker(gated);
    return gated.equals(value)
        || (scaled != null && scaled.type().equals("Mul") && scaled.inputs().contains(value));
  }

  /** Returns the rules of Guided Backpropagation. */
  public BackwardRules guided() {
    return node -> {
      Double cap = caps.get(node.name());
      return cap == null
          ? null
          : BackwardRule.unary((input, output, gradient) -> guided(output, gradient, cap));
    };
  }

  /** Returns the rules of Deconvnet. */
  public BackwardRules deconvolving() {
    BackwardRule positive = BackwardRule.unary((input, output, gradient) -> gradient.maximum(0));
    return node -> has(node) ? positive : null;
  }

  private static NDArray guided(NDArray output, NDArray gradient, double cap) {
    if (HostFloats.holds(output) && HostFloats.holds(gradient)) {
      return RectifierKernels.guided(output, gradient, (float) cap);
    }
    NDArray passing = output.gt(0);
    if (Double.isFinite(cap)) {
      passing = passing.logicalAnd(output.lt(cap));
    }
    return gradient.maximum(0).mul(passing.toType(gradient.getDataType(), false));
  }
}
