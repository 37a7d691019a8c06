package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.GaussLegendre;
import dev.touchstone.model.tree.Tree;

/**
 * A walk through the leaves of a tree that sums Shapley interaction indices of the columns above
 * them (Grabisch and Roubens 1999).
 *
 * <p>The worth of a leaf for a coalition is a product over the distinct columns of its path: p_j,
 * whether the row passes, inside it; r_j, the share of what is absent that does, outside. So the
 * index of i and j is {@code (p_i − r_i)(p_j − r_j) ∫ Π_{k≠i,j} (t p_k + (1−t) r_k) dt}, for which
 * Gauss-Legendre quadrature at ⌈(m−1)/2⌉ points is exact. Below a split that neither passes, every
 * factor but its own is without effect. Not thread-safe.
 */
final class InteractionWalk {
  private final TreePaths paths;
  private final Tree tree;
  private final double[] points;
  private final double[] weights;

  /** By place on the path. */
  private final int[] column;

  private final boolean[] passes;
  private final double[] shares;
  private final double[] parts;

  private double[] row = {};
  private double[] arrivals = {};
  private double[] worth = {};
  private double[][] added = {};

  InteractionWalk(TreePaths paths) {
    this.paths = paths;
    this.tree = paths.tree();
    int widest = paths.widest();
    GaussLegendre rule = GaussLegendre.ofPoints(Math.max(1, widest / 2));
    this.points = rule.places();
    this.weights = rule.weights();
    this.column = new int[widest];
    this.passes = new boolean[widest];
    this.shares = new double[widest];
    this.parts = new double[widest];
  }

  /**
   * Adds the indices of a row.
   *
   * @param explained the row, as thresholds are compared with it
   * @param arriving by node, the share of what is absent and came to the node above that comes to
   *     it
   * @param leaves the worth of each, by its node
   * @param to receives them, above the diagonal
   */
  void add(double[] explained, double[] arriving, double[] leaves, double[][] to) {
    row = explained;
    arrivals = arriving;
    worth = leaves;
    added = to;
    at(0);
  }

  private void at(int node) {
    if (tree.isLeaf(node)) {
      if (worth[node] != 0) {
        leaf(worth[node], paths.above(node));
      }
      return;
    }
    int next = tree.next(node, row[tree.column(node)]);
    side(node, tree.left(node), next);
    side(node, tree.right(node), next);
  }

  private void side(int node, int child, int next) {
    int place = paths.place(node);
    boolean first = paths.isFirst(node);
    boolean passedBefore = first || passes[place];
    double shareBefore = first ? 1 : shares[place];
    column[place] = tree.column(node);
    passes[place] = passedBefore && next == child;
    shares[place] = shareBefore * arrivals[child];
    if (passes[place] || shares[place] > 0) {
      at(child);
    }
    passes[place] = passedBefore;
    shares[place] = shareBefore;
  }

  /** Adds the indices of the m columns above a leaf. */
  private void leaf(double leafWorth, int m) {
    for (int k = 0; k < points.length; k++) {
      double product = leafWorth * weights[k];
      for (int i = 0; i < m; i++) {
        double passing = passes[i] ? 1 : 0;
        double factor = points[k] * passing + (1 - points[k]) * shares[i];
        product *= factor;
        parts[i] = (passing - shares[i]) / factor;
      }
      for (int i = 1; i < m; i++) {
        for (int j = 0; j < i; j++) {
          int low = Math.min(column[i], column[j]);
          int high = Math.max(column[i], column[j]);
          added[low][high] += product * parts[i] * parts[j];
        }
      }
    }
  }
}
