package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.GaussLegendre;
import dev.touchstone.model.tree.Tree;
import java.util.Arrays;

/**
 * The path-dependent Shapley values of a tree of any depth, in time proportional to its leaves and
 * to its depth (the bound of Yu, Bifet, Read and Xu 2022, Linear TreeSHAP).
 *
 * <p>The worth of a leaf for a coalition is a product over the distinct columns of its path: p_j,
 * whether the row passes, inside it; r_j, the share of the data that does, outside. So the Shapley
 * value of i is {@code ∫ (p_i − r_i) Π_{j≠i} (t p_j + (1−t) r_j) dt} (Owen 1972). A walk carries
 * the product down at ⌈m/2⌉ Gauss-Legendre points, for which the integral is exact, and brings the
 * leaves' sums back, where each split divides its own column's factor out: the points lie inside
 * (0, 1), so that a factor is 0 only where everything below is.
 *
 * @param paths of the tree
 * @param shares for each node, of the data that came to the node above it
 * @param expectation by leaf: how likely it is where all columns are absent
 */
record QuadratureTree(TreePaths paths, double[] shares, double[] expectation)
    implements TreeContributions {
  /** Rows that go down together, so that what a path holds stays in the processor's cache. */
  private static final int TOGETHER = 64;

  @Override
  public void addTo(RowBlock block, double[] worth) {
    Walk walk = new Walk(block, worth);
    for (int from = 0; from < block.size(); from += TOGETHER) {
      walk.down(from, Math.min(TOGETHER, block.size() - from));
    }
  }

  @Override
  public double expected(double[] worth) {
    return Expectations.of(expectation, worth);
  }

  /** One walk, with what it holds at each depth. */
  private final class Walk {
    private final Tree tree = paths.tree();
    private final RowBlock block;
    private final double[] worth;
    private final double[] points;
    private final double[] weights;

    /** By depth: at each point and row the product of the factors above. */
    private final double[][] products;

    /** By depth: at each point and row the sum of the leaves below. */
    private final double[][] sums;

    private final boolean[][] goesLeft;

    /** By depth: whether a row passes all splits so far by the column of the node there. */
    private final boolean[][] passes;

    /** By place on the path: the depth of the last split by that column, and its share. */
    private final int[] last;

    private final double[] shareOf;
    private int from;
    private int count;

    Walk(RowBlock block, double[] worth) {
      this.block = block;
      this.worth = worth;
      GaussLegendre rule = GaussLegendre.ofPoints(Math.max(1, (paths.widest() + 1) / 2));
      points = rule.places();
      weights = rule.weights();
      int depth = paths.deepest() + 1;
      products = new double[depth][points.length * TOGETHER];
      sums = new double[depth][points.length * TOGETHER];
      goesLeft = new boolean[depth][TOGETHER];
      passes = new boolean[depth + 1][TOGETHER];
      last = new int[paths.widest()];
      shareOf = new double[paths.widest()];
    }

    void down(int first, int rows) {
      from = first;
      count = rows;
      for (int k = 0; k < points.length; k++) {
        for (int i = 0; i < count; i++) {
          products[0][k * TOGETHER + i] = weights[k];
        }
      }
      at(0, 0);
    }

    private void at(int node, int depth) {
      double[] product = products[depth];
      double[] sum = sums[depth];
      if (tree.isLeaf(node)) {
        for (int i = 0; i < sum.length; i++) {
          sum[i] = worth[node] * product[i];
        }
        return;
      }
      Arrays.fill(sum, 0);
      boolean[] left = goesLeft[depth];
      double[] column = block.columns()[tree.column(node)];
      for (int i = 0; i < count; i++) {
        left[i] = tree.goesLeft(node, column[from + i]);
      }
      side(node, depth, true);
      side(node, depth, false);
    }

    private void side(int node, int depth, boolean toTheLeft) {
      int child = toTheLeft ? tree.left(node) : tree.right(node);
      int place = paths.place(node);
      boolean first = paths.isFirst(node);
      int before = first ? -1 : last[place];
      double shareBefore = first ? 1 : shareOf[place];
      double share = shareBefore * shares[child];
      boolean[] passed = passes[depth + 1];
      for (int i = 0; i < count; i++) {
        passed[i] = goesLeft[depth][i] == toTheLeft && (first || passes[before][i]);
      }
      for (int k = 0; k < points.length; k++) {
        double ifPassing = factor(k, share, true);
        double ifFailing = factor(k, share, false);
        double[] undo = {
          first ? 1 : inverse(k, shareBefore, false), first ? 1 : inverse(k, shareBefore, true)
        };
        for (int i = 0; i < count; i++) {
          int at = k * TOGETHER + i;
          double out = first || passes[before][i] ? undo[1] : undo[0];
          products[depth + 1][at] = products[depth][at] * out * (passed[i] ? ifPassing : ifFailing);
        }
      }
      last[place] = depth + 1;
      shareOf[place] = share;
      at(child, depth + 1);
      last[place] = before;
      shareOf[place] = shareBefore;
      double[] added = block.added()[tree.column(node)];
      for (int k = 0; k < points.length; k++) {
        double ifPassing = (1 - share) * inverse(k, share, true);
        double ifFailing = -share * inverse(k, share, false);
        double passedBefore = (1 - shareBefore) * inverse(k, shareBefore, true);
        double failedBefore = -shareBefore * inverse(k, shareBefore, false);
        for (int i = 0; i < count; i++) {
          int at = k * TOGETHER + i;
          double below = sums[depth + 1][at];
          // What the split before took for its own is this one's.
          double notItsOwn = first ? 0 : passes[before][i] ? passedBefore : failedBefore;
          added[from + i] += below * ((passed[i] ? ifPassing : ifFailing) - notItsOwn);
          sums[depth][at] += below;
        }
      }
    }

    private double factor(int k, double share, boolean passing) {
      return (passing ? points[k] : 0) + (1 - points[k]) * share;
    }

    /** Where a factor is 0, so is every product below it. */
    private double inverse(int k, double share, boolean passing) {
      double factor = factor(k, share, passing);
      return factor == 0 ? 0 : 1 / factor;
    }
  }
}
