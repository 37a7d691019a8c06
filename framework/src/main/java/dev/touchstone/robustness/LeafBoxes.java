package dev.touchstone.robustness;

import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A search for a point of a box at which a weighted sum of an ensemble's outputs is not above
 * rounding: depth first, the half with the lower bound first. The bound of a box is the sum of the
 * least leaves that its trees reach in it.
 */
final class LeafBoxes {
  /** What was found. */
  enum Outcome {
    /** The sum is above rounding everywhere. */
    ABOVE,
    /** There is a box in which it is not. */
    BELOW,
    /** Too many boxes were looked at. */
    UNFINISHED
  }

  private final List<Tree> trees;
  private final boolean single;
  private final double[][] worth;
  private final double start;
  private final double slack;
  private final int most;
  private double[] foundLower = {};
  private double[] foundUpper = {};

  /**
   * Of a weighted sum.
   *
   * @param signs the weights of the ensemble's outputs
   * @param start with which the sum begins
   * @param slack what rounding may do to it
   * @param most how many boxes are looked at
   */
  LeafBoxes(TreeEnsemble ensemble, double[] signs, double start, double slack, int most) {
    this.trees = ensemble.trees();
    this.single = ensemble.isSingle();
    this.start = start;
    this.slack = slack;
    this.most = most;
    this.worth = new double[trees.size()][];
    for (int t = 0; t < worth.length; t++) {
      Tree tree = trees.get(t);
      worth[t] = new double[tree.size()];
      for (int node = 0; node < tree.size(); node++) {
        int[] outputs = tree.outputs(node);
        for (int i = 0; i < outputs.length; i++) {
          worth[t][node] += signs[outputs[i]] * ensemble.weight(t) * tree.values(node)[i];
        }
      }
    }
  }

  /** The ends of the box in which the sum is not above rounding. */
  double[] foundLower() {
    return foundLower;
  }

  double[] foundUpper() {
    return foundUpper;
  }

  /** A part of the box, its bound, and where to cut it: the node of a tree, or none. */
  private record Part(double[] lower, double[] upper, double bound, int tree, int node) {}

  /** Searches a box of what trees compare, both ends belonging to it. */
  Outcome run(double[] lower, double[] upper) {
    Deque<Part> open = new ArrayDeque<>(List.of(part(lower, upper)));
    for (int looked = 1; !open.isEmpty(); looked += 2) {
      Part part = open.pop();
      if (part.bound() > slack) {
        continue;
      }
      if (part.node() < 0) {
        // Every tree has one leaf here: the bound is the sum.
        foundLower = part.lower();
        foundUpper = part.upper();
        return Outcome.BELOW;
      }
      if (looked >= most) {
        return Outcome.UNFINISHED;
      }
      Tree tree = trees.get(part.tree());
      int column = tree.column(part.node());
      double cut = lastAsBelow(tree, part.node(), part.lower()[column]);
      double[] until = part.upper().clone();
      until[column] = cut;
      double[] from = part.lower().clone();
      from[column] = next(cut);
      Part below = part(part.lower(), until);
      Part above = part(from, part.upper());
      boolean belowFirst = below.bound() <= above.bound();
      open.push(belowFirst ? above : below);
      open.push(belowFirst ? below : above);
    }
    return Outcome.ABOVE;
  }

  private double next(double value) {
    return single ? Math.nextUp((float) value) : Math.nextUp(value);
  }

  private double previous(double value) {
    return single ? Math.nextDown((float) value) : Math.nextDown(value);
  }

  /** The largest value that goes where one below the threshold goes. */
  private double lastAsBelow(Tree tree, int node, double below) {
    double threshold = tree.threshold(node);
    double compared = single ? (float) threshold : threshold;
    double last = compared;
    // Where a threshold is no number of single precision, a neighbour is the last.
    while (tree.goesLeft(node, last) != tree.goesLeft(node, below)) {
      last = previous(last);
    }
    while (tree.goesLeft(node, next(last)) == tree.goesLeft(node, below)) {
      last = next(last);
    }
    return last;
  }

  private Part part(double[] lower, double[] upper) {
    double bound = start;
    int tree = -1;
    int node = -1;
    double widest = -1;
    Reach reach = new Reach(lower, upper);
    for (int t = 0; t < trees.size(); t++) {
      reach.through(t, 0);
      bound += reach.least;
      if (reach.fork >= 0 && reach.most - reach.least > widest) {
        widest = reach.most - reach.least;
        tree = t;
        node = reach.fork;
      }
      reach.clear();
    }
    return new Part(lower, upper, bound, tree, node);
  }

  /** What leaves of a tree are reached in a box. */
  private final class Reach {
    private final double[] lower;
    private final double[] upper;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;
    private int fork = -1;

    private Reach(double[] lower, double[] upper) {
      this.lower = lower;
      this.upper = upper;
    }

    private void clear() {
      least = Double.POSITIVE_INFINITY;
      most = Double.NEGATIVE_INFINITY;
      fork = -1;
    }

    private void through(int t, int from) {
      Tree tree = trees.get(t);
      int node = from;
      while (!tree.isLeaf(node)) {
        int column = tree.column(node);
        boolean low = tree.goesLeft(node, lower[column]);
        boolean high = tree.goesLeft(node, upper[column]);
        if (low != high) {
          fork = fork < 0 ? node : fork;
          // Both sides, as parts of the box in which they are reached.
          double cut = lastAsBelow(tree, node, lower[column]);
          double end = upper[column];
          upper[column] = cut;
          through(t, low ? tree.left(node) : tree.right(node));
          upper[column] = end;
          double begin = lower[column];
          lower[column] = next(cut);
          through(t, high ? tree.left(node) : tree.right(node));
          lower[column] = begin;
          return;
        }
        node = low ? tree.left(node) : tree.right(node);
      }
      least = Math.min(least, worth[t][node]);
      most = Math.max(most, worth[t][node]);
    }
  }
}
