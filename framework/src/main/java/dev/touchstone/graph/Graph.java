package dev.touchstone.graph;

import dev.touchstone.graph.operator.ChannelsToTheEnd;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Definition;
import dev.touchstone.graph.operator.InputNormalisation;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.graph.operator.OperatorTraits.Hands;
import dev.touchstone.graph.operator.ScoreColumn;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model as nodes in the order of computation, with its weights as plain values. Immutable.
 *
 * @param input the name of the graph's one input
 * @param inputShape its shape, the batch axis first; -1 where it is free
 * @param output the name of the graph's one output
 * @param nodes in an order in which every value is made before it is used
 * @param constants weights and constants by name
 */
public record Graph(
    String input,
    int[] inputShape,
    String output,
    List<Node> nodes,
    Map<String, Constant> constants) {

  /** Copies nodes and constants. */
  public Graph {
    nodes = List.copyOf(nodes);
    constants = Map.copyOf(constants);
  }

  /** The layers that hold weights, from the input to the output. */
  List<Layer> layers() {
    return LayerNames.layersOf(this);
  }

  /** Returns the node that makes a value; null for the input and for constants. */
  public @Nullable Node maker(String value) {
    for (Node node : nodes) {
      if (node.output().equals(value)) {
        return node;
      }
    }
    return null;
  }

  /** Returns the nodes that a value depends on, in order. */
  public List<Node> nodesFor(String value) {
    return nodesFor(Set.of(value));
  }

  /** Returns the nodes that some of the values depend on, in order. */
  public List<Node> nodesFor(Set<String> values) {
    Set<String> needed = new HashSet<>(values);
    List<Node> chosen = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed.contains(nodes.get(i).output())) {
        chosen.add(nodes.get(i));
        needed.addAll(nodes.get(i).inputs());
      }
    }
    Collections.reverse(chosen);
    return chosen;
  }

  /** Returns the nodes that the score depends on and that depend on the input, in order. */
  public List<Node> nodesOnTheWay() {
    Set<String> moving = new HashSet<>(Set.of(input));
    List<Node> onTheWay = new ArrayList<>();
    for (Node node : nodesFor(score())) {
      if (node.inputs().stream().anyMatch(moving::contains)) {
        moving.add(node.output());
        onTheWay.add(node);
      }
    }
    return onTheWay;
  }

  /** Functions of the user's, which may compute anything. */
  private static final Set<String> OPAQUE =
      Set.of(OperatorTraits.LAMBDA, OperatorTraits.BLOCK, OperatorTraits.JOIN);

  /** The nodes up to the scores of which nobody can say what they compute. */
  List<Node> opaqueNodes() {
    return nodesFor(score()).stream().filter(node -> OPAQUE.contains(node.type())).toList();
  }

  /**
   * The same graph on inputs that are normalised first.
   *
   * @param normalisation computed from the graph's input
   */
  Graph withInputThrough(InputNormalisation normalisation) {
    return withFirst(
        "normalisation",
        "InputNormalisation",
        normalisation,
        normalisation.definition(),
        inputShape);
  }

  /**
   * The same graph on images with channels first, where it takes them with channels last.
   *
   * @param toTheEnd computed from the graph's input
   */
  Graph withInputThrough(ChannelsToTheEnd toTheEnd) {
    int[] first = {inputShape[0], inputShape[3], inputShape[1], inputShape[2]};
    return withFirst("channels last", "Transpose", toTheEnd, toTheEnd.definition(), first);
  }

  private Graph withFirst(
      String name, String type, Operator operator, Definition definition, int[] shape) {
    String raw = input + "/raw";
    List<Node> all = new ArrayList<>();
    all.add(new Node(name, type, operator, definition, List.of(raw), input));
    all.addAll(nodes);
    return new Graph(raw, shape, output, all, constants);
  }

  /**
   * What follows from an inner value alone.
   *
   * @param value the name of a value that a node makes
   * @param shape its shape, the batch axis first
   * @return the graph with that value as its input; empty if the output depends on the input in
   *     another way, too
   */
  Optional<Graph> from(String value, int[] shape) {
    Set<String> known = new HashSet<>(constants.keySet());
    known.add(value);
    List<Node> behind = new ArrayList<>();
    for (Node node : nodesFor(output)) {
      boolean constant = node.inputs().stream().allMatch(i -> i.isEmpty() || known.contains(i));
      if (constant && !node.output().equals(value)) {
        known.add(node.output());
        behind.add(node);
      }
    }
    Graph rest = new Graph(value, shape, output, behind, constants);
    return known.contains(output)
        ? Optional.of(new Graph(value, shape, output, rest.nodesFor(output), constants))
        : Optional.empty();
  }

  /**
   * Returns the SHA-256 of everything that is computed: input, output, every node with its
   * operator's settings and its wiring, weights and constants. The same in every JVM.
   */
  public String sha256() {
    Digest digest = Digest.sha256().add(input).add(inputShape).add(output).add(nodes.size());
    for (Node node : nodes) {
      digest
          .add(node.name())
          .add(node.type())
          .add(node.definition().sha256())
          .add(node.inputs())
          .add(node.output());
    }
    digest.add(constants.size());
    new TreeMap<>(constants).forEach((name, constant) -> constant.addTo(digest.add(name)));
    return digest.hex();
  }

  /** Returns what {@link #sha256} knows by name alone, in the order of the nodes. */
  public List<Object> code() {
    return nodes.stream().flatMap(node -> node.definition().code().stream()).toList();
  }

  /** Places of code that {@link #sha256} does not cover, as paths of blocks. */
  public List<String> notDescribed() {
    List<String> paths = new ArrayList<>();
    for (Node node : nodes) {
      for (String place : node.definition().opaque()) {
        paths.add(place.isEmpty() ? node.name() : node.name() + "." + place);
      }
    }
    return paths;
  }

  /** The same graph with other weights. */
  Graph withConstants(Map<String, Constant> replaced) {
    Map<String, Constant> all = new LinkedHashMap<>(constants);
    all.putAll(replaced);
    return new Graph(input, inputShape, output, nodes, all);
  }

  /**
   * Returns the value whose derivative is explained: the input of a final softmax, log-softmax or
   * sigmoid, else the output (thesis, section 3.2: "the output of the model without the softmax
   * normalization"). Two columns 1 − p and p are the one score that p's sigmoid is of.
   */
  public String score() {
    String score = output;
    Node node = maker(output);
    while (node != null) {
      String before = node.inputs().isEmpty() ? "" : node.inputs().get(0);
      if (isBesideItsComplement(node)) {
        before = node.inputs().get(1);
        Node sigmoid = makerBeforePassing(before);
        if (sigmoid == null || !sigmoid.type().equals("Sigmoid")) {
          return score;
        }
      } else if (node.traits().hands() == Hands.PROBABILITIES) {
        score = before;
      } else if (node.traits().hands() != Hands.THE_SAME) {
        return score;
      }
      node = maker(before);
    }
    return score;
  }

  /**
   * The same graph with one of its scores, n × 1, as the only one, and the sigmoid of it as the
   * output where the output is the sigmoid of the scores.
   *
   * @throws TouchstoneException if a softmax makes the output: its parts are one decision
   */
  Graph withScoreColumn(int column, String model) {
    String score = score();
    for (Node node = maker(output); node != null && !node.output().equals(score); ) {
      if (node.traits().hands() == Hands.PROBABILITIES && !node.type().equals("Sigmoid")) {
        throw new TouchstoneException(
            "%s ends in a %s, of which all outputs together are one decision, and none is a label of its own: leave ofLabel(%d, …) out"
                .formatted(model, node.type(), column));
      }
      node = maker(node.inputs().get(0));
    }
    ScoreColumn cut = new ScoreColumn(column);
    List<Node> all = new ArrayList<>(nodes);
    String one = score + "/label";
    all.add(new Node("label", "Slice", cut, cut.definition(), List.of(score), one));
    if (score.equals(output)) {
      return new Graph(input, inputShape, one, all, constants);
    }
    all.add(sigmoidOf(one));
    return new Graph(input, inputShape, one + "/sigmoid", all, constants);
  }

  private Node sigmoidOf(String score) {
    Node sigmoid =
        nodes.stream().filter(node -> node.type().equals("Sigmoid")).findFirst().orElseThrow();
    return new Node(
        "label sigmoid",
        sigmoid.type(),
        sigmoid.operator(),
        sigmoid.definition(),
        List.of(score),
        score + "/sigmoid");
  }

  /** Whether a node puts 1 − p and p beside each other, as exporters do for two classes. */
  private boolean isBesideItsComplement(Node node) {
    if (!node.type().equals("Concat") || node.inputs().size() != 2) {
      return false;
    }
    Node complement = maker(node.inputs().get(0));
    return complement != null
        && complement.type().equals("Sub")
        && complement.inputs().get(1).equals(node.inputs().get(1))
        && isOne(constants.get(complement.inputs().get(0)));
  }

  private static boolean isOne(@Nullable Constant constant) {
    return constant != null
        && constant.floating()
        && constant.size() == 1
        && constant.floats()[0] == 1;
  }

  private @Nullable Node makerBeforePassing(String value) {
    Node node = maker(value);
    while (node != null && node.traits().hands() == Hands.THE_SAME) {
      node = maker(node.inputs().get(0));
    }
    return node;
  }

  /** Whether nothing but affine operators stands between a node and the scores. */
  boolean scoresAreAffineIn(String nodeName) {
    Node node = maker(score());
    while (node != null && !node.name().equals(nodeName)) {
      List<String> computed =
          node.inputs().stream().filter(input -> !constants.containsKey(input)).toList();
      boolean affine = isAffine(node, computed);
      node = affine && computed.size() == 1 ? maker(computed.get(0)) : null;
    }
    return node != null;
  }

  private static boolean isAffine(Node node, List<String> computed) {
    boolean ofFirst = computed.equals(node.inputs().subList(0, 1));
    return switch (node.traits().effect()) {
      case LINEAR, PRODUCT -> true;
      case LINEAR_IN_FIRST, QUOTIENT -> ofFirst;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return nodes.size() + " nodes, input " + Arrays.toString(inputShape);
  }
}
