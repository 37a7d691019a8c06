package dev.touchstone.model.tree;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.touchstone.model.tree.Tree.Missing;
import dev.touchstone.model.tree.Tree.Split;
import dev.touchstone.model.tree.TreeEnsemble.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Trees as version 5 of {@code ai.onnx.ml} writes them: one operator for classes and values, whose
 * nodes lead to positions of other nodes or of leaves.
 */
final class OnnxLeafTrees {
  /** What the operator is called. */
  static final String OPERATOR = "TreeEnsemble";

  private static final int AVERAGE = 0;
  private static final int SUM = 1;
  private static final Link[] LINKS = {Link.IDENTITY, Link.SIGMOID, Link.SOFTMAX};

  /** By their numbers; the last is a list of values. */
  private static final Split[] MODES = {
    Split.AT_MOST,
    Split.BELOW,
    Split.AT_LEAST,
    Split.ABOVE,
    Split.EQUAL,
    Split.UNEQUAL,
    Split.ONE_OF
  };

  private final OnnxTreeAttributes attributes;
  private final long[] columns;
  private final double[] thresholds;
  private final double[] modes;
  private final long[][] children;
  private final long[][] childIsLeaf;
  private final long[] tracks;
  private final double[] covers;
  private final double[][] members;

  OnnxLeafTrees(NodeProto node) {
    attributes = new OnnxTreeAttributes(node);
    columns = attributes.wholes("nodes_featureids");
    thresholds = attributes.numbers("nodes_splits");
    modes = attributes.numbers("nodes_modes");
    children =
        new long[][] {
          attributes.wholes("nodes_truenodeids"), attributes.wholes("nodes_falsenodeids")
        };
    childIsLeaf =
        new long[][] {attributes.wholes("nodes_trueleafs"), attributes.wholes("nodes_falseleafs")};
    tracks = attributes.wholes("nodes_missing_value_tracks_true");
    covers = attributes.numbers("nodes_hitrates");
    members = members(attributes.numbers("membership_values"));
  }

  /** The list of each node that asks for membership; a NaN ends each. */
  private double[][] members(double[] listed) {
    double[][] of = new double[modes.length][0];
    int from = 0;
    for (int node = 0; node < modes.length; node++) {
      if (MODES[(int) modes[node]] == Split.ONE_OF) {
        int to = from;
        while (!Double.isNaN(listed[to])) {
          to++;
        }
        of[node] = Arrays.copyOfRange(listed, from, to);
        from = to + 1;
      }
    }
    return of;
  }

  /**
   * Returns the trees; empty where sums become answers in a way that {@link Link} does not know, or
   * leaves are not added up.
   *
   * @param stated how many columns the file states
   */
  Optional<TreeEnsemble> ensemble(int stated) {
    long transform = attributes.number("post_transform", 0);
    long aggregate = attributes.number("aggregate_function", SUM);
    if (transform < 0 || transform >= LINKS.length || aggregate != SUM && aggregate != AVERAGE) {
      return Optional.empty();
    }
    int width = Math.max(stated, 1 + (int) Arrays.stream(columns).max().orElse(0));
    List<Tree> trees = new ArrayList<>();
    for (long root : attributes.wholes("tree_roots")) {
      trees.add(tree((int) root, trees.size(), width));
    }
    double[] weights = new double[trees.size()];
    Arrays.fill(weights, aggregate == AVERAGE ? 1.0 / trees.size() : 1);
    return Optional.of(
        new TreeEnsemble(
            OPERATOR,
            TreeColumn.unnamed(width),
            trees,
            weights,
            new double[(int) attributes.number("n_targets", 1)],
            LINKS[(int) transform],
            1,
            !attributes.isDouble("nodes_splits")));
  }

  /** A place in a tree: a node's or a leaf's position in the file. */
  private record Place(boolean leaf, int position) {}

  private Tree tree(int root, int number, int width) {
    List<Place> places = new ArrayList<>(List.of(start(root)));
    List<int[]> below = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      if (place.leaf()) {
        below.add(new int[0]);
        continue;
      }
      below.add(new int[] {places.size(), places.size() + 1});
      places.add(child(place.position(), 0));
      places.add(child(place.position(), 1));
    }
    long[] targets = attributes.wholes("leaf_targetids");
    double[] values = attributes.numbers("leaf_weights");
    Tree.Builder builder = new Tree.Builder(places.size());
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      int at = place.position();
      if (place.leaf()) {
        builder.leaf(i, new int[] {(int) targets[at]}, new double[] {values[at]}, 0);
        continue;
      }
      Split split = MODES[(int) modes[at]];
      boolean left = split == Split.UNEQUAL || tracks.length > at && tracks[at] != 0;
      builder.split(
          i,
          (int) columns[at],
          split,
          left ? Missing.LEFT : Missing.RIGHT,
          below.get(i),
          covers.length > at ? covers[at] : 0);
      builder.threshold(i, thresholds[at]);
      builder.members(i, members[at]);
    }
    return builder.build("tree %d".formatted(number), width);
  }

  /** A tree that is one leaf stands as a node of which both sides are that leaf. */
  private Place start(int root) {
    Place yes = child(root, 0);
    return yes.leaf() && yes.equals(child(root, 1)) ? yes : new Place(false, root);
  }

  private Place child(int node, int side) {
    return new Place(childIsLeaf[side][node] != 0, (int) children[side][node]);
  }
}
