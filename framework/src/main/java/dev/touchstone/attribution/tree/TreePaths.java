package dev.touchstone.attribution.tree;

import dev.touchstone.model.tree.Tree;

/**
 * Which distinct columns stand on the paths of a tree: what a coalition of columns makes of a leaf
 * depends on these alone, however often a path splits by one of them. Each column has a place on
 * the path, in the order of its first split.
 */
final class TreePaths {
  private final Tree tree;
  private final int[] places;
  private final int[] above;
  private final int[] path;
  private int widest;
  private int deepest;
  private long patterns;

  private TreePaths(Tree tree, int columns) {
    this.tree = tree;
    this.places = new int[tree.size()];
    this.above = new int[tree.size()];
    this.path = new int[Math.min(columns, tree.size())];
  }

  /**
   * Looks at a tree.
   *
   * @param columns how many the ensemble has
   */
  static TreePaths of(Tree tree, int columns) {
    TreePaths paths = new TreePaths(tree, columns);
    paths.visit(0, 0, 0);
    return paths;
  }

  private void visit(int node, int depth, int distinct) {
    above[node] = distinct;
    deepest = Math.max(deepest, depth);
    if (tree.isLeaf(node)) {
      widest = Math.max(widest, distinct);
      patterns += distinct < Integer.SIZE ? (long) distinct << distinct : Long.MAX_VALUE / 2;
      patterns = patterns < 0 ? Long.MAX_VALUE : patterns;
      return;
    }
    int place = 0;
    while (place < distinct && path[place] != tree.column(node)) {
      place++;
    }
    places[node] = place;
    path[place] = tree.column(node);
    int below = Math.max(distinct, place + 1);
    visit(tree.left(node), depth + 1, below);
    visit(tree.right(node), depth + 1, below);
  }

  Tree tree() {
    return tree;
  }

  /** Returns the place of a node's column on its path. */
  int place(int node) {
    return places[node];
  }

  /** Returns how many distinct columns stand above a node. */
  int above(int node) {
    return above[node];
  }

  /** Returns whether a node is the first on its path to split by its column. */
  boolean isFirst(int node) {
    return places[node] == above[node];
  }

  /** Returns the most distinct columns on a path. */
  int widest() {
    return widest;
  }

  /** Returns the number of splits on the longest path. */
  int deepest() {
    return deepest;
  }

  /** Returns how many numbers the leaves' tables hold: m · 2ᵐ for each of m distinct columns. */
  long tableSize() {
    return patterns;
  }
}
