package dev.touchstone.model.tree;

import dev.touchstone.model.tree.Tree.Missing;
import dev.touchstone.model.tree.Tree.Split;
import dev.touchstone.model.tree.TreeEnsemble.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Draws trees with every kind of split, for values that are whole numbers from 0 to 3, or NaN. */
public final class RandomTrees {
  private static final Split[] SPLITS = {
    Split.BELOW,
    Split.AT_MOST,
    Split.ABOVE,
    Split.AT_LEAST,
    Split.EQUAL,
    Split.UNEQUAL,
    Split.IN_SET,
    Split.OUTSIDE_SET
  };

  private final Random random;
  private final int columns;
  private final int outputs;
  private final int[] places;

  private RandomTrees(long seed, int columns, int outputs, int... places) {
    this.random = new Random(seed);
    this.columns = columns;
    this.outputs = outputs;
    this.places = places;
  }

  /**
   * Draws a sum of trees that does not change where the first two columns are exchanged, and in
   * which the last column decides nothing.
   */
  public static TreeEnsemble symmetric(long seed, int trees, int depth, int columns, int outputs) {
    int[] places = IntStream.range(0, columns).toArray();
    int[] exchanged = places.clone();
    exchanged[0] = 1;
    exchanged[1] = 0;
    List<Tree> drawn = new ArrayList<>();
    for (int[] order : List.of(places, exchanged)) {
      RandomTrees draw = new RandomTrees(seed, columns - 1, outputs, order);
      for (int t = 0; t < trees; t++) {
        drawn.add(draw.tree(depth));
      }
    }
    double[] weights = new double[drawn.size()];
    Arrays.fill(weights, 1);
    List<TreeColumn> named = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      named.add(TreeColumn.ofNumbers("c" + c));
    }
    return new TreeEnsemble(
        "symmetric", named, drawn, weights, new double[outputs], Link.IDENTITY, 1, false);
  }

  /** Draws an ensemble of trees of up to a depth, whose paths split by columns more than once. */
  public static TreeEnsemble draw(
      long seed, int trees, int depth, int columns, int outputs, Link link) {
    RandomTrees draw =
        new RandomTrees(seed, columns, outputs, IntStream.range(0, columns).toArray());
    List<Tree> drawn = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      drawn.add(draw.tree(t == 0 ? 0 : depth));
    }
    double[] weights = new double[trees];
    Arrays.setAll(weights, t -> t % 2 == 0 ? 1 : 0.5);
    double[] base = new double[outputs];
    Arrays.setAll(base, o -> 0.25 * o);
    List<TreeColumn> named = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      named.add(TreeColumn.ofNumbers("c" + c));
    }
    return new TreeEnsemble("drawn", named, drawn, weights, base, link, 1, false);
  }

  /**
   * Makes one tree that is worth 1 where every column is below 1, and has half of the data there.
   */
  public static TreeEnsemble conjunction(int columns) {
    Tree.Builder builder = new Tree.Builder(2 * columns + 1);
    List<TreeColumn> named = new ArrayList<>();
    double cover = 1;
    for (int c = 0; c < columns; c++) {
      named.add(TreeColumn.ofNumbers(""));
      builder.split(2 * c, c, Split.BELOW, Missing.RIGHT, new int[] {2 * c + 2, 2 * c + 1}, cover);
      builder.threshold(2 * c, 1);
      cover /= 2;
      builder.leaf(2 * c + 1, new int[] {0}, new double[] {0}, cover);
    }
    builder.leaf(2 * columns, new int[] {0}, new double[] {1}, cover);
    return new TreeEnsemble(
        "a conjunction",
        named,
        List.of(builder.build("a conjunction", columns)),
        new double[] {1},
        new double[] {0},
        Link.IDENTITY,
        1,
        false);
  }

  private record Node(int node, int depth) {}

  private Tree tree(int depth) {
    int most = (1 << (depth + 1)) - 1;
    Tree.Builder builder = new Tree.Builder(most);
    List<Node> open = new ArrayList<>(List.of(new Node(0, depth)));
    int used = 1;
    double[] covers = new double[most];
    covers[0] = 64;
    while (!open.isEmpty()) {
      Node next = open.remove(open.size() - 1);
      int node = next.node();
      if (next.depth() == 0 || (node > 0 && random.nextInt(5) == 0)) {
        leaf(builder, node, covers[node]);
        continue;
      }
      int[] children = {used, used + 1};
      used += 2;
      // Some leaf saw nothing, as where covers are counted on other data.
      covers[children[0]] = random.nextInt(9) == 0 ? 0 : covers[node] * random.nextDouble();
      covers[children[1]] = covers[node] - covers[children[0]];
      Split split = SPLITS[random.nextInt(SPLITS.length)];
      Missing missing = Missing.values()[random.nextInt(Missing.values().length)];
      int column = places[random.nextInt(columns)];
      builder.split(node, column, split, missing, children, covers[node]);
      if (split == Split.IN_SET || split == Split.OUTSIDE_SET) {
        BitSet set = new BitSet();
        set.set(random.nextInt(4));
        set.set(random.nextInt(4));
        builder.set(node, set);
      } else {
        builder.threshold(node, random.nextInt(4));
      }
      open.add(new Node(children[0], next.depth() - 1));
      open.add(new Node(children[1], next.depth() - 1));
    }
    // Nodes that no other leads to, as pruning leaves them behind in files.
    for (int node = used; node < most; node++) {
      leaf(builder, node, 0);
    }
    return builder.build("drawn", places.length);
  }

  private void leaf(Tree.Builder builder, int node, double cover) {
    int[] to = random.nextInt(4) == 0 ? allOutputs() : new int[] {random.nextInt(outputs)};
    double[] values = new double[to.length];
    Arrays.setAll(values, i -> random.nextGaussian());
    builder.leaf(node, to, values, cover);
  }

  private int[] allOutputs() {
    int[] all = new int[outputs];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /** Draws rows, of whose values some are missing. */
  public static double[][] rows(long seed, int n, int columns) {
    Random random = new Random(seed);
    double[][] rows = new double[n][columns];
    for (double[] row : rows) {
      Arrays.setAll(row, c -> random.nextInt(6) == 0 ? Double.NaN : random.nextInt(4));
    }
    return rows;
  }
}
