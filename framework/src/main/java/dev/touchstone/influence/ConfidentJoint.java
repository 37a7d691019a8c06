package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The confident joint of given and right labels (Northcutt, Jiang and Chuang 2021, equations 1 to
 * 3), and what is pruned by it.
 *
 * <p>With predictions P, n × k, of models that did not see the example, the threshold of a class is
 * the mean confidence in it of those that were given it, tⱼ = mean {P(i, j) : yᵢ = j}. An example
 * is counted as of the class of largest probability among those that reach their thresholds; one
 * that reaches none is not counted. The counts C(y, j), of which every class has at least one on
 * the diagonal, are calibrated so that row y adds up to the number of examples that were given y,
 * and rounded so that it still does.
 *
 * <p>Where it says more than the paper it does as cleanlab 2.9 does: probabilities may miss their
 * threshold by 1e-6, every class keeps an example, and an example whose given label is also the
 * most probable one is never pruned. Cleanlab takes the largest probability of all classes where
 * several reach their thresholds; the paper, and this class, that of those which do. Of equal
 * remainders in the rounding the first class is raised; cleanlab leaves that to the processor.
 * Immutable.
 */
public final class ConfidentJoint {
  private static final double ROUNDING = 1e-6;

  /** No threshold lies so low that rounding reaches it. */
  private static final double LEAST_THRESHOLD = 2e-6;

  private final Matrix predictions;
  private final int[] labels;
  private final double[] thresholds;
  private final int[][] counts;
  private final int[][] calibrated;

  private ConfidentJoint(Matrix predictions, int[] labels) {
    this.predictions = predictions;
    this.labels = labels;
    this.thresholds = thresholds(predictions, labels);
    this.counts = counted();
    this.calibrated = calibrate();
  }

  /**
   * Counts the joint.
   *
   * @param predictions n × k probabilities, each of a model that did not see the example
   * @param labels the n classes as given, from 0 to k − 1
   * @throws TouchstoneException for a value that is no probability, or labels that are all the same
   */
  public static ConfidentJoint of(Matrix predictions, int... labels) {
    if (labels.length != predictions.rows()) {
      throw new IllegalArgumentException(
          "%d labels for predictions of %d examples".formatted(labels.length, predictions.rows()));
    }
    for (double share : predictions.values()) {
      if (!(share >= 0 && share <= 1 + ROUNDING)) {
        throw new TouchstoneException(
            "confident learning takes probabilities and was given " + share);
      }
    }
    if (Arrays.stream(labels).distinct().limit(2).count() < 2) {
      throw new TouchstoneException(
          "all %d labels are the same; confident learning compares classes, give examples of at least two"
              .formatted(labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= predictions.columns()) {
        throw new TouchstoneException(
            "label %d is outside the classes 0 to %d".formatted(label, predictions.columns() - 1));
      }
    }
    return new ConfidentJoint(predictions.copy(), labels.clone());
  }

  private static double[] thresholds(Matrix predictions, int... labels) {
    int k = predictions.columns();
    double[] sums = new double[k];
    int[] members = new int[k];
    for (int i = 0; i < labels.length; i++) {
      sums[labels[i]] += predictions.get(i, labels[i]);
      members[labels[i]]++;
    }
    for (int c = 0; c < k; c++) {
      sums[c] =
          members[c] == 0
              ? Double.POSITIVE_INFINITY
              : Math.max(LEAST_THRESHOLD, sums[c] / members[c]);
    }
    return sums;
  }

  /** The class of largest probability among those that reach their thresholds; −1 for none. */
  private int confidentClass(int example) {
    int best = -1;
    for (int c = 0; c < thresholds.length; c++) {
      double share = predictions.get(example, c);
      if (share >= thresholds[c] - ROUNDING
          && (best < 0 || share > predictions.get(example, best))) {
        best = c;
      }
    }
    return best;
  }

  private int[][] counted() {
    int k = thresholds.length;
    int[][] joint = new int[k][k];
    for (int i = 0; i < labels.length; i++) {
      int confident = confidentClass(i);
      if (confident >= 0) {
        joint[labels[i]][confident]++;
      }
    }
    for (int c = 0; c < k; c++) {
      joint[c][c] = Math.max(1, joint[c][c]);
    }
    return joint;
  }

  private int[][] calibrate() {
    int k = counts.length;
    int[] given = new int[k];
    for (int label : labels) {
      given[label]++;
    }
    int[][] rounded = new int[k][];
    for (int y = 0; y < k; y++) {
      double row = Arrays.stream(counts[y]).sum();
      double[] shares = new double[k];
      for (int c = 0; c < k; c++) {
        shares[c] = counts[y][c] / row * given[y];
      }
      rounded[y] = roundedToSum(shares);
    }
    return rounded;
  }

  /** Rounds to whole numbers that add up to the rounded sum, the largest remainders first. */
  static int[] roundedToSum(double... values) {
    int[] rounded = Arrays.stream(values).mapToInt(value -> (int) Math.rint(value)).toArray();
    int missing = (int) Math.rint(Arrays.stream(values).sum()) - Arrays.stream(rounded).sum();
    int step = missing < 0 ? -1 : 1;
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -step * (values[i] - Math.rint(values[i]))))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int changed = 0; changed < Math.abs(missing); changed++) {
      rounded[order[changed % order.length]] += step;
    }
    return rounded;
  }

  /** Returns tⱼ of every class; infinite for a class that no example was given. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** Returns how many examples that were given y (row) are confidently of class j (column). */
  public int[][] counts() {
    return copy(counts);
  }

  /** Returns the counts such that row y adds up to the number of examples that were given y. */
  public int[][] calibratedCounts() {
    return copy(calibrated);
  }

  private static int[][] copy(int[][] rows) {
    return Arrays.stream(rows).map(int[]::clone).toArray(int[][]::new);
  }

  /** Returns the share of examples that the calibrated joint holds for wrong. */
  public double errorRate() {
    int right = IntStream.range(0, calibrated.length).map(c -> calibrated[c][c]).sum();
    return 1 - (double) right / labels.length;
  }

  /**
   * Prunes of every class as many examples as the joint holds for wrong in it, those of the least
   * confidence in the given label.
   *
   * @return for every example whether it is pruned
   */
  public boolean[] prunedByClass() {
    boolean[] pruned = new boolean[labels.length];
    for (int y = 0; y < thresholds.length; y++) {
      int[] members = members(y);
      if (members.length > 1) {
        int right = kept(y)[y];
        mark(pruned, members, members.length - right, i -> predictions.get(i, labels[i]));
      }
    }
    return exceptMostProbable(pruned);
  }

  /**
   * Prunes of every class y, for each other class j, as many examples as the joint holds for j,
   * those of the largest margin P(i, j) − P(i, y).
   *
   * @return for every example whether it is pruned
   */
  public boolean[] prunedByNoiseRate() {
    boolean[] pruned = new boolean[labels.length];
    for (int y = 0; y < thresholds.length; y++) {
      int[] members = members(y);
      int[] counted = kept(y);
      for (int c = 0; c < counted.length; c++) {
        if (c != y && members.length > 1) {
          int other = c;
          mark(
              pruned,
              members,
              counted[c],
              i -> predictions.get(i, labels[i]) - predictions.get(i, other));
        }
      }
    }
    return exceptMostProbable(pruned);
  }

  /** Prunes what is pruned both by class and by noise rate. */
  public boolean[] prunedByBoth() {
    boolean[] byClass = prunedByClass();
    boolean[] byRate = prunedByNoiseRate();
    for (int i = 0; i < byClass.length; i++) {
      byClass[i] &= byRate[i];
    }
    return byClass;
  }

  /** What ranks an example. */
  private interface Score {
    double of(int example);
  }

  /** Marks so many members of the least scores, of equal ones the first. */
  private static void mark(boolean[] pruned, int[] members, int count, Score score) {
    if (count <= 0) {
      return;
    }
    double[] scores = new double[members.length];
    for (int m = 0; m < members.length; m++) {
      scores[m] = score.of(members[m]);
    }
    int most = Math.min(count, members.length);
    double last = smallest(scores.clone(), most - 1);
    int below = 0;
    for (double one : scores) {
      below += one < last ? 1 : 0;
    }
    int ties = most - below;
    for (int m = 0; m < members.length; m++) {
      if (scores[m] < last || (scores[m] == last && ties-- > 0)) {
        pruned[members[m]] = true;
      }
    }
  }

  /** The value that sorting would put at a place; Hoare's selection, which moves the values. */
  private static double smallest(double[] values, int place) {
    int low = 0;
    int high = values.length - 1;
    while (low < high) {
      double pivot = values[(low + high) >>> 1];
      int left = low;
      int right = high;
      while (left <= right) {
        while (values[left] < pivot) {
          left++;
        }
        while (values[right] > pivot) {
          right--;
        }
        if (left <= right) {
          double value = values[left];
          values[left++] = values[right];
          values[right--] = value;
        }
      }
      if (place <= right) {
        high = right;
      } else if (place >= left) {
        low = left;
      } else {
        break;
      }
    }
    return values[place];
  }

  private int[] members(int label) {
    return IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
  }

  /** A row of the calibrated joint with at least one right example, taken off the others alike. */
  private int[] kept(int y) {
    int[] row = calibrated[y].clone();
    int lacking = Math.max(0, 1 - row[y]);
    if (lacking > 0) {
      double sharing = Math.max(1, Arrays.stream(row).filter(count -> count != 0).count() - 1.0);
      for (int c = 0; c < row.length; c++) {
        row[c] = (int) Math.max(0, row[c] - lacking / sharing);
      }
      row[y] = 1;
    }
    return row;
  }

  private boolean[] exceptMostProbable(boolean[] pruned) {
    int[] largest = HeadData.largest(predictions);
    for (int i = 0; i < pruned.length; i++) {
      pruned[i] &= largest[i] != labels[i];
    }
    return pruned;
  }

  @Override
  public String toString() {
    return "confident joint of %d examples, %d classes: %d off the diagonal"
        .formatted(
            labels.length,
            thresholds.length,
            IntStream.range(0, calibrated.length)
                .map(c -> Arrays.stream(calibrated[c]).sum() - calibrated[c][c])
                .sum());
  }
}
