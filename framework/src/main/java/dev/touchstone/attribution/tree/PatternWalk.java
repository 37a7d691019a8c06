package dev.touchstone.attribution.tree;

import dev.touchstone.model.tree.Tree;

/**
 * A walk through all leaves of a tree with many rows at once, which says of each row which columns
 * of a leaf's path it passes. Not thread-safe.
 */
final class PatternWalk {
  private final TreePaths paths;
  private final double[][] columns;
  private final int count;
  private final LeafVisitor visitor;
  private final int[] path;
  private final int[][] wentLeft;
  private final int[][] patterns;

  private PatternWalk(TreePaths paths, double[][] columns, int count, LeafVisitor visitor) {
    this.paths = paths;
    this.columns = columns;
    this.count = count;
    this.visitor = visitor;
    this.path = new int[paths.widest()];
    this.wentLeft = new int[paths.deepest()][count];
    this.patterns = new int[paths.deepest() + 1][count];
  }

  /**
   * Walks through a tree whose paths have fewer columns than an {@code int} has bits.
   *
   * @param columns of the rows, column by column
   * @param count the number of rows
   */
  static void through(TreePaths paths, double[][] columns, int count, LeafVisitor visitor) {
    new PatternWalk(paths, columns, count, visitor).at(0, 0);
  }

  private void at(int node, int depth) {
    Tree tree = paths.tree();
    if (tree.isLeaf(node)) {
      visitor.visit(node, path, paths.above(node), patterns[depth]);
      return;
    }
    int column = tree.column(node);
    int place = paths.place(node);
    boolean first = paths.isFirst(node);
    int[] left = wentLeft[depth];
    tree.decide(node, columns[column], count, left);
    path[place] = column;
    pass(patterns[depth], left, 0, place, first, patterns[depth + 1]);
    at(tree.left(node), depth + 1);
    pass(patterns[depth], left, 1, place, first, patterns[depth + 1]);
    at(tree.right(node), depth + 1);
  }

  /** Sets a column's bit where it is split first, and clears it where a later split fails. */
  private void pass(int[] from, int[] left, int failing, int place, boolean first, int[] to) {
    if (first) {
      for (int i = 0; i < count; i++) {
        to[i] = from[i] | (left[i] ^ failing) << place;
      }
    } else {
      for (int i = 0; i < count; i++) {
        to[i] = from[i] & ~((left[i] ^ failing ^ 1) << place);
      }
    }
  }
}
