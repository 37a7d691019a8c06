package dev.touchstone.attribution.tree;

/**
 * A tree of which each leaf has a {@link LeafTable}: what a row costs is one addition for each
 * column of each leaf's path (after Yang 2021, Fast TreeSHAP v2, and Nadel and Wettenstein 2025,
 * Woodelf).
 *
 * @param paths of the tree
 * @param tables by leaf; empty at other nodes
 * @param expectation by leaf: how likely it is where all columns are absent
 */
record TabulatedTree(TreePaths paths, double[][] tables, double[] expectation)
    implements TreeContributions {

  @Override
  public void addTo(RowBlock block, double[] worth) {
    PatternWalk.through(
        paths,
        block.columns(),
        block.size(),
        (leaf, columns, width, passed) -> {
          if (worth[leaf] != 0) {
            for (int place = 0; place < width; place++) {
              add(block.added()[columns[place]], tables[leaf], place << width, passed, worth[leaf]);
            }
          }
        });
  }

  private static void add(double[] to, double[] table, int from, int[] passed, double worth) {
    for (int i = 0; i < to.length; i++) {
      to[i] += worth * table[from + passed[i]];
    }
  }

  @Override
  public double expected(double[] worth) {
    return Expectations.of(expectation, worth);
  }
}
