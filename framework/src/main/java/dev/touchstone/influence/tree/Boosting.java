package dev.touchstone.influence.tree;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.model.tree.TreeEnsemble.Link;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How a sum of trees came about: each leaf's value is −η Σ g / (Σ h + λ) over the training examples
 * in it, with g and h the first and second derivatives of their losses at the sums before its round
 * (Friedman 2001; Chen and Guestrin 2016, equation 5). A file says neither η nor λ; they are those
 * with which this holds, and trees of which it does not hold were not trained so on these data.
 */
final class Boosting {
  private static final int SHARE_OF_MEMORY = 4;

  /** How far leaves may be from what the training data make them, in squares; rounding is 1e-12. */
  private static final double MISFIT = 1e-4;

  private final TreeEnsemble ensemble;
  private final DecisionTrees trees;
  private final Dataset training;
  private final double[] weights;
  private final int[][] leaves;
  private final int[] outputs;
  private final int[] rounds;
  private final double[] start;
  private final double[] shifts;
  private double rate;
  private double ridge;

  private Boosting(
      DecisionTrees trees,
      Dataset training,
      int[][] leaves,
      int[] outputs,
      int[] rounds,
      double[] start,
      double[] shifts) {
    this.trees = trees;
    this.ensemble = trees.ensemble();
    this.training = training;
    this.weights =
        training
            .trainingWeights()
            .orElseGet(
                () -> {
                  double[] ones = new double[training.size()];
                  Arrays.fill(ones, 1);
                  return ones;
                });
    this.leaves = leaves;
    this.outputs = outputs;
    this.rounds = rounds;
    this.start = start;
    this.shifts = shifts;
  }

  /**
   * Reads a training off a model and the data that it learnt from.
   *
   * @throws TouchstoneException if the model is no sum of boosted trees, or did not learn so from
   *     these data
   */
  static Boosting of(Classifier model, Dataset training, String who, RunContext run) {
    DecisionTrees trees =
        model.require(
            DecisionTrees.class,
            who,
            "give a file of XGBoost or LightGBM, or boosted trees in ONNX; of networks take"
                + " NetworkInfluence or TracIn");
    TreeEnsemble ensemble = trees.ensemble();
    if (ensemble.link() != Link.SIGMOID && ensemble.link() != Link.SOFTMAX) {
      throw new TouchstoneException(
          "%s knows boosted classifiers, whose sums become probabilities by a sigmoid or a softmax; %s has the link %s"
              .formatted(who, model.name(), ensemble.link()));
    }
    long bytes = (long) Integer.BYTES * training.size() * ensemble.trees().size();
    if (bytes > run.settings().memoryBytes() / SHARE_OF_MEMORY) {
      throw new TouchstoneException(
          "%s holds the leaf of each of %,d examples in each of %d trees, %d MB, more than a quarter of touchstone.memory; give more memory, or training.sample(n, seed)"
              .formatted(who, training.size(), ensemble.trees().size(), bytes >> 20));
    }
    int[][] leaves = leaves(trees, training);
    int[] outputs = outputs(ensemble, who);
    int[] rounds = rounds(outputs, ensemble.outputs());
    double[] base = new double[ensemble.outputs()];
    Arrays.setAll(base, ensemble::base);
    Boosting plain =
        new Boosting(trees, training, leaves, outputs, rounds, base, new double[base.length]);
    if (plain.fits()) {
      return plain;
    }
    // LightGBM starts at the classes' shares, and has them in the leaves of its first trees.
    double[] shares = shares(training, base.length, ensemble.link());
    Boosting shifted = new Boosting(trees, training, leaves, outputs, rounds, shares, shares);
    if (shifted.fits()) {
      return shifted;
    }
    throw new TouchstoneException(
        "the leaves of %s are not what boosting on %s with its %d labels makes them (−η Σg / (Σh + λ) for no η and λ): give the data and labels that it was trained on, all of them; %s knows no subsampled rows, no L1 penalty, no dart and no objective but the plain ones"
            .formatted(model.name(), training.name(), training.size(), who));
  }

  private static int[][] leaves(DecisionTrees trees, Dataset data) {
    TreeEnsemble ensemble = trees.ensemble();
    int[][] leaves = new int[ensemble.trees().size()][data.size()];
    int step = 4096;
    for (int from = 0; from < data.size(); from += step) {
      double[][] rows = trees.rows(data.inputs(from, Math.min(data.size(), from + step)));
      for (int i = 0; i < rows.length; i++) {
        double[] compared = ensemble.asCompared(rows[i]);
        for (int t = 0; t < leaves.length; t++) {
          leaves[t][from + i] = ensemble.trees().get(t).leaf(compared);
        }
      }
    }
    return leaves;
  }

  /** To which sum each tree adds. */
  private static int[] outputs(TreeEnsemble ensemble, String who) {
    int[] outputs = new int[ensemble.trees().size()];
    for (int t = 0; t < outputs.length; t++) {
      Tree tree = ensemble.trees().get(t);
      int[] found =
          IntStream.range(0, tree.size())
              .filter(tree::isLeaf)
              .flatMap(leaf -> Arrays.stream(tree.outputs(leaf)))
              .distinct()
              .toArray();
      if (found.length > 1) {
        throw new TouchstoneException(
            "%s knows trees that add to one sum each, and tree %d of %s adds to %d"
                .formatted(who, t, ensemble, found.length));
      }
      // A tree of a single leaf without a value adds to none.
      outputs[t] = found.length == 0 ? t % ensemble.outputs() : found[0];
    }
    return outputs;
  }

  /** A round ends where an output comes again. */
  private static int[] rounds(int[] outputs, int count) {
    int[] rounds = new int[outputs.length];
    boolean[] seen = new boolean[count];
    int round = 0;
    for (int t = 0; t < outputs.length; t++) {
      if (seen[outputs[t]]) {
        round++;
        Arrays.fill(seen, false);
      }
      seen[outputs[t]] = true;
      rounds[t] = round;
    }
    return rounds;
  }

  private static double[] shares(Dataset training, int outputs, Link link) {
    double[] weights = training.trainingWeights().orElse(null);
    double[] counts = new double[training.classNames().size()];
    double total = 0;
    for (int i = 0; i < training.size(); i++) {
      double weight = weights == null ? 1 : weights[i];
      counts[training.label(i)] += weight;
      total += weight;
    }
    double[] start = new double[outputs];
    for (int c = 0; c < outputs; c++) {
      double share = counts[outputs == 1 ? 1 : c] / total;
      start[c] = link == Link.SOFTMAX ? Math.log(share) : Math.log(share / (1 - share));
    }
    return start;
  }

  int size() {
    return training.size();
  }

  double rate() {
    return rate;
  }

  double ridge() {
    return ridge;
  }

  /** A tree's value at a leaf, without what LightGBM adds to its first ones. */
  private double value(int tree, int leaf) {
    double[] values = ensemble.trees().get(tree).values(leaf);
    double value = values.length == 0 ? 0 : values[0] * ensemble.weight(tree);
    return rounds[tree] == 0 ? value - shifts[outputs[tree]] : value;
  }

  /** Examples on their way through the rounds. */
  private final class Way {
    private final int[][] at;
    private final int[] labels;
    private final Matrix sums;
    private final Matrix first;
    private final Matrix second;
    private final Matrix chances;

    Way(int[][] at, int... labels) {
      this.at = at;
      this.labels = labels;
      this.sums = Matrix.zeros(labels.length, start.length);
      this.first = Matrix.zeros(labels.length, start.length);
      this.second = Matrix.zeros(labels.length, start.length);
      this.chances = Matrix.zeros(labels.length, start.length);
      for (int i = 0; i < labels.length; i++) {
        System.arraycopy(start, 0, sums.values(), i * start.length, start.length);
      }
    }

    /** Takes derivatives of the losses at the present sums. */
    void differentiate() {
      for (int i = 0; i < labels.length; i++) {
        double[] p = probabilities(sums.row(i));
        for (int c = 0; c < p.length; c++) {
          double target = labels[i] == (p.length == 1 ? 1 : c) ? 1 : 0;
          first.set(i, c, p[c] - target);
          second.set(i, c, p[c] * (1 - p[c]));
          chances.set(i, c, p[c]);
        }
      }
    }

    void add(int tree) {
      int c = outputs[tree];
      for (int i = 0; i < labels.length; i++) {
        sums.set(i, c, sums.get(i, c) + value(tree, at[tree][i]));
      }
    }
  }

  /** Derivatives are by the sum times a sigmoid's slope, which η and λ take in. */
  private double[] probabilities(double[] sums) {
    return ensemble.answerOf(sums);
  }

  /** Takes a tree with what is known before its round. */
  @FunctionalInterface
  private interface TreeReader {
    void read(int tree);
  }

  private void go(Way[] ways, TreeReader reader) {
    for (int t = 0; t < outputs.length; t++) {
      if (t == 0 || rounds[t] != rounds[t - 1]) {
        for (Way way : ways) {
          way.differentiate();
        }
      }
      reader.read(t);
      // Trees of a round do not see each other: the derivatives are already taken.
      for (Way way : ways) {
        way.add(t);
      }
    }
  }

  /** Σ w g and Σ w h of the training examples in each leaf of a tree. */
  private double[][] leafSums(int tree, Way way) {
    int c = outputs[tree];
    double[][] sums = new double[ensemble.trees().get(tree).size()][2];
    for (int i = 0; i < size(); i++) {
      double[] sum = sums[leaves[tree][i]];
      sum[0] += weights[i] * way.first.get(i, c);
      sum[1] += weights[i] * way.second.get(i, c);
    }
    return sums;
  }

  /** Finds η and λ by least squares of v Σh + λ v + η Σg = 0; whether all leaves agree. */
  private boolean fits() {
    Way way = new Way(leaves, training.labels());
    double[] moments = new double[6];
    go(
        new Way[] {way},
        tree -> {
          double[][] sums = leafSums(tree, way);
          for (int leaf = 0; leaf < sums.length; leaf++) {
            if (ensemble.trees().get(tree).isLeaf(leaf) && sums[leaf][1] > 0) {
              double v = value(tree, leaf);
              double g = sums[leaf][0];
              double y = -v * sums[leaf][1];
              moments[0] += v * v;
              moments[1] += v * g;
              moments[2] += g * g;
              moments[3] += v * y;
              moments[4] += g * y;
              moments[5] += y * y;
            }
          }
        });
    double determinant = moments[0] * moments[2] - moments[1] * moments[1];
    if (!(determinant > 0)) {
      return false;
    }
    ridge = (moments[2] * moments[3] - moments[1] * moments[4]) / determinant;
    rate = (moments[0] * moments[4] - moments[1] * moments[3]) / determinant;
    double misfit = moments[5] - ridge * moments[3] - rate * moments[4];
    return rate > 0 && misfit <= MISFIT * moments[5];
  }

  /**
   * Adds up, over the trees, what each training example's going would do to some examples' losses.
   *
   * @param test the examples
   * @return n × the number of these examples
   */
  Matrix scores(Dataset test) {
    Way learnt = new Way(leaves, training.labels());
    Way asked = new Way(leaves(trees, test), test.labels());
    Matrix scores = Matrix.zeros(size(), test.size());
    go(
        new Way[] {learnt, asked},
        tree -> {
          int c = outputs[tree];
          double[] moved = moved(tree, learnt);
          int[][] there = membersByLeaf(asked.at[tree], ensemble.trees().get(tree).size());
          for (int i = 0; i < moved.length; i++) {
            for (int e : there[leaves[tree][i]]) {
              scores.set(
                  i, e, scores.get(i, e) + moved[i] * ensemble.slope() * asked.first.get(e, c));
            }
          }
        });
    return scores;
  }

  /** The same of each training example for itself. */
  double[] selfInfluence() {
    Way learnt = new Way(leaves, training.labels());
    double[] influence = new double[size()];
    go(
        new Way[] {learnt},
        tree -> {
          double[] moved = moved(tree, learnt);
          for (int i = 0; i < moved.length; i++) {
            influence[i] += moved[i] * ensemble.slope() * learnt.first.get(i, outputs[tree]);
          }
        });
    return influence;
  }

  /** What the value of each training example's leaf changes by when the example is removed. */
  private double[] moved(int tree, Way way) {
    int c = outputs[tree];
    double[][] sums = leafSums(tree, way);
    double[] moved = new double[size()];
    for (int i = 0; i < moved.length; i++) {
      int leaf = leaves[tree][i];
      double below = sums[leaf][1] + ridge;
      moved[i] =
          weights[i]
              * (rate * way.first.get(i, c) + way.second.get(i, c) * value(tree, leaf))
              / below;
    }
    return moved;
  }

  /**
   * How the sums of examples would change with the weights of some training examples, round by
   * round: each leaf's value by these examples' own derivatives and by those of all others, which
   * move with the sums before.
   */
  private final class Moving {
    private final int from;
    private final int count;
    private final int k = start.length;
    private double[][][] before;
    private final double[][][] learnt;
    private final double[][][] asked;

    /**
     * Of no tree yet.
     *
     * @param from the first of the training examples whose weights change
     * @param tests how many examples are asked about
     */
    Moving(int from, int count, int tests) {
      this.from = from;
      this.count = count;
      this.learnt = new double[k][size()][count];
      this.asked = new double[k][tests][count];
      this.before = copy(learnt);
    }

    private static double[][][] copy(double[][][] of) {
      double[][][] copy = new double[of.length][][];
      for (int c = 0; c < copy.length; c++) {
        copy[c] = new double[of[c].length][];
        for (int i = 0; i < copy[c].length; i++) {
          copy[c][i] = of[c][i].clone();
        }
      }
      return copy;
    }

    void read(int tree, Way way, int[] askedAt) {
      if (tree > 0 && rounds[tree] != rounds[tree - 1]) {
        before = copy(learnt);
      }
      int c = outputs[tree];
      double[][] sums = leafSums(tree, way);
      double[][] moved = new double[sums.length][count];
      double[] slopes = new double[count];
      for (int j = 0; j < size(); j++) {
        int leaf = leaves[tree][j];
        double value = value(tree, leaf);
        slopes(way, j, c, slopes);
        // d(Σ wg) η + v d(Σ wh), by the sums of this example.
        double factor = weights[j] * (rate + value * (1 - 2 * way.chances.get(j, c)));
        double[] row = moved[leaf];
        for (int b = 0; b < count; b++) {
          row[b] += factor * slopes[b];
        }
        if (j >= from && j < from + count) {
          row[j - from] += rate * way.first.get(j, c) + value * way.second.get(j, c);
        }
      }
      for (int leaf = 0; leaf < moved.length; leaf++) {
        double below = sums[leaf][1] + ridge;
        for (int b = 0; b < count; b++) {
          moved[leaf][b] = below > 0 ? -moved[leaf][b] / below : 0;
        }
      }
      add(learnt[c], leaves[tree], moved);
      add(asked[c], askedAt, moved);
    }

    /** The derivatives of an example's probability of class c. */
    private void slopes(Way way, int j, int c, double[] into) {
      double p = way.chances.get(j, c);
      if (k == 1) {
        for (int b = 0; b < count; b++) {
          into[b] = ensemble.slope() * p * (1 - p) * before[0][j][b];
        }
        return;
      }
      boolean softmax = ensemble.link() == Link.SOFTMAX;
      for (int b = 0; b < count; b++) {
        double mean = softmax ? 0 : p * before[c][j][b];
        for (int o = 0; softmax && o < k; o++) {
          mean += way.chances.get(j, o) * before[o][j][b];
        }
        into[b] = ensemble.slope() * p * (before[c][j][b] - mean);
      }
    }

    private void add(double[][] to, int[] at, double[][] moved) {
      for (int i = 0; i < to.length; i++) {
        double[] by = moved[at[i]];
        for (int b = 0; b < count; b++) {
          to[i][b] += by[b];
        }
      }
    }
  }

  /** How many training examples' weights are changed together. */
  private int changedTogether(int tests, long bytes) {
    long each = (long) Double.BYTES * start.length * (2L * size() + tests);
    return (int) Math.max(1, Math.min(256, bytes / each));
  }

  /**
   * What each training example's going would do to some examples' losses through all leaves of the
   * same trees, to first order: −wᵢ dℓ/dwᵢ.
   *
   * @param bytes that may be held besides the result
   * @return n × the number of these examples
   */
  Matrix leafInfluence(Dataset test, long bytes) {
    int[][] at = leaves(trees, test);
    Matrix scores = Matrix.zeros(size(), test.size());
    int step = changedTogether(test.size(), bytes);
    for (int from = 0; from < size(); from += step) {
      Moving moving = new Moving(from, Math.min(step, size() - from), test.size());
      Way learnt = new Way(leaves, training.labels());
      Way asked = new Way(at, test.labels());
      go(new Way[] {learnt, asked}, tree -> moving.read(tree, learnt, at[tree]));
      asked.differentiate();
      for (int b = 0; b < moving.count; b++) {
        for (int e = 0; e < test.size(); e++) {
          scores.set(from + b, e, loss(moving.asked, asked, e, b) * -weights[from + b]);
        }
      }
    }
    return scores;
  }

  /** The same of each training example for itself. */
  double[] ownLeafInfluence(long bytes) {
    double[] influence = new double[size()];
    int step = changedTogether(0, bytes);
    for (int from = 0; from < size(); from += step) {
      Moving moving = new Moving(from, Math.min(step, size() - from), 0);
      Way learnt = new Way(leaves, training.labels());
      go(new Way[] {learnt}, tree -> moving.read(tree, learnt, new int[0]));
      learnt.differentiate();
      for (int b = 0; b < moving.count; b++) {
        influence[from + b] = loss(moving.learnt, learnt, from + b, b) * -weights[from + b];
      }
    }
    return influence;
  }

  /** dℓ/dw of an example's loss at the last sums. */
  private double loss(double[][][] sums, Way way, int example, int b) {
    double change = 0;
    for (int c = 0; c < start.length; c++) {
      change += ensemble.slope() * way.first.get(example, c) * sums[c][example][b];
    }
    return change;
  }

  private static int[][] membersByLeaf(int[] at, int size) {
    int[] counts = new int[size];
    for (int leaf : at) {
      counts[leaf]++;
    }
    int[][] members = new int[size][];
    for (int leaf = 0; leaf < size; leaf++) {
      members[leaf] = new int[counts[leaf]];
    }
    Arrays.fill(counts, 0);
    for (int e = 0; e < at.length; e++) {
      members[at[e]][counts[at[e]]++] = e;
    }
    return members;
  }
}
