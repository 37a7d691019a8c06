package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes the lists of a tree ensemble trees: they are of one length, a branch leads to nodes
 * that are there and never back to itself, a leaf votes for a target that exists, a feature is one
 * of the input's. Native code follows these numbers without looking.
 */
final class TreeAttributes {
  /** A mode of version 5: whether a feature is one of a list. */
  private static final double MEMBER = 6;

  /** A path longer than this is no tree that anything learned; native code recurses along it. */
  private static final int DEEPEST = 4096;

  private static final int LARGEST = 1 << 20;

  private static final Set<String> MODES =
      Set.of(
          "BRANCH_LEQ",
          "BRANCH_LT",
          "BRANCH_GTE",
          "BRANCH_GT",
          "BRANCH_EQ",
          "BRANCH_NEQ",
          "BRANCH_MEMBER",
          "LEAF");

  private static final String LEAF = "LEAF";

  private final NodeFacts facts;
  private final long features;

  private TreeAttributes(NodeFacts facts, long features) {
    this.facts = facts;
    this.features = features;
  }

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is, or if it is no ensemble of trees.
   *
   * @param features how many the input has; negative where it is not known
   */
  static @Nullable String problem(NodeFacts facts, long features) {
    TreeAttributes trees = new TreeAttributes(facts, features);
    return switch (facts.type()) {
      case "TreeEnsembleClassifier" -> trees.ensemble("class");
      case "TreeEnsembleRegressor" -> trees.ensemble("target");
      case "TreeEnsemble" -> trees.together();
      default -> null;
    };
  }

  /** The form before version 5: nodes are found by tree and number, votes by that of their leaf. */
  private @Nullable String ensemble(String vote) {
    int nodes = facts.count("nodes_treeids");
    for (String list :
        List.of(
            "nodes_falsenodeids",
            "nodes_featureids",
            "nodes_modes",
            "nodes_nodeids",
            "nodes_truenodeids")) {
      if (facts.count(list) != nodes) {
        return lengths(list, nodes, "nodes_treeids");
      }
    }
    if (nodes == 0 || values("nodes_values") != nodes) {
      return "has " + nodes + " nodes and " + values("nodes_values") + " numbers as nodes_values";
    }
    int votes = facts.count(vote + "_ids");
    for (String list : List.of(vote + "_nodeids", vote + "_treeids")) {
      if (facts.count(list) != votes) {
        return lengths(list, votes, vote + "_ids");
      }
    }
    if (values(vote + "_weights") != votes) {
      return lengths(vote + "_weights", votes, vote + "_ids");
    }
    long targets =
        vote.equals("class")
            ? Math.max(facts.count("classlabels_int64s"), facts.count("classlabels_strings"))
            : facts.whole("n_targets", 0);
    String problem = targets(vote + "_ids", targets);
    if (problem == null) {
      problem = baseValues(targets, vote.equals("class"));
    }
    if (problem == null) {
      problem = features("nodes_featureids");
    }
    return problem != null ? problem : structure(vote, nodes);
  }

  private @Nullable String structure(String vote, int nodes) {
    List<Long> trees = facts.list("nodes_treeids");
    List<Long> numbers = facts.list("nodes_nodeids");
    Map<List<Long>, Integer> places = new HashMap<>();
    for (int i = 0; i < nodes; i++) {
      if (places.put(List.of(trees.get(i), numbers.get(i)), i) != null) {
        return "has node " + numbers.get(i) + " of tree " + trees.get(i) + " twice";
      }
    }
    List<String> modes = facts.texts("nodes_modes");
    int[][] branches = new int[nodes][];
    for (int i = 0; i < nodes; i++) {
      if (!MODES.contains(modes.get(i))) {
        return "has nodes_modes \"" + modes.get(i) + "\"; they are " + sorted();
      }
      branches[i] = new int[0];
      if (!modes.get(i).equals(LEAF)) {
        Integer yes = places.get(List.of(trees.get(i), facts.list("nodes_truenodeids").get(i)));
        Integer no = places.get(List.of(trees.get(i), facts.list("nodes_falsenodeids").get(i)));
        if (yes == null || no == null) {
          return nowhere(i, trees.get(i));
        }
        branches[i] = new int[] {yes, no};
      }
    }
    for (int i = 0; i < facts.count(vote + "_ids"); i++) {
      List<Long> leaf =
          List.of(facts.list(vote + "_treeids").get(i), facts.list(vote + "_nodeids").get(i));
      if (!places.containsKey(leaf)) {
        return "votes at node " + leaf.get(1) + " of tree " + leaf.get(0) + ", which it lacks";
      }
    }
    return loops(branches);
  }

  /** The form of version 5: branches lead to positions, of nodes or of leaves. */
  private @Nullable String together() {
    int nodes = facts.count("nodes_featureids");
    for (String list :
        List.of("nodes_falseleafs", "nodes_falsenodeids", "nodes_trueleafs", "nodes_truenodeids")) {
      if (facts.count(list) != nodes) {
        return lengths(list, nodes, "nodes_featureids");
      }
    }
    for (String list : List.of("nodes_modes", "nodes_splits")) {
      if (values(list) != nodes) {
        return lengths(list, nodes, "nodes_featureids");
      }
    }
    int leaves = facts.count("leaf_targetids");
    if (values("leaf_weights") != leaves) {
      return lengths("leaf_weights", leaves, "leaf_targetids");
    }
    int optional = facts.count("nodes_missing_value_tracks_true");
    if (optional != 0 && optional != nodes) {
      return lengths("nodes_missing_value_tracks_true", nodes, "nodes_featureids");
    }
    if (facts.count("tree_roots") == 0
        || facts.list("tree_roots").stream().anyMatch(root -> root < 0 || root >= nodes)) {
      return "has tree_roots = " + facts.list("tree_roots") + " and " + nodes + " nodes";
    }
    String problem = targets("leaf_targetids", facts.whole("n_targets", 0));
    if (problem == null) {
      problem = features("nodes_featureids");
    }
    if (problem == null) {
      problem = members();
    }
    if (problem != null) {
      return problem;
    }
    int[][] branches = new int[nodes][];
    for (int i = 0; i < nodes; i++) {
      long yes = facts.list("nodes_truenodeids").get(i);
      long no = facts.list("nodes_falsenodeids").get(i);
      boolean yesLeaf = facts.list("nodes_trueleafs").get(i) != 0;
      boolean noLeaf = facts.list("nodes_falseleafs").get(i) != 0;
      if (yes < 0
          || no < 0
          || yes >= (yesLeaf ? leaves : nodes)
          || no >= (noLeaf ? leaves : nodes)) {
        return nowhere(i, 0);
      }
      // A tree that is one leaf stands as a branch of which both sides are that leaf.
      branches[i] =
          Arrays.stream(new int[] {yesLeaf ? -1 : (int) yes, noLeaf ? -1 : (int) no})
              .filter(next -> next >= 0)
              .toArray();
    }
    return loops(branches);
  }

  /** A node that asks for membership has a list of its own; each ends in a NaN. */
  private @Nullable String members() {
    AttributeProto modes = facts.attributes().get("nodes_modes");
    AttributeProto members = facts.attributes().get("membership_values");
    double[] asked = modes == null ? new double[0] : numbers(modes.getT());
    double[] listed = members == null ? new double[0] : numbers(members.getT());
    long nodes = Arrays.stream(asked).filter(mode -> mode == MEMBER).count();
    long lists = Arrays.stream(listed).filter(Double::isNaN).count();
    boolean ends = listed.length == 0 || Double.isNaN(listed[listed.length - 1]);
    return nodes == lists && ends
        ? null
        : "has %d nodes that ask for membership, and membership_values of %d lists%s"
            .formatted(nodes, lists, ends ? "" : ", the last of which has no end");
  }

  private static double[] numbers(TensorProto tensor) {
    return OnnxTensors.read(tensor, tensor.getName(), new ExternalData(null, "a tree")).numbers();
  }

  private @Nullable String targets(String ids, long targets) {
    if (targets < 1 || targets > LARGEST) {
      return "has " + targets + " targets or classes; it has 1 to " + LARGEST;
    }
    for (long id : facts.list(ids)) {
      if (id < 0 || id >= targets) {
        return "has " + id + " in " + ids + ", and " + targets + " targets or classes";
      }
    }
    return null;
  }

  private @Nullable String baseValues(long targets, boolean classifier) {
    int given = values("base_values");
    boolean fits = given <= 1 || given == targets || (classifier && targets <= 2 && given <= 2);
    return fits ? null : "has " + given + " base_values for " + targets + " targets or classes";
  }

  private @Nullable String features(String list) {
    for (long feature : facts.list(list)) {
      if (feature < 0 || feature > Integer.MAX_VALUE || (features >= 0 && feature >= features)) {
        return "asks for feature "
            + feature
            + (features < 0 ? "" : ", and its input has " + features);
      }
    }
    return null;
  }

  /** Every path ends, and within a length that recursion bears. */
  private static @Nullable String loops(int[][] branches) {
    int[] parents = new int[branches.length];
    for (int[] next : branches) {
      for (int node : next) {
        parents[node]++;
      }
    }
    int[] depth = new int[branches.length];
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < parents.length; i++) {
      if (parents[i] == 0) {
        ready.add(i);
      }
    }
    int seen = 0;
    while (!ready.isEmpty()) {
      int node = ready.remove();
      seen++;
      if (depth[node] > DEEPEST) {
        return "has a tree deeper than " + DEEPEST;
      }
      for (int next : branches[node]) {
        depth[next] = Math.max(depth[next], depth[node] + 1);
        if (--parents[next] == 0) {
          ready.add(next);
        }
      }
    }
    return seen == branches.length ? null : "has a branch that leads back to itself";
  }

  private static String nowhere(int position, long tree) {
    return "has a branch to nowhere: the node at position " + position + " (tree " + tree + ")";
  }

  private static String sorted() {
    return MODES.stream().sorted().toList().toString();
  }

  private String lengths(String list, int demanded, String like) {
    return "has "
        + Math.max(facts.count(list), values(list))
        + " entries in "
        + list
        + " and "
        + demanded
        + " in "
        + like;
  }

  /** How many numbers stand in a list of that name or in a tensor. */
  private int values(String name) {
    AttributeProto tensor = facts.attributes().get(name + "_as_tensor");
    AttributeProto attribute = facts.attributes().get(name);
    if (tensor != null && tensor.hasT()) {
      return Math.max(facts.count(name), size(tensor.getT()));
    }
    return attribute != null && attribute.hasT() ? size(attribute.getT()) : facts.count(name);
  }

  private static int size(TensorProto tensor) {
    long size = 1;
    for (long length : tensor.getDimsList()) {
      size = length < 0 || size * length > Integer.MAX_VALUE ? -1 : size * length;
    }
    return (int) size;
  }
}
