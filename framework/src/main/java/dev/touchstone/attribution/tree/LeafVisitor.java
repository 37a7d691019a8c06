package dev.touchstone.attribution.tree;

/** What is told of a leaf: which columns of many rows pass its path. */
@FunctionalInterface
interface LeafVisitor {

  /**
   * Visits a leaf.
   *
   * @param columns the distinct columns of its path, of which the first {@code width} count
   * @param patterns for each row, a bit for each column's place: 1 where the row passes all of the
   *     path's splits by this column
   */
  void visit(int leaf, int[] columns, int width, int[] patterns);
}
