package dev.touchstone.graph;

import dev.touchstone.graph.operator.ChannelsToTheEnd;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Definition;
import dev.touchstone.graph.operator.FlatColumn;
import dev.touchstone.graph.operator.InputNormalisation;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.graph.operator.OperatorTraits.Hands;
import dev.touchstone.graph.operator.ScoreColumn;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model as nodes in the order of computation, with its weights as plain values. Immutable.
 *
 * @param inputs what it takes, at least one, in the model's order
 * @param output the name of the graph's one output
 * @param nodes in an order in which every value is made before it is used
 * @param constants weights and constants by name
 */
public record Graph(
    List<GraphInput> inputs, String output, List<Node> nodes, Map<String, Constant> constants) {

  /** Copies inputs, nodes and constants. */
  public Graph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    constants = Map.copyOf(constants);
  }

  /** Makes a graph of one input of numbers, with this shape, the batch axis first. */
  public Graph(
      String input,
      int[] inputShape,
      String output,
      List<Node> nodes,
      Map<String, Constant> constants) {
    this(List.of(GraphInput.ofSingles(input, inputShape)), output, nodes, constants);
  }

  /**
   * Returns the inputs of floating-point numbers, by which there are derivatives; ids, masks and
   * other whole numbers have none.
   */
  public List<GraphInput> floatingInputs() {
    return inputs.stream().filter(input -> input.type().isFloating()).toList();
  }

  /** The names of all inputs. */
  Set<String> inputNames() {
    return inputs.stream().map(GraphInput::name).collect(Collectors.toCollection(HashSet::new));
  }

  /** The names of the inputs by which there are derivatives. */
  private Set<String> movingNames() {
    return floatingInputs().stream()
        .map(GraphInput::name)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /**
   * Returns the one input of floating-point numbers, beside which there may be others of whole
   * numbers.
   *
   * @throws TouchstoneException if there is none, or if there are several
   */
  public GraphInput movingInput() {
    List<GraphInput> floating = floatingInputs();
    if (floating.size() != 1) {
      throw new TouchstoneException(
          "this needs a model of one input of floating-point numbers, and the model takes %s"
              .formatted(inputs));
    }
    return floating.get(0);
  }

  /** Returns the number of examples that it takes at a time; -1 where that is free. */
  public int batch() {
    return inputs.stream().mapToInt(GraphInput::batch).filter(n -> n > 0).findFirst().orElse(-1);
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

  /**
   * Returns the nodes that the score depends on and that depend on the numbers of an input of
   * floating-point numbers, and not on its shape alone, in order.
   */
  public List<Node> nodesOnTheWay() {
    Set<String> moving = movingNames();
    List<Node> onTheWay = new ArrayList<>();
    for (Node node : nodesFor(score())) {
      if (!node.tellsOfShapes() && node.inputs().stream().anyMatch(moving::contains)) {
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
        movingInput().shape());
  }

  /**
   * The same graph on images with channels first, where it takes them with channels last.
   *
   * @param toTheEnd computed from the graph's input
   */
  Graph withInputThrough(ChannelsToTheEnd toTheEnd) {
    int[] last = movingInput().shape();
    int[] first = {last[0], last[3], last[1], last[2]};
    return withFirst("channels last", "Transpose", toTheEnd, toTheEnd.definition(), first);
  }

  private Graph withFirst(
      String name, String type, Operator operator, Definition definition, int[] shape) {
    GraphInput prepared = movingInput();
    GraphInput raw = new GraphInput(prepared.name() + "/raw", prepared.type(), shape);
    List<Node> all = new ArrayList<>();
    all.add(new Node(name, type, operator, definition, List.of(raw.name()), prepared.name()));
    all.addAll(nodes);
    List<GraphInput> others =
        inputs.stream().map(input -> input.equals(prepared) ? raw : input).toList();
    return new Graph(others, output, all, constants);
  }

  /**
   * What follows from an inner value, and from inputs that it is not made of: others of
   * floating-point numbers, and all of whole numbers, such as a mask.
   *
   * @param value the name of a value that a node makes
   * @param shape its shape, the batch axis first
   * @return the graph with that value as its first input; empty if the output depends on what the
   *     value is made of in another way, too
   */
  Optional<Graph> from(String value, int[] shape) {
    Set<String> madeOf = movingNames();
    Set<String> before = new HashSet<>(Set.of(value));
    nodesFor(value).forEach(node -> before.addAll(node.inputs()));
    madeOf.retainAll(before);
    Set<String> known = new HashSet<>(constants.keySet());
    known.add(value);
    inputNames().stream().filter(name -> !madeOf.contains(name)).forEach(known::add);
    List<Node> behind = new ArrayList<>();
    for (Node node : nodesFor(output)) {
      boolean constant = node.inputs().stream().allMatch(i -> i.isEmpty() || known.contains(i));
      if (constant && !node.output().equals(value)) {
        known.add(node.output());
        behind.add(node);
      }
    }
    return known.contains(output) ? Optional.of(restOf(value, shape, behind)) : Optional.empty();
  }

  private Graph restOf(String value, int[] shape, List<Node> behind) {
    List<Node> needed =
        new Graph(inputs, output, behind, constants)
            .nodesFor(output).stream().filter(node -> !node.output().equals(value)).toList();
    Set<String> used = new HashSet<>(Set.of(output));
    needed.forEach(node -> used.addAll(node.inputs()));
    List<GraphInput> taken = new ArrayList<>(List.of(GraphInput.ofSingles(value, shape)));
    inputs.stream().filter(input -> used.contains(input.name())).forEach(taken::add);
    return new Graph(taken, output, needed, constants);
  }

  /**
   * What comes before an inner value and makes it, with one of its numbers as the output, n × 1.
   *
   * @param value the name of a value that a node makes, or of the input
   * @param place the number's, row-major
   */
  Graph upTo(String value, int place) {
    FlatColumn cut = new FlatColumn(place);
    String one = value + "/neuron";
    List<Node> before = new ArrayList<>(nodesFor(value));
    before.add(new Node("neuron", "Slice", cut, cut.definition(), List.of(value), one));
    return new Graph(inputs, one, before, constants);
  }

  /**
   * Returns the SHA-256 of everything that is computed: input, output, every node with its
   * operator's settings and its wiring, weights and constants. The same in every JVM.
   */
  public String sha256() {
    Digest digest = Digest.sha256();
    boolean onlySingles = inputs.size() == 1 && inputs.get(0).type() == GraphInput.Type.FLOAT;
    for (GraphInput input : inputs) {
      digest.add(input.name()).add(input.shape());
      if (!onlySingles) {
        digest.add(input.type().name());
      }
    }
    digest.add(output).add(nodes.size());
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
    return new Graph(inputs, output, nodes, all);
  }

  /**
   * Returns the value whose derivative is explained: the input of a final softmax, log-softmax or
   * sigmoid, else the output (thesis, section 3.2: "the output of the model without the softmax
   * normalization"), also where the softmax is written out. Two columns 1 − p and p are the one
   * score that p's sigmoid is of; sigmoids of both sides of one score, divided by their sum, are
   * two.
   */
  public String score() {
    List<String> values = fromOutputToScore();
    return values.get(values.size() - 1);
  }

  /** The output, what it is made of, and so on: the last are the scores. */
  private List<String> fromOutputToScore() {
    List<String> passed = new ArrayList<>(List.of(output));
    int known = 1;
    Node node = maker(output);
    while (node != null) {
      String before = node.inputs().isEmpty() ? "" : node.inputs().get(0);
      String behind = scoresBehind(node);
      boolean makesProbabilities = false;
      if (isBesideItsComplement(node)) {
        before = node.inputs().get(1);
        Node sigmoid = makerBeforePassing(before);
        if (sigmoid == null || !sigmoid.type().equals("Sigmoid")) {
          break;
        }
      } else if (behind != null) {
        before = behind;
        makesProbabilities = true;
      } else if (node.traits().hands() != Hands.THE_SAME
          && !isLogarithmOfSoftmax(node)
          && !BothSides.areDividedBy(this, node)) {
        break;
      }
      passed.add(before);
      known = makesProbabilities ? passed.size() : known;
      node = maker(before);
    }
    // What hands on the same is a part of what it hands to.
    return passed.subList(0, known);
  }

  /**
   * Returns whether a value holds an example's scores, or outputs that are largest where these are,
   * so that its largest number names the class of the largest score, where that leads by more than
   * rounding. Sigmoids of several scores have no such order: where two saturate, both are 1.
   *
   * @param scores how many there are
   */
  public boolean isLargestWhereScoresAre(String value, int scores) {
    String score = score();
    if (value.equals(score)) {
      return true;
    }
    boolean sigmoids =
        nodesFor(output).stream()
            .anyMatch(node -> node.type().equals("Sigmoid") && node.inputs().get(0).equals(score));
    return fromOutputToScore().contains(value)
        && (!sigmoids || scores == 1 || BothSides.areOpposite(this, score));
  }

  /** The value that a node makes probabilities, or their logarithms, of; null for other nodes. */
  private @Nullable String scoresBehind(Node node) {
    return node.traits().hands() == Hands.PROBABILITIES
        ? node.inputs().get(0)
        : WrittenSoftmax.scoresOf(this, node);
  }

  private boolean isLogarithmOfSoftmax(Node node) {
    Node before = node.type().equals("Log") ? makerBeforePassing(node.inputs().get(0)) : null;
    return before != null
        && (before.type().equals("Softmax") || WrittenSoftmax.scoresOf(this, before) != null);
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
      if (scoresBehind(node) != null && !node.type().equals("Sigmoid")) {
        boolean written = node.traits().hands() != Hands.PROBABILITIES;
        throw new TouchstoneException(
            "%s ends in a %s, of which all outputs together are one decision, and none is a label of its own: leave ofLabel(%d, …) out"
                .formatted(model, written ? "softmax" : node.type(), column));
      }
      node = maker(node.inputs().get(0));
    }
    ScoreColumn cut = new ScoreColumn(column);
    List<Node> all = new ArrayList<>(nodes);
    String one = score + "/label";
    all.add(new Node("label", "Slice", cut, cut.definition(), List.of(score), one));
    if (score.equals(output)) {
      return new Graph(inputs, one, all, constants);
    }
    all.add(sigmoidOf(one));
    return new Graph(inputs, one + "/sigmoid", all, constants);
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

  /** The values that affine nodes alone make of the one moving input, in order. */
  List<String> affineValues() {
    Set<String> moving = movingNames();
    Set<String> affine = movingNames();
    List<String> values = new ArrayList<>();
    for (Node node : nodesOnTheWay()) {
      List<String> computed = node.inputs().stream().filter(moving::contains).toList();
      moving.add(node.output());
      boolean all = affine.containsAll(computed) && isAffine(node, computed);
      // A cast may cut fractions off, and a product of two computed values is no sum.
      if (all && !node.type().startsWith("Cast") && !isProductOfTwo(node, computed)) {
        affine.add(node.output());
        values.add(node.output());
      }
    }
    return values;
  }

  private static boolean isProductOfTwo(Node node, List<String> computed) {
    return node.traits().effect() == OperatorTraits.Effect.PRODUCT && computed.size() > 1;
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
    return "%d nodes, %s".formatted(nodes.size(), inputs);
  }
}
