package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Head} is fitted to: n examples with their targets and weights, and, beside them,
 * audit examples. Immutable; arrays and matrices are not copied and must not change.
 *
 * <pre>L = (1/n) Σᵢ sᵢ ℓ(xᵢ, tᵢ) + a (1/m) Σⱼ cⱼ ℓ(auditⱼ)</pre>
 *
 * <p>Leaving an example out is giving it the weight 0: the others keep their 1/n.
 */
public final class HeadData {
  private static final double ROUNDING = 1e-6;
  private static final String PROCESSOR = "cpu";

  private final RowSource representation;
  private final Matrix targets;
  private final int[] labels;
  private final double[] weights;
  private final @Nullable Audit audit;
  private final @Nullable FittedHead start;
  private final String device;

  private HeadData(
      RowSource representation,
      Matrix targets,
      int[] labels,
      double[] weights,
      @Nullable Audit audit,
      @Nullable FittedHead start,
      String device) {
    this.representation = representation;
    this.targets = targets;
    this.labels = labels;
    this.weights = weights;
    this.audit = audit;
    this.start = start;
    this.device = device;
  }

  /** Rows that count beside the training data; a strength of 1 weighs all like all of these. */
  private record Audit(RowSource representation, Matrix targets, double[] costs, double strength) {}

  /**
   * Returns examples of classes, all of weight 1.
   *
   * @param representation n × d, n ≥ 2
   * @param labels n classes from 0 to {@code classes} − 1
   * @param classes k ≥ 2
   * @throws TouchstoneException for too few examples or classes, or labels outside the classes
   */
  public static HeadData of(RowSource representation, int[] labels, int classes) {
    if (classes < 2 || labels.length < 2) {
      throw new TouchstoneException(
          "a classifier needs at least two classes and two examples, was given "
              + classes
              + " classes and "
              + labels.length
              + " examples");
    }
    checkRows(representation, labels.length, "labels");
    double[] ones = new double[labels.length];
    Arrays.fill(ones, 1);
    return new HeadData(
        representation, oneHot(labels, classes), labels.clone(), ones, null, null, PROCESSOR);
  }

  /**
   * Returns examples of any targets, all of weight 1: distributions over classes for a {@link
   * LogisticHead}, any numbers for a {@link RidgeHead}.
   *
   * @param representation n × d, n ≥ 2
   * @param targets n × k, k ≥ 1
   */
  public static HeadData of(RowSource representation, Matrix targets) {
    if (targets.columns() < 1 || targets.rows() < 2) {
      throw new TouchstoneException(
          "a head needs at least one output and two examples, was given targets of %d x %d"
              .formatted(targets.rows(), targets.columns()));
    }
    checkRows(representation, targets.rows(), "rows of targets");
    double[] ones = new double[targets.rows()];
    Arrays.fill(ones, 1);
    return new HeadData(representation, targets, largest(targets), ones, null, null, PROCESSOR);
  }

  /**
   * Returns a copy with a weight for every example.
   *
   * @throws TouchstoneException unless all are finite and none is negative, and one is positive
   */
  public HeadData weightedBy(double... exampleWeights) {
    if (exampleWeights.length != size()) {
      throw new IllegalArgumentException(
          exampleWeights.length + " weights for " + size() + " examples");
    }
    checkWeights("example", exampleWeights);
    return new HeadData(
        representation, targets, labels, exampleWeights.clone(), audit, start, device);
  }

  /**
   * Returns a copy with audit examples beside the training data.
   *
   * @param rows m × d
   * @param auditTargets m × k
   * @param costs c, one of every row
   * @param strength a ≥ 0
   */
  public HeadData withAudit(RowSource rows, Matrix auditTargets, double[] costs, double strength) {
    checkRows(rows, auditTargets.rows(), "rows of audit targets");
    if (rows.columns() != representation.columns() || auditTargets.columns() != outputs()) {
      throw new IllegalArgumentException(
          "audit data of %d features and %d outputs beside training data of %d and %d"
              .formatted(
                  rows.columns(), auditTargets.columns(), representation.columns(), outputs()));
    }
    if (costs.length != rows.rows()) {
      throw new IllegalArgumentException(
          costs.length + " costs for " + rows.rows() + " audit examples");
    }
    checkWeights("audit example", costs);
    if (!(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the audit's strength must be 0 or more, was " + strength);
    }
    return new HeadData(
        representation,
        targets,
        labels,
        weights,
        new Audit(rows, auditTargets, costs.clone(), strength),
        start,
        device);
  }

  /** Starts at another head, fitted to similar data; saves steps, and changes no optimum. */
  public HeadData startingAt(FittedHead fitted) {
    if (fitted.classes() != outputs() || fitted.features() != representation.columns()) {
      throw new IllegalArgumentException(
          "cannot start at a %s with %d features: these data have %d outputs and %d features"
              .formatted(fitted, fitted.features(), outputs(), representation.columns()));
    }
    return new HeadData(representation, targets, labels, weights, audit, fitted, device);
  }

  /**
   * Returns a copy whose large products are made on another device than the processor.
   *
   * @param setting as in {@code touchstone.device}
   */
  public HeadData computedOn(String setting) {
    return new HeadData(representation, targets, labels, weights, audit, start, setting);
  }

  String device() {
    return device;
  }

  /** Returns the number of examples to learn from, n. */
  public int size() {
    return targets.rows();
  }

  /** Returns the number of outputs, k. */
  public int outputs() {
    return targets.columns();
  }

  RowSource representation() {
    return representation;
  }

  int[] labels() {
    return labels;
  }

  /** Standardised, the audit's rows last, with the column of ones. */
  RowSource rows(Standardisation standardisation) {
    return audit == null
        ? standardisation.apply(representation)
        : standardisation.apply(representation, audit.representation());
  }

  /** Standardised, the audit's rows alone. */
  RowSource auditRows(Standardisation standardisation) {
    return audit == null
        ? RowSource.of(Matrix.zeros(0, representation.columns() + 1))
        : standardisation.apply(audit.representation());
  }

  int allRows() {
    return size() + (audit == null ? 0 : audit.costs().length);
  }

  /** Of all rows, the audit's last. */
  Matrix allTargets() {
    Matrix all = Matrix.zeros(allRows(), outputs());
    System.arraycopy(targets.values(), 0, all.values(), 0, targets.values().length);
    if (audit != null) {
      double[] more = audit.targets().values();
      System.arraycopy(more, 0, all.values(), targets.values().length, more.length);
    }
    return all;
  }

  /** What every row's loss is multiplied by, the audit's last. */
  double[] coefficients() {
    double[] all = new double[allRows()];
    for (int i = 0; i < size(); i++) {
      all[i] = weights[i] / size();
    }
    if (audit != null) {
      int m = audit.costs().length;
      for (int j = 0; j < m; j++) {
        all[size() + j] = audit.strength() * audit.costs()[j] / m;
      }
    }
    return all;
  }

  /** cⱼ/m of every audit example; empty where there is none. */
  double[] auditShares() {
    if (audit == null) {
      return new double[0];
    }
    int m = audit.costs().length;
    return Arrays.stream(audit.costs()).map(cost -> cost / m).toArray();
  }

  Matrix start(Standardisation standardisation) {
    return start == null
        ? Matrix.zeros(representation.columns() + 1, outputs())
        : start.weightsOn(standardisation);
  }

  /** Refuses targets that are no distributions. */
  void checkDistributions() {
    if (outputs() < 2) {
      throw new TouchstoneException("a logistic head needs at least two classes, was given 1");
    }
    Matrix all = allTargets();
    for (int i = 0; i < all.rows(); i++) {
      double sum = 0;
      boolean fits = true;
      for (double share : all.row(i)) {
        sum += share;
        fits &= share >= 0;
      }
      if (!(fits && Math.abs(sum - 1) <= ROUNDING)) {
        throw new TouchstoneException(
            "a logistic head needs targets that are distributions over the classes; those of row %d are %s; give them as shares that add up to 1, and the example's importance as its weight"
                .formatted(i, Arrays.toString(all.row(i))));
      }
    }
  }

  void checkFiniteTargets() {
    for (double target : allTargets().values()) {
      if (!Double.isFinite(target)) {
        throw new TouchstoneException("a target is " + target + "; give finite numbers");
      }
    }
  }

  /**
   * Returns labels as distributions, n × k, with 1 at the label.
   *
   * @throws TouchstoneException for a label outside the classes
   */
  public static Matrix oneHot(int[] labels, int classes) {
    Matrix targets = Matrix.zeros(labels.length, classes);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new TouchstoneException(
            "the label " + labels[i] + " is outside the classes 0 to " + (classes - 1));
      }
      targets.set(i, labels[i], 1);
    }
    return targets;
  }

  static int[] largest(Matrix rows) {
    int[] at = new int[rows.rows()];
    for (int i = 0; i < at.length; i++) {
      for (int c = 1; c < rows.columns(); c++) {
        at[i] = rows.get(i, c) > rows.get(i, at[i]) ? c : at[i];
      }
    }
    return at;
  }

  private static void checkRows(RowSource representation, int rows, String what) {
    if (representation.rows() != rows) {
      throw new IllegalArgumentException(
          representation.rows() + " representations for " + rows + " " + what);
    }
  }

  private static void checkWeights(String of, double[] weights) {
    boolean one = false;
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY)) {
        throw new TouchstoneException(
            "the weight of %s %d is %s; give 0 or a positive number".formatted(of, i, weights[i]));
      }
      one |= weights[i] > 0;
    }
    if (!one) {
      throw new TouchstoneException("every %s has the weight 0".formatted(of));
    }
  }
}
