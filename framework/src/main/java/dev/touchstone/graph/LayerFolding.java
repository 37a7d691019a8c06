package dev.touchstone.graph;

import dev.touchstone.graph.operator.AffineProduct;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Follower;
import dev.touchstone.graph.operator.Gemm;
import dev.touchstone.graph.operator.LayerWeights;
import dev.touchstone.graph.operator.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph in which layers have taken in what only scales and shifts their channels and stands
 * directly behind them. The weights are computed by nodes of their own, so that they have whatever
 * precision the white box has.
 */
final class LayerFolding {
  private final Graph graph;
  private final Set<String> constants;
  private final Map<String, List<Node>> consumers = new HashMap<>();

  /** Layers by their output. */
  private final Map<String, Placed> layers = new HashMap<>();

  /** What stands in the place of a node, by that node's name. */
  private final Map<String, List<Node>> replaced = new HashMap<>();

  private LayerFolding(Graph graph) {
    this.graph = graph;
    this.constants = constants(graph);
    for (Node node : graph.nodes()) {
      for (String input : node.inputs()) {
        consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
      }
    }
  }

  /** Returns the folded graph; the same one if there is nothing to fold. */
  static Graph of(Graph graph) {
    return new LayerFolding(graph).folded();
  }

  /** Values that do not depend on the input. */
  private static Set<String> constants(Graph graph) {
    Set<String> constants = new HashSet<>(graph.constants().keySet());
    constants.add("");
    for (Node node : graph.nodes()) {
      if (!node.inputs().isEmpty() && constants.containsAll(node.inputs())) {
        constants.add(node.output());
      }
    }
    return constants;
  }

  /**
   * A layer.
   *
   * @param rank how many axes its output has, as far as its channels are concerned
   * @param place the name of the node whose place it has
   */
  private record Placed(Node node, int rank, String place) {

    boolean isProduct() {
      return node.operator() instanceof AffineProduct || node.type().equals("MatMul");
    }

    int weightAxis() {
      return LayerWeights.outputAxis(node.type(), node.operator());
    }
  }

  private Graph folded() {
    for (Node node : graph.nodes()) {
      if (isLayer(node)) {
        layers.put(node.output(), new Placed(node, rank(node), node.name()));
      } else {
        takeIn(node);
      }
    }
    if (replaced.isEmpty()) {
      return graph;
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.addAll(replaced.getOrDefault(node.name(), List.of(node)));
    }
    return new Graph(graph.inputs(), graph.output(), nodes, graph.constants());
  }

  private boolean isLayer(Node node) {
    List<String> inputs = node.inputs();
    return inputs.size() > 1
        && !constants.contains(inputs.get(0))
        && constants.containsAll(inputs.subList(1, inputs.size()))
        && switch (node.type()) {
          case "Conv" -> graph.constants().containsKey(inputs.get(1));
          case "Gemm" -> !(node.operator() instanceof Gemm gemm) || isPlain(gemm);
          case "MatMul" -> true;
          default -> false;
        };
  }

  private static boolean isPlain(Gemm gemm) {
    return gemm.alpha() == 1 && gemm.beta() == 1 && !gemm.transposeA();
  }

  private int rank(Node layer) {
    Constant weight = graph.constants().get(layer.inputs().get(1));
    return layer.type().equals("Conv") && weight != null ? weight.shape().length : 2;
  }

  /** Puts a layer in the place of a node that only scales and shifts the layer's channels. */
  private void takeIn(Node node) {
    for (int input = 0; input < node.inputs().size(); input++) {
      String value = node.inputs().get(input);
      Placed layer = layers.get(value);
      if (layer != null
          && consumers.getOrDefault(value, List.of()).size() == 1
          && !value.equals(graph.output())
          && shifts(node, input, layer)) {
        takeIn(node, input, layer);
        return;
      }
    }
  }

  private void takeIn(Node node, int input, Placed layer) {
    Follower follower =
        new Follower(node.operator(), node.definition(), input, layer.weightAxis(), layer.rank());
    List<String> inputs = layer.node().inputs();
    List<String> given = new ArrayList<>();
    given.add(inputs.get(1));
    given.addAll(node.inputs());
    given.set(input + 1, "");
    given.add(inputs.size() > 2 ? inputs.get(2) : "");
    Node weight = part(node, "weight", follower.weight(), follower, given);
    Node bias = part(node, "bias", follower.bias(), follower, given);
    Node whole = whole(layer, node, weight.output(), bias.output());
    // Of a layer that has taken something in before, the weights that it was given then stay.
    replaced.merge(
        layer.place(),
        List.of(),
        (made, none) -> made.stream().filter(other -> !other.equals(layer.node())).toList());
    replaced.put(node.name(), List.of(weight, bias, whole));
    layers.put(node.output(), new Placed(whole, layer.rank(), node.name()));
  }

  private static Node part(
      Node node, String name, Operator operator, Follower follower, List<String> inputs) {
    String part = node.name() + "/folded " + name;
    return new Node(part, "Folded", operator, follower.definition(name), inputs, part);
  }

  private static Node whole(Placed layer, Node node, String weight, String bias) {
    boolean product = layer.isProduct();
    return new Node(
        layer.node().name(),
        product ? "Gemm" : layer.node().type(),
        product ? new AffineProduct() : layer.node().operator(),
        layer.node().definition(),
        List.of(layer.node().inputs().get(0), weight, bias),
        node.output());
  }

  private boolean shifts(Node node, int input, Placed layer) {
    List<String> others = new ArrayList<>(node.inputs());
    others.remove(input);
    return switch (node.type()) {
      case "BatchNormalization" ->
          input == 0 && constants.containsAll(others) && !layer.isProduct();
      case "Add", "Sub", "Mul" -> isPerChannel(others.get(0), layer);
      case "Div" -> input == 0 && isPerChannel(others.get(0), layer);
      default -> false;
    };
  }

  /** Whether a constant has one number for all, or one per channel of a layer. */
  private boolean isPerChannel(String value, Placed layer) {
    Constant constant = graph.constants().get(value);
    if (constant == null || !constant.floating() || constant.shape().length > layer.rank()) {
      return false;
    }
    long[] shape = constant.shape();
    for (int axis = 0; axis < shape.length; axis++) {
      boolean channels = axis == shape.length - layer.rank() + 1;
      if (shape[axis] != 1 && !channels) {
        return false;
      }
    }
    return true;
  }
}
