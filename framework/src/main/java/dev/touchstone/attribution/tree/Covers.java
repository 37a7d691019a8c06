package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.Workers;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.List;

/**
 * Columns that are absent send an example both ways, in the shares in which data came there: the
 * path-dependent Shapley values of Lundberg et al. (2020, algorithm 1). Below a node at which no
 * data came both ways are alike.
 */
final class Covers implements AbsentColumns {
  /** XGBoost sums hessians in single precision, in another order at each node. */
  private static final double ROUNDING = 1e-3;

  private final String source;
  private final List<Tree> trees;
  private final double[][] covers;

  private Covers(String source, List<Tree> trees, double[][] covers) {
    this.source = source;
    this.trees = trees;
    this.covers = covers;
  }

  /**
   * Returns whether a file says of every tree how much data came through its nodes: what came to a
   * node went on to those below it. Exporters of ONNX write a hit rate of 1 at every node.
   */
  static boolean areIn(TreeEnsemble ensemble) {
    return ensemble.trees().stream().allMatch(Covers::addUp);
  }

  private static boolean addUp(Tree tree) {
    for (int node = 0; node < tree.size(); node++) {
      if (!tree.isLeaf(node)) {
        double below = tree.cover(tree.left(node)) + tree.cover(tree.right(node));
        if (!(Math.abs(below - tree.cover(node)) <= ROUNDING * tree.cover(node))) {
          return false;
        }
      }
    }
    return tree.isLeaf(0) || tree.cover(0) > 0;
  }

  /** Returns those that the file holds. */
  static Covers ofFile(TreeEnsemble ensemble) {
    List<Tree> trees = ensemble.trees();
    double[][] covers = new double[trees.size()][];
    for (int t = 0; t < covers.length; t++) {
      covers[t] = new double[trees.get(t).size()];
      for (int node = 0; node < covers[t].length; node++) {
        covers[t][node] = trees.get(t).cover(node);
      }
    }
    return new Covers("the file", trees, covers);
  }

  /**
   * Counts how many rows come through each node.
   *
   * @param rows as thresholds are compared with them
   */
  static Covers counted(TreeEnsemble ensemble, double[][] rows, String source) {
    List<Tree> trees = ensemble.trees();
    double[][] covers = new double[trees.size()][];
    Workers.forEach(covers.length, t -> covers[t] = counts(trees.get(t), rows));
    return new Covers(source, trees, covers);
  }

  private static double[] counts(Tree tree, double[][] rows) {
    double[] counts = new double[tree.size()];
    for (double[] row : rows) {
      int node = 0;
      counts[node]++;
      while (!tree.isLeaf(node)) {
        node = tree.next(node, row[tree.column(node)]);
        counts[node]++;
      }
    }
    return counts;
  }

  @Override
  public String rule() {
    return "path-dependent, covers of " + source;
  }

  /** Returns for each node in which share of what came to the one above it came to it. */
  private double[] shares(int t) {
    Tree tree = trees.get(t);
    double[] shares = new double[tree.size()];
    shares[0] = 1;
    for (int node = 0; node < shares.length; node++) {
      if (!tree.isLeaf(node)) {
        double left = covers[t][tree.left(node)];
        double right = covers[t][tree.right(node)];
        boolean unseen = left + right <= 0;
        shares[tree.left(node)] = unseen ? 0.5 : left / (left + right);
        shares[tree.right(node)] = unseen ? 0.5 : right / (left + right);
      }
    }
    return shares;
  }

  @Override
  public List<double[]> arrivals(int t) {
    return List.of(shares(t));
  }

  private static double[] expectation(Tree tree, double[] shares) {
    double[] likely = new double[shares.length];
    likely[0] = 1;
    descend(tree, 0, shares, likely);
    for (int node = 0; node < likely.length; node++) {
      likely[node] = tree.isLeaf(node) ? likely[node] : 0;
    }
    return likely;
  }

  private static void descend(Tree tree, int node, double[] shares, double[] likely) {
    if (!tree.isLeaf(node)) {
      for (int child : new int[] {tree.left(node), tree.right(node)}) {
        likely[child] = likely[node] * shares[child];
        descend(tree, child, shares, likely);
      }
    }
  }

  /** At each node every point's product is made on the way down, and undone on the way back. */
  @Override
  public double walkingTime(TreePaths paths) {
    return 6.0 * paths.tree().size() * ((paths.widest() + 1) / 2);
  }

  @Override
  public TreeContributions walked(int t, TreePaths paths) {
    double[] shares = shares(t);
    return new QuadratureTree(paths, shares, expectation(trees.get(t), shares));
  }

  @Override
  public TreeContributions tabulated(int t, TreePaths paths) {
    double[] shares = shares(t);
    double[][] tables = new double[shares.length][0];
    tables(paths, 0, shares, new double[paths.widest()], tables);
    return new TabulatedTree(paths, tables, expectation(trees.get(t), shares));
  }

  /** Gives each leaf a table, with the shares of each column's splits on its path multiplied. */
  private static void tables(
      TreePaths paths, int node, double[] shares, double[] ofPath, double[][] tables) {
    Tree tree = paths.tree();
    if (tree.isLeaf(node)) {
      int m = paths.above(node);
      tables[node] = LeafTable.of(products(ofPath, m), m);
      return;
    }
    int place = paths.place(node);
    double above = paths.isFirst(node) ? 1 : ofPath[place];
    for (int child : new int[] {tree.left(node), tree.right(node)}) {
      ofPath[place] = above * shares[child];
      tables(paths, child, shares, ofPath, tables);
    }
    ofPath[place] = above;
  }

  /** How likely each set of absent columns is to pass, each column by itself. */
  private static double[] products(double[] shares, int m) {
    double[] products = new double[1 << m];
    products[0] = 1;
    for (int i = 0; i < m; i++) {
      int bit = 1 << i;
      for (int set = 0; set < bit; set++) {
        products[set | bit] = products[set] * shares[i];
        products[set] *= 1 - shares[i];
      }
    }
    return products;
  }
}
