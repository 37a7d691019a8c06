package dev.touchstone.model.tree;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.touchstone.model.tree.Tree.Missing;
import dev.touchstone.model.tree.Tree.Split;
import dev.touchstone.model.tree.TreeEnsemble.Link;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The trees of an ONNX file that is one ensemble of them: a {@code TreeEnsembleClassifier}, {@code
 * TreeEnsembleRegressor} or {@code TreeEnsemble} on the file's only input. The file's lists have
 * been held against each other before ({@code TreeAttributes}).
 */
public final class OnnxTrees {
  private static final Set<String> BEHIND = Set.of("Cast", "Identity", "ZipMap", "Reshape");

  private static final int MOST_COLUMNS = 1 << 24;

  private static final Set<String> TREES =
      Set.of("TreeEnsembleClassifier", "TreeEnsembleRegressor", OnnxLeafTrees.OPERATOR);

  private final OnnxTreeAttributes attributes;
  private final boolean classifier;

  private OnnxTrees(NodeProto node) {
    attributes = new OnnxTreeAttributes(node);
    classifier = node.getOpType().equals("TreeEnsembleClassifier");
  }

  /**
   * Returns the trees; empty for a file that is anything else besides, or whose sums become answers
   * in a way that {@link Link} does not know.
   *
   * <p>Of two classes with a weight for the second alone they have one sum, whose answer is that
   * class's.
   *
   * @param bytes of a file that has been checked
   */
  public static Optional<TreeEnsemble> of(byte[] bytes) {
    GraphProto graph;
    try {
      graph = ModelProto.parseFrom(bytes).getGraph();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the file was read before", e);
    }
    List<NodeProto> ensembles =
        graph.getNodeList().stream().filter(node -> TREES.contains(node.getOpType())).toList();
    boolean alone =
        graph.getInputCount() == 1
            && ensembles.size() == 1
            && ensembles.get(0).getInput(0).equals(graph.getInput(0).getName())
            && graph.getNodeList().stream()
                .allMatch(node -> ensembles.contains(node) || BEHIND.contains(node.getOpType()));
    if (!alone) {
      return Optional.empty();
    }
    NodeProto node = ensembles.get(0);
    return node.getOpType().equals(OnnxLeafTrees.OPERATOR)
        ? new OnnxLeafTrees(node).ensemble(columns(graph))
        : new OnnxTrees(node).ensemble(columns(graph));
  }

  /** How many columns the only input states; 0 where it leaves that open. */
  private static int columns(GraphProto graph) {
    TensorShapeProto shape = graph.getInput(0).getType().getTensorType().getShape();
    return shape.getDimCount() == 2
        ? (int) Math.min(MOST_COLUMNS, shape.getDim(1).getDimValue())
        : 0;
  }

  private Optional<TreeEnsemble> ensemble(int stated) {
    Map<String, Link> links =
        Map.of("NONE", Link.IDENTITY, "LOGISTIC", Link.SIGMOID, "SOFTMAX", Link.SOFTMAX);
    Link link = links.get(attributes.text("post_transform", "NONE"));
    String aggregate = attributes.text("aggregate_function", "SUM");
    if (link == null || !Set.of("SUM", "AVERAGE").contains(aggregate)) {
      return Optional.empty();
    }
    String vote = classifier ? "class" : "target";
    long[] targets = attributes.wholes(vote + "_ids");
    boolean secondAlone =
        classifier && classes() == 2 && Arrays.stream(targets).distinct().count() == 1;
    if (secondAlone && link == Link.SOFTMAX) {
      return Optional.empty();
    }
    int outputs =
        secondAlone ? 1 : classifier ? classes() : (int) attributes.number("n_targets", 1);
    double[] base = new double[outputs];
    double[] given = attributes.numbers("base_values");
    if (given.length == outputs) {
      base = given;
    } else if (given.length > 0) {
      return Optional.empty();
    }
    Map<Long, List<Integer>> nodesOf = new LinkedHashMap<>();
    long[] treeIds = attributes.wholes("nodes_treeids");
    for (int i = 0; i < treeIds.length; i++) {
      nodesOf.computeIfAbsent(treeIds[i], id -> new ArrayList<>()).add(i);
    }
    Map<List<Long>, Map<Integer, Double>> votes = votes(vote, targets, secondAlone);
    int used = 1 + (int) Arrays.stream(attributes.wholes("nodes_featureids")).max().orElse(0);
    int width = Math.max(stated, used);
    List<Tree> trees = new ArrayList<>();
    nodesOf.forEach((id, nodes) -> trees.add(tree(id, nodes, votes, width)));
    double[] weights = new double[trees.size()];
    Arrays.fill(weights, aggregate.equals("AVERAGE") ? 1.0 / trees.size() : 1);
    return Optional.of(
        new TreeEnsemble(
            classifier ? "TreeEnsembleClassifier" : "TreeEnsembleRegressor",
            TreeColumn.unnamed(width),
            trees,
            weights,
            base,
            link,
            1,
            !attributes.has("nodes_values_as_tensor")));
  }

  private int classes() {
    return attributes.has("classlabels_strings")
            && attributes.given("classlabels_strings").getStringsCount() > 0
        ? attributes.given("classlabels_strings").getStringsCount()
        : attributes.wholes("classlabels_int64s").length;
  }

  /** What each leaf adds to each sum, by tree and node. */
  private Map<List<Long>, Map<Integer, Double>> votes(
      String vote, long[] targets, boolean secondAlone) {
    long[] trees = attributes.wholes(vote + "_treeids");
    long[] nodes = attributes.wholes(vote + "_nodeids");
    double[] weights = attributes.numbers(vote + "_weights");
    Map<List<Long>, Map<Integer, Double>> votes = new HashMap<>();
    for (int i = 0; i < targets.length; i++) {
      votes
          .computeIfAbsent(List.of(trees[i], nodes[i]), leaf -> new LinkedHashMap<>())
          .merge(secondAlone ? 0 : (int) targets[i], weights[i], Double::sum);
    }
    return votes;
  }

  private Tree tree(
      long id, List<Integer> places, Map<List<Long>, Map<Integer, Double>> votes, int width) {
    long[] numbers = attributes.wholes("nodes_nodeids");
    long[] yes = attributes.wholes("nodes_truenodeids");
    long[] no = attributes.wholes("nodes_falsenodeids");
    long[] features = attributes.wholes("nodes_featureids");
    long[] tracks = attributes.wholes("nodes_missing_value_tracks_true");
    double[] values = attributes.numbers("nodes_values");
    double[] covers = attributes.numbers("nodes_hitrates");
    List<String> modes =
        attributes.given("nodes_modes").getStringsList().stream()
            .map(mode -> mode.toStringUtf8())
            .toList();
    Map<Long, Integer> positions = new HashMap<>();
    // The root is the node that no other leads to; it has to come first.
    List<Integer> ordered = new ArrayList<>(places);
    Set<Long> below = new HashSet<>();
    for (int place : places) {
      if (!modes.get(place).equals("LEAF")) {
        below.add(yes[place]);
        below.add(no[place]);
      }
    }
    ordered.sort((a, b) -> Boolean.compare(below.contains(numbers[a]), below.contains(numbers[b])));
    for (int i = 0; i < ordered.size(); i++) {
      positions.put(numbers[ordered.get(i)], i);
    }
    Tree.Builder builder = new Tree.Builder(ordered.size());
    for (int i = 0; i < ordered.size(); i++) {
      int place = ordered.get(i);
      double cover = covers.length > place ? covers[place] : 0;
      Split split = split(modes.get(place));
      if (split == Split.LEAF) {
        Map<Integer, Double> added = votes.getOrDefault(List.of(id, numbers[place]), Map.of());
        builder.leaf(
            i,
            added.keySet().stream().mapToInt(Integer::intValue).toArray(),
            added.values().stream().mapToDouble(Double::doubleValue).toArray(),
            cover);
        continue;
      }
      boolean left = split == Split.UNEQUAL || tracks.length > place && tracks[place] != 0;
      builder.split(
          i,
          (int) features[place],
          split,
          left ? Missing.LEFT : Missing.RIGHT,
          new int[] {positions.get(yes[place]), positions.get(no[place])},
          cover);
      builder.threshold(i, values[place]);
    }
    return builder.build("tree %d".formatted(id), width);
  }

  private static Split split(String mode) {
    return switch (mode) {
      case "BRANCH_LEQ" -> Split.AT_MOST;
      case "BRANCH_LT" -> Split.BELOW;
      case "BRANCH_GTE" -> Split.AT_LEAST;
      case "BRANCH_GT" -> Split.ABOVE;
      case "BRANCH_EQ" -> Split.EQUAL;
      case "BRANCH_NEQ" -> Split.UNEQUAL;
      case "LEAF" -> Split.LEAF;
      default -> throw new TouchstoneException("there are no nodes_modes \"%s\"".formatted(mode));
    };
  }
}
