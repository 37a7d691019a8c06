package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Leakage;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The influence of training examples on a disparity metric of a group (thesis, sections 6.4 and
 * 6.5), for models of two classes; as a detector, how much the metric would fall.
 *
 * <p>Equations 6.4 and 6.5 linearise the metric. The calibration error is piecewise, and its
 * linearisation says little of what retraining does; so by default the metric is measured again at
 * the logits of the group as they would be without the example, or with its other label. With H the
 * Hessian of the logistic loss of z = xᵀw, hᵢ = xᵢᵀH⁻¹xᵢ/n and q = hᵢ/(1 − pᵢ(1 − pᵢ)hᵢ), these
 * move by
 *
 * <pre>removed:     H⁻¹xᵢ (pᵢ − yᵢ) / (n (1 − pᵢ(1 − pᵢ)hᵢ))
 * other label: H⁻¹xᵢ a / (n hᵢ),  a + q [σ(zᵢ + a) − (1 − yᵢ) − (pᵢ − yᵢ)] = 0</pre>
 *
 * <p>which for the label is exact along the ray. {@link #toFirstOrder} gives the published
 * equations, without the leverage and with the metric's derivative.
 *
 * <p>Predicting the effect on a metric and finding wrong labels are two tasks: what predicts the
 * calibration error best finds wrong labels badly. For a minority the sign may turn; {@link
 * #byMagnitude} ranks by the size of the change, whichever way it goes.
 */
public final class DisparityInfluence implements MislabelDetector {
  private static final int SHARE_OF_MEMORY = 8;
  private static final int MOST_STEPS = 100;

  private final GroupDisparity metric;
  private final Dataset group;
  private final boolean ofLabels;
  private final boolean linear;
  private final boolean magnitude;

  private DisparityInfluence(
      GroupDisparity metric, Dataset group, boolean ofLabels, boolean linear, boolean magnitude) {
    this.metric = metric;
    this.group = group;
    this.ofLabels = ofLabels;
    this.linear = linear;
    this.magnitude = magnitude;
  }

  /**
   * Measures what removing an example changes.
   *
   * @param metric such as {@link GroupCalibrationError}
   * @param group at least two examples that are no training data, such as {@code test.where("race",
   *     "Black")}
   */
  public static DisparityInfluence on(GroupDisparity metric, Dataset group) {
    return new DisparityInfluence(metric, group, false, false, false);
  }

  /** Ranks by what changing an example's label changes, in the place of removing it. */
  public DisparityInfluence ofLabels() {
    return new DisparityInfluence(metric, group, true, linear, magnitude);
  }

  /** Takes the published first-order equations, 6.4 and 6.5. */
  public DisparityInfluence toFirstOrder() {
    return new DisparityInfluence(metric, group, ofLabels, true, magnitude);
  }

  /** Ranks by how much the metric would change, up or down, in the place of how much it falls. */
  public DisparityInfluence byMagnitude() {
    return new DisparityInfluence(metric, group, ofLabels, linear, true);
  }

  @Override
  public String name() {
    return "influence on " + metric.quantity() + (ofLabels ? " by label" : "");
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("disparity", metric.toString());
    settings.put("group", group.name());
    settings.put("group sha256", group.sha256());
    settings.put("influence of", ofLabels ? "the label" : "the example");
    settings.put("influence to", linear ? "first order" : "the metric measured again");
    settings.put("ranked by", magnitude ? "change" : "fall");
    return settings;
  }

  @Override
  public void check(Dataset training) {
    if (group.hasValues() || group.classNames().size() != 2) {
      throw new TouchstoneException(
          "%s is not of two classes; influence on disparity metrics is of models of two"
              .formatted(group.name()));
    }
    if (group.size() < 2) {
      throw new TouchstoneException(
          "the group %s has %d examples; a metric of it takes at least two"
              .formatted(group.name(), group.size()));
    }
    if (!group.classNames().equals(training.classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s, the training data %s have %s; read both with the same classes"
              .formatted(group.name(), group.classNames(), training.name(), training.classNames()));
    }
    Leakage.refuse("training data", training, "group", group);
  }

  /**
   * Returns by how much the metric would change for each training example.
   *
   * @throws TouchstoneException if there are not two classes, the group overlaps the training data,
   *     or the metric cannot be measured on it
   */
  public DisparityScores scores(InfluenceContext context) {
    check(context.training());
    FittedHead head = context.head();
    Logit logit = Logit.of(head);
    RowSource groupRows = head.standardised(context.encoder().encode(group));
    int[] labels = group.labels();
    double[] logits = logit.logits(groupRows);
    double[] probabilities = sigmoids(logits);
    double value = metric.of(probabilities, labels);
    int n = head.size();
    double[] removal = new double[n];
    double[] relabelling = new double[n];
    double[] removalStep = new double[n];
    double[] labelStep = new double[n];
    for (int i = 0; i < n; i++) {
      double p = logit.probability(i);
      double y = logit.target(i);
      double h = logit.leverage(i);
      if (linear) {
        removalStep[i] = p - y;
        labelStep[i] = 1 - 2 * y;
      } else {
        double rest = 1 - p * (1 - p) * h;
        removalStep[i] = (p - y) / rest;
        labelStep[i] = h == 0 ? 1 - 2 * y : ray(logit.logit(i), p, y, h / rest) / h;
      }
    }
    InverseHessianProduct product = logit.solve(groupRows.toMatrix(), logits.length);
    if (linear) {
      double[] slopes = metric.byLogits(probabilities, labels);
      double[] effects = logit.effects(groupRows.toMatrix(), slopes);
      for (int i = 0; i < n; i++) {
        removal[i] = effects[i] * removalStep[i];
        relabelling[i] = effects[i] * labelStep[i];
      }
      return new DisparityScores(value, removal, relabelling, product);
    }
    RowSource rows = head.standardised(context.encoder().encode(context.training()));
    Matrix spread = logit.times(groupRows.toMatrix()); // X_t H⁻¹
    long bytes = context.run().settings().memoryBytes() / SHARE_OF_MEMORY;
    int atOnce = (int) Math.max(1, Math.min(1024, bytes / (Double.BYTES * (long) labels.length)));
    try (DesignMatrix groupSide = logit.algebra().design(RowSource.of(spread))) {
      for (int from = 0; from < n; from += atOnce) {
        int to = Math.min(n, from + atOnce);
        Matrix moves = groupSide.product(NeighbourDisagreement.transposed(rows, from, to));
        for (int i = from; i < to; i++) {
          double weight = logit.weight(i);
          removal[i] = moved(logits, moves, i - from, weight * removalStep[i], labels) - value;
          relabelling[i] = moved(logits, moves, i - from, weight * labelStep[i], labels) - value;
        }
      }
    }
    return new DisparityScores(value, removal, relabelling, product);
  }

  /** The metric at logits that move along one column. */
  private double moved(double[] logits, Matrix moves, int column, double step, int... labels) {
    double[] probabilities = new double[logits.length];
    for (int t = 0; t < logits.length; t++) {
      probabilities[t] = sigmoid(logits[t] + step * moves.get(t, column));
    }
    return metric.of(probabilities, labels);
  }

  /** a: by how much the example's own logit moves when its label is the other one. */
  private static double ray(double z, double p, double y, double q) {
    double constant = (1 - y) + (p - y);
    double low = q * (constant - 1);
    double high = q * constant;
    double a = (low + high) / 2;
    for (int step = 0; step < MOST_STEPS; step++) {
      double s = sigmoid(z + a);
      double value = a + q * (s - constant);
      if (value > 0) {
        high = a;
      } else {
        low = a;
      }
      double newton = a - value / (1 + q * s * (1 - s));
      double next = newton > low && newton < high ? newton : (low + high) / 2;
      if (next == a) {
        break;
      }
      a = next;
    }
    return a;
  }

  private static double[] sigmoids(double... logits) {
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = sigmoid(logits[i]);
    }
    return probabilities;
  }

  private static double sigmoid(double z) {
    double e = Math.exp(-Math.abs(z));
    return z >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    DisparityScores scores = scores(context);
    double[] changes = ofLabels ? scores.relabelling() : scores.removal();
    double[] suspicion = new double[changes.length];
    for (int i = 0; i < suspicion.length; i++) {
      suspicion[i] = magnitude ? Math.abs(changes[i]) : -changes[i];
    }
    return LabelIssues.ranked(suspicion)
        .solvedBy(scores.product())
        .remarking(
            "%s of %s, %d examples, was %.4f"
                .formatted(metric.quantity(), group.name(), group.size(), scores.value()));
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(name(), group.name());
  }
}
