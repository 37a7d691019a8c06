package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.OperatorTraits.Learns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the layers of a graph and names them as its author did: {@code conv1.weight} and {@code
 * conv1.bias} make {@code conv1}. Exporters fold and rename weights ({@code onnx::MatMul_12},
 * {@code 17}); then the node's name says it: {@code /encoder/fc1/MatMul} makes {@code encoder.fc1}.
 */
final class LayerNames {
  private final Graph graph;
  private final Map<String, Node> makers = new HashMap<>();
  private final Set<String> computed = new HashSet<>();
  private final Map<String, Set<String>> weightsBehind = new HashMap<>();
  private final Map<String, String> layerOfValue = new HashMap<>();
  private final Map<String, List<String>> weights = new LinkedHashMap<>();
  private final Map<String, String> lastNode = new LinkedHashMap<>();

  private LayerNames(Graph graph) {
    this.graph = graph;
    computed.addAll(graph.inputNames());
    for (Node node : graph.nodes()) {
      makers.put(node.output(), node);
      if (node.inputs().stream().anyMatch(computed::contains)) {
        computed.add(node.output());
      }
    }
  }

  static List<Layer> layersOf(Graph graph) {
    return new LayerNames(graph).layers();
  }

  private List<Layer> layers() {
    boolean linearSeen = false;
    for (Node node : graph.nodes()) {
      Learns learns = node.traits().learns();
      boolean linear = learns == Learns.WEIGHTS || isTable(node);
      boolean beside = learns == Learns.BESIDE_WEIGHTS;
      if ((linear || (linearSeen && beside)) && isComputed(node.output())) {
        linearSeen |= linear;
        addWeightsOf(node);
      }
    }
    return weights.entrySet().stream()
        .map(e -> new Layer(e.getKey(), e.getValue(), lastNode.getOrDefault(e.getKey(), "")))
        .toList();
  }

  /** Whether rows of a table of embeddings are looked up. */
  private boolean isTable(Node node) {
    return node.traits().learns() == Learns.ROWS && !isComputed(node.inputs().get(0));
  }

  private void addWeightsOf(Node node) {
    Set<String> learnt = new LinkedHashSet<>();
    for (String input : node.inputs()) {
      if (!isComputed(input)) {
        learnt.addAll(weightsBehind(input));
      }
    }
    if (learnt.isEmpty()) {
      return;
    }
    String layer = nameOf(node, learnt);
    List<String> names = weights.computeIfAbsent(layer, key -> new ArrayList<>());
    learnt.stream().filter(weight -> !names.contains(weight)).forEach(names::add);
    lastNode.put(layer, node.name());
    layerOfValue.put(node.output(), layer);
  }

  private String nameOf(Node node, Set<String> learnt) {
    String biased = layerThatThisBiases(node);
    for (String weight : learnt) {
      int dot = weight.lastIndexOf('.');
      if (dot > 0 && !weight.contains("::")) {
        String layer = weight.substring(0, dot);
        if (biased != null && !biased.equals(layer)) {
          rename(biased, layer);
        }
        return layer;
      }
    }
    return biased != null ? biased : fromNode(node);
  }

  /** The layer of the matrix product to which this node adds a bias; null if it does not. */
  private @Nullable String layerThatThisBiases(Node node) {
    if (!node.type().equals("Add")) {
      return null;
    }
    for (String input : node.inputs()) {
      Node maker = makers.get(input);
      if (maker != null && maker.traits().learns() == Learns.WEIGHTS) {
        return layerOfValue.get(input);
      }
    }
    return null;
  }

  /** A bias that kept its name tells the name of the layer whose weights lost theirs. */
  private void rename(String from, String to) {
    List<String> moved = weights.get(from);
    if (moved == null || moved.stream().anyMatch(w -> w.startsWith(from + "."))) {
      return;
    }
    weights.remove(from);
    lastNode.remove(from);
    weights.computeIfAbsent(to, key -> new ArrayList<>()).addAll(moved);
  }

  /** {@code /layer1/layer1.0/conv1/Conv} → {@code layer1.0.conv1}; other names as they are. */
  static String fromNode(Node node) {
    String name = node.name();
    String[] parts = (name.startsWith("/") ? name.substring(1) : name).split("/", -1);
    if (parts.length < 2) {
      return name;
    }
    StringBuilder layer = new StringBuilder();
    for (int i = 0; i < parts.length - 1; i++) {
      boolean repeated = i + 2 < parts.length && parts[i + 1].startsWith(parts[i] + ".");
      if (!repeated) {
        layer.append(layer.isEmpty() ? "" : ".").append(parts[i]);
      }
    }
    return layer.toString();
  }

  private boolean isComputed(String value) {
    return computed.contains(value);
  }

  /** The weights from which a constant value is made, through reshapes and the like. */
  private Set<String> weightsBehind(String value) {
    Set<String> known = weightsBehind.get(value);
    if (known != null) {
      return known;
    }
    Set<String> found = new LinkedHashSet<>();
    Constant constant = graph.constants().get(value);
    Node maker = makers.get(value);
    if (constant != null && constant.floating() && constant.size() > 1) {
      found.add(value);
    } else if (maker != null) {
      maker.inputs().forEach(input -> found.addAll(weightsBehind(input)));
    }
    weightsBehind.put(value, found);
    return found;
  }
}
