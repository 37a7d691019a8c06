package dev.touchstone.attribution.tree;

import dev.touchstone.model.tree.Tree;

/**
 * A walk through the nodes of a tree that a row or another example reaches when each column is
 * taken from one of the two. A leaf that is reached where s columns are the row's and r are the
 * other's, of those at which they part, adds (s−1)! r!/(s+r)! of its worth to each of the former
 * and takes s! (r−1)!/(s+r)! of it from each of the latter. Not thread-safe.
 */
final class PairWalk {
  private static final byte BOTH = 0;
  private static final byte ROW = 1;
  private static final byte OTHER = 2;

  private final Tree tree;
  private final byte[] from;

  /** s! r! / (s + r + 1)!, by s and r: both shares are one of these. */
  private final double[][] shares;

  private double scale;
  private double[] row = {};
  private double[] other = {};
  private double[] worth = {};
  private double[] added = {};

  /** What the leaves below the node just left add to each of the row's columns above it. */
  private double gains;

  /** What they take from each of the other's. */
  private double losses;

  PairWalk(TreePaths paths, int columns) {
    this.tree = paths.tree();
    this.from = new byte[columns];
    int most = paths.widest();
    this.shares = new double[most + 1][most + 1];
    for (int s = 0; s <= most; s++) {
      shares[s][0] = 1.0 / (s + 1);
      for (int r = 1; s + r <= most; r++) {
        shares[s][r] = shares[s][r - 1] * r / (s + r + 1);
      }
    }
  }

  /**
   * Adds the Shapley values of a pair.
   *
   * @param factor by which they are multiplied
   * @param explained the row
   * @param absent whose columns stand where the row's are absent
   * @param leaves the worth of each, by its node
   * @param to receives one value a column
   */
  void add(double factor, double[] explained, double[] absent, double[] leaves, double[] to) {
    scale = factor;
    row = explained;
    other = absent;
    worth = leaves;
    added = to;
    at(0, 0, 0);
  }

  private void at(int start, int s, int r) {
    int node = start;
    while (!tree.isLeaf(node)) {
      int column = tree.column(node);
      byte of = from[column];
      int here = of == OTHER ? -1 : tree.next(node, row[column]);
      int there = of == ROW ? here : tree.next(node, other[column]);
      if (here >= 0 && here != there) {
        part(column, here, there, s, r);
        return;
      }
      node = there;
    }
    gains = s == 0 ? 0 : worth[node] * shares[s - 1][r];
    losses = r == 0 ? 0 : worth[node] * shares[r - 1][s];
  }

  private void part(int column, int here, int there, int s, int r) {
    from[column] = ROW;
    at(here, s + 1, r);
    double gainsHere = gains;
    double lossesHere = losses;
    from[column] = OTHER;
    at(there, s, r + 1);
    from[column] = BOTH;
    added[column] += scale * (gainsHere - losses);
    gains += gainsHere;
    losses += lossesHere;
  }
}
