package dev.touchstone.attribution.tree;

/**
 * The interventional Shapley values of a tree of any depth, for each pair of a row and an example
 * of the background (Lundberg et al. 2020, algorithm 2).
 *
 * @param paths of the tree
 * @param background as thresholds are compared with it
 * @param expectation by leaf: the share of the background that comes to it
 */
record PairwiseTree(TreePaths paths, double[][] background, double[] expectation)
    implements TreeContributions {

  @Override
  public void addTo(RowBlock block, double[] worth) {
    PairWalk walk = new PairWalk(paths, block.columns().length);
    double[] added = new double[block.columns().length];
    for (int i = 0; i < block.size(); i++) {
      for (double[] absent : background) {
        walk.add(1.0 / background.length, block.rows()[i], absent, worth, added);
      }
      for (int c = 0; c < added.length; c++) {
        block.added()[c][i] += added[c];
        added[c] = 0;
      }
    }
  }

  @Override
  public double expected(double[] worth) {
    return Expectations.of(expectation, worth);
  }
}
