package dev.touchstone.attribution.tree;

import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleBiFunction;

/** Shapley values by their definition: over all coalitions of the columns. */
final class Enumeration {
  private Enumeration() {}

  /**
   * Sums |S|! (d−|S|−1)!/d! (v(S ∪ i) − v(S)) over the S without i.
   *
   * @param worth v, by the bits of the coalition
   */
  static double[] shapley(int columns, IntToDoubleFunction worth) {
    double[] values = new double[columns];
    double[] v = new double[1 << columns];
    for (int s = 0; s < v.length; s++) {
      v[s] = worth.applyAsDouble(s);
    }
    for (int i = 0; i < columns; i++) {
      for (int s = 0; s < v.length; s++) {
        if ((s >> i & 1) == 0) {
          int size = Integer.bitCount(s);
          double share = factorial(size) * factorial(columns - size - 1) / factorial(columns);
          values[i] += share * (v[s | 1 << i] - v[s]);
        }
      }
    }
    return values;
  }

  /**
   * Sums ½ |S|! (d−|S|−2)!/(d−1)! (v(S ∪ ij) − v(S ∪ i) − v(S ∪ j) + v(S)) over the S without i and
   * j; on the diagonal stands what the Shapley value leaves.
   *
   * @param worth v, by the bits of the coalition
   */
  static double[][] interactions(int columns, IntToDoubleFunction worth) {
    double[] v = new double[1 << columns];
    Arrays.setAll(v, worth::applyAsDouble);
    double[] shapley = shapley(columns, worth);
    double[][] values = new double[columns][columns];
    for (int i = 0; i < columns; i++) {
      values[i][i] += shapley[i];
      for (int j = 0; j < columns; j++) {
        int pair = 1 << i | 1 << j;
        for (int s = 0; s < v.length && i != j; s++) {
          if ((s & pair) == 0) {
            int size = Integer.bitCount(s);
            double share =
                factorial(size) * factorial(columns - size - 2) / factorial(columns - 1) / 2;
            double index = share * (v[s | pair] - v[s | 1 << i] - v[s | 1 << j] + v[s]);
            values[i][j] += index;
            values[i][i] -= index;
          }
        }
      }
    }
    return values;
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  /** The mean answer where columns outside the coalition are those of a background. */
  static double interventional(
      TreeEnsemble trees, double[] gradient, double[] row, double[][] background, int coalition) {
    double sum = 0;
    for (double[] absent : background) {
      sum += dot(gradient, trees.sums(mixed(row, absent, coalition)));
    }
    return sum / background.length;
  }

  static double[] mixed(double[] row, double[] absent, int coalition) {
    double[] mixed = absent.clone();
    for (int c = 0; c < row.length; c++) {
      if ((coalition >> c & 1) != 0) {
        mixed[c] = row[c];
      }
    }
    return mixed;
  }

  /** The weighted answer where columns outside the coalition send the row both ways. */
  static double pathDependent(TreeEnsemble trees, double[] gradient, double[] row, int coalition) {
    return pathDependent(trees, gradient, row, coalition, Tree::cover);
  }

  /** The same, by the numbers of rows of data that came to a node. */
  static double pathDependent(
      TreeEnsemble trees, double[] gradient, double[] row, int coalition, double[][] data) {
    return pathDependent(
        trees,
        gradient,
        row,
        coalition,
        (tree, node) -> Arrays.stream(data).filter(seen -> passes(tree, node, seen)).count());
  }

  private static boolean passes(Tree tree, int wanted, double[] row) {
    int node = 0;
    while (node != wanted && !tree.isLeaf(node)) {
      node = tree.next(node, row[tree.column(node)]);
    }
    return node == wanted;
  }

  private static double pathDependent(
      TreeEnsemble trees,
      double[] gradient,
      double[] row,
      int coalition,
      ToDoubleBiFunction<Tree, Integer> cover) {
    double sum = 0;
    for (int o = 0; o < gradient.length; o++) {
      sum += gradient[o] * trees.base(o);
    }
    for (int t = 0; t < trees.trees().size(); t++) {
      sum += trees.weight(t) * below(trees.trees().get(t), 0, gradient, row, coalition, cover);
    }
    return sum;
  }

  private static double below(
      Tree tree,
      int node,
      double[] gradient,
      double[] row,
      int coalition,
      ToDoubleBiFunction<Tree, Integer> cover) {
    if (tree.isLeaf(node)) {
      double worth = 0;
      for (int i = 0; i < tree.outputs(node).length; i++) {
        worth += gradient[tree.outputs(node)[i]] * tree.values(node)[i];
      }
      return worth;
    }
    int column = tree.column(node);
    if ((coalition >> column & 1) != 0) {
      return below(tree, tree.next(node, row[column]), gradient, row, coalition, cover);
    }
    double left = cover.applyAsDouble(tree, tree.left(node));
    double right = cover.applyAsDouble(tree, tree.right(node));
    double share = left + right == 0 ? 0.5 : left / (left + right);
    return share * below(tree, tree.left(node), gradient, row, coalition, cover)
        + (1 - share) * below(tree, tree.right(node), gradient, row, coalition, cover);
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
