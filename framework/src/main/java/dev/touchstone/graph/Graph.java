package dev.touchstone.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model as nodes in the order of computation, with its weights as plain values. Immutable.
 *
 * @param input the name of the graph's one input
 * @param inputShape its shape, the batch axis first; -1 where it is free
 * @param output the name of the graph's one output
 * @param nodes in an order in which every value is made before it is used
 * @param constants weights and constants by name
 */
record Graph(
    String input,
    int[] inputShape,
    String output,
    List<Node> nodes,
    Map<String, Constant> constants) {

  /** Node types whose constant inputs are learnt weights. */
  private static final Set<String> LEARNING =
      Set.of(
          "Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "Add", "Mul", "PRelu");

  Graph {
    nodes = List.copyOf(nodes);
    constants = Map.copyOf(constants);
  }

  /**
   * The layers that hold weights, from the input to the output. A layer's name is what its weights'
   * names have in common: {@code conv1.weight} and {@code conv1.bias} make {@code conv1}.
   */
  List<Layer> layers() {
    Map<String, List<String>> weights = new LinkedHashMap<>();
    Map<String, String> lastNode = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (!LEARNING.contains(node.type())) {
        continue;
      }
      for (String input : node.inputs()) {
        Constant constant = constants.get(input);
        if (constant != null && constant.floating() && constant.size() > 1) {
          String layer = layerName(input, node);
          List<String> names = weights.computeIfAbsent(layer, key -> new ArrayList<>());
          if (!names.contains(input)) {
            names.add(input);
          }
          lastNode.put(layer, node.name());
        }
      }
    }
    return weights.entrySet().stream()
        .map(e -> new Layer(e.getKey(), e.getValue(), lastNode.getOrDefault(e.getKey(), "")))
        .toList();
  }

  private static String layerName(String weight, Node node) {
    int dot = weight.lastIndexOf('.');
    return dot > 0 ? weight.substring(0, dot) : node.name();
  }

  /** The same graph with other weights. */
  Graph withConstants(Map<String, Constant> replaced) {
    Map<String, Constant> all = new LinkedHashMap<>(constants);
    all.putAll(replaced);
    return new Graph(input, inputShape, output, nodes, all);
  }

  /**
   * The value whose derivative is explained: the input of a final softmax or log-softmax, else the
   * output (thesis, section 3.2: "the output of the model without the softmax normalization").
   */
  String score() {
    for (Node node : nodes) {
      if (node.output().equals(output)
          && (node.type().equals("Softmax") || node.type().equals("LogSoftmax"))) {
        return node.inputs().get(0);
      }
    }
    return output;
  }

  @Override
  public String toString() {
    return nodes.size() + " nodes, input " + Arrays.toString(inputShape);
  }
}
