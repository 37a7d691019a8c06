package dev.touchstone.attribution.tree;

import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.List;
import java.util.stream.Stream;

/**
 * Columns that are absent are those of an example of a background, and what is explained is the
 * mean over the background: the interventional Shapley values of Lundberg et al. (2020, algorithm
 * 2).
 */
final class Background implements AbsentColumns {
  private final TreeEnsemble ensemble;
  private final double[][] rows;
  private final double[][] columns;

  /**
   * A background.
   *
   * @param rows as thresholds are compared with them
   */
  Background(TreeEnsemble ensemble, double[][] rows) {
    this.ensemble = ensemble;
    this.rows = rows;
    this.columns = new double[ensemble.columns().size()][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < columns.length; c++) {
        columns[c][i] = rows[i][c];
      }
    }
  }

  double[][] rows() {
    return rows;
  }

  @Override
  public String rule() {
    return "interventional";
  }

  private double[] expectation(Tree tree) {
    double[] shares = new double[tree.size()];
    for (double[] row : rows) {
      shares[tree.leaf(row)] += 1.0 / rows.length;
    }
    return shares;
  }

  @Override
  public TreeContributions tabulated(int t, TreePaths paths) {
    double[][] tables = new double[paths.tree().size()][0];
    PatternWalk.through(
        paths,
        columns,
        rows.length,
        (leaf, path, width, passed) -> {
          double[] weights = new double[1 << width];
          for (int set : passed) {
            weights[set] += 1.0 / rows.length;
          }
          tables[leaf] = LeafTable.of(weights, width);
        });
    return new TabulatedTree(paths, tables, expectation(paths.tree()));
  }

  /** Of each example of the background, which goes one way. */
  @Override
  public List<double[]> arrivals(int t) {
    Tree tree = ensemble.trees().get(t);
    return Stream.of(rows).map(row -> ways(tree, row)).toList();
  }

  private static double[] ways(Tree tree, double... row) {
    double[] ways = new double[tree.size()];
    for (int node = 0; node < ways.length; node++) {
      if (!tree.isLeaf(node)) {
        ways[tree.next(node, row[tree.column(node)])] = 1;
      }
    }
    return ways;
  }

  /** Two examples part at some of the nodes, and then both ways are gone. */
  @Override
  public double walkingTime(TreePaths paths) {
    return 50.0 * rows.length * paths.deepest();
  }

  @Override
  public TreeContributions walked(int t, TreePaths paths) {
    return new PairwiseTree(paths, rows, expectation(paths.tree()));
  }

  @Override
  public String toString() {
    return "%d examples before %s".formatted(rows.length, ensemble);
  }
}
