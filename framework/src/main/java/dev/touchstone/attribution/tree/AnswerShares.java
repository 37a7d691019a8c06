package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.Workers;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shapley values of the sums, carried through the link: of each row and each example of a
 * background they are multiplied by the slope of the link's secant between the two sums, so that
 * they add up to the difference of the two answers (Lundberg et al. 2020; the rescale rule of
 * Shrikumar et al. 2017). Of a softmax the slopes are those of {@link SoftmaxPath}.
 */
final class AnswerShares {
  /** How far two sums may be from each other for the link's slope to be that at their middle. */
  private static final double NEAR = 1e-6;

  private static final int ROWS_TOGETHER = 32;

  private final TreeEnsemble ensemble;
  private final Background background;
  private final RunContext context;

  AnswerShares(TreeEnsemble ensemble, Background background, RunContext context) {
    this.ensemble = ensemble;
    this.background = background;
    this.context = context;
  }

  /**
   * Explains rows.
   *
   * @param rows as thresholds are compared with them
   * @param gradients for each row, the weights of the ensemble's answers
   */
  List<RowBlock> of(double[][] rows, double[][] gradients) {
    List<OutputTree> trees = trees();
    double[][] sumsOfBackground = sums(background.rows());
    List<RowBlock> blocks = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      blocks.add(RowBlock.of(new int[] {i}, rows, ensemble.columns().size(), gradients[i]));
    }
    for (int from = 0; from < blocks.size(); from += ROWS_TOGETHER) {
      int first = from;
      int some = Math.min(ROWS_TOGETHER, blocks.size() - from);
      Workers.forEach(some, i -> add(blocks.get(first + i), trees, sumsOfBackground));
      context.progress().step("examples explained", from + some, blocks.size());
    }
    return blocks;
  }

  /**
   * A tree as far as it adds to one of the ensemble's sums.
   *
   * @param worth of each leaf, by its node
   */
  private record OutputTree(int output, TreePaths paths, double[] worth) {}

  private List<OutputTree> trees() {
    List<OutputTree> trees = new ArrayList<>();
    for (int t = 0; t < ensemble.trees().size(); t++) {
      Tree tree = ensemble.trees().get(t);
      TreePaths paths = TreePaths.of(tree, ensemble.columns().size());
      for (int output = 0; output < ensemble.outputs(); output++) {
        double[] alone = new double[ensemble.outputs()];
        alone[output] = 1;
        double[] worth = AbsentColumns.worth(tree, ensemble.weight(t), alone);
        if (Arrays.stream(worth).anyMatch(leaf -> leaf != 0)) {
          trees.add(new OutputTree(output, paths, worth));
        }
      }
    }
    return trees;
  }

  private void add(RowBlock block, List<OutputTree> trees, double[][] sumsOfBackground) {
    int width = block.columns().length;
    double[] row = block.rows()[0];
    double[] sums = sums(new double[][] {row})[0];
    double[] answers = ensemble.answerOf(sums);
    List<PairWalk> walks = trees.stream().map(tree -> new PairWalk(tree.paths(), width)).toList();
    double[] added = new double[width];
    for (int b = 0; b < sumsOfBackground.length; b++) {
      double[] others = ensemble.answerOf(sumsOfBackground[b]);
      double[] slopes = slopes(sums, sumsOfBackground[b], block.gradient());
      double change = 0;
      for (int o = 0; o < slopes.length; o++) {
        change += block.gradient()[o] * (answers[o] - others[o]);
      }
      for (int t = 0; t < walks.size(); t++) {
        OutputTree tree = trees.get(t);
        double share = slopes[tree.output()] / sumsOfBackground.length;
        walks.get(t).add(share, row, background.rows()[b], tree.worth(), added);
      }
      block.residuals()[0] -= change / sumsOfBackground.length;
    }
    for (int c = 0; c < width; c++) {
      block.added()[c][0] = added[c];
    }
  }

  /** Sums in double precision, of which the values are made. */
  private double[][] sums(double[][] rows) {
    double[][] sums = new double[rows.length][ensemble.outputs()];
    for (int i = 0; i < rows.length; i++) {
      for (int o = 0; o < ensemble.outputs(); o++) {
        sums[i][o] = ensemble.base(o);
      }
      for (int t = 0; t < ensemble.trees().size(); t++) {
        Tree tree = ensemble.trees().get(t);
        int leaf = tree.leaf(rows[i]);
        for (int v = 0; v < tree.outputs(leaf).length; v++) {
          sums[i][tree.outputs(leaf)[v]] += ensemble.weight(t) * tree.values(leaf)[v];
        }
      }
    }
    return sums;
  }

  /** By how much a weighted sum of answers changes for each unit of each sum. */
  private double[] slopes(double[] to, double[] from, double... gradient) {
    if (ensemble.link() == TreeEnsemble.Link.SOFTMAX) {
      return SoftmaxPath.slopes(to, from, gradient);
    }
    double[] slopes = new double[to.length];
    Arrays.setAll(slopes, o -> gradient[o] * slope(to, from, o));
    return slopes;
  }

  /** By how much an answer changes for each unit of its sum, on the way from one to the other. */
  private double slope(double[] to, double[] from, int output) {
    double low = Math.min(to[output], from[output]);
    double high = Math.max(to[output], from[output]);
    if (high - low < NEAR) {
      double middle = (low + high) / 2;
      low = middle - NEAR;
      high = middle + NEAR;
    }
    double[] lower = from.clone();
    double[] upper = from.clone();
    lower[output] = low;
    upper[output] = high;
    return (ensemble.answerOf(upper)[output] - ensemble.answerOf(lower)[output]) / (high - low);
  }
}
