package dev.touchstone.guiding.repair;

import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * Fits the last layer so that the worst group of the training data fares best: distributionally
 * robust optimisation over groups (Sagawa et al. 2020, "Distributionally Robust Neural Networks for
 * Group Shifts", equation 4), of the last layer alone and to its optimum.
 *
 * <pre>min_W max_g L_g(W) + ½ λ ‖W‖²,  L_g = mean cross-entropy of group g</pre>
 *
 * <p>It has to be told the group of every training example: its label, and what the columns hold
 * that are called like the concepts to ignore. It is what the other repairs, which are told less,
 * are measured beside (thesis, Table 5.4).
 *
 * <p>The maximum over mixtures q of the groups, D(q) = min_W Σ q_g L_g(W) + ½ λ ‖W‖², is concave,
 * with L_g at its minimum for a gradient: q ascends by exponentiated gradient, by steps as long as
 * D increases. It ends where the worst group's loss is above the mixture's by the tolerance at
 * most; by no more than that is the objective above its minimum.
 *
 * @param ridge λ
 * @param tolerance of the objective, in nats
 */
public record GroupDro(double ridge, double tolerance) implements ModelRepair {
  private static final double DEFAULT_RIDGE = 0.01;
  private static final double DEFAULT_TOLERANCE = 1e-3;
  private static final double HEAD_TOLERANCE = 1e-8;
  private static final double BIAS_SHARE = 0.01;
  private static final int MOST_ROUNDS = 500;
  private static final double SHORTEST_STEP = 1e-6;

  /** Refuses a ridge or a tolerance that is not positive. */
  public GroupDro {
    for (double number : new double[] {ridge, tolerance}) {
      if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "ridge and tolerance must be positive, were %s and %s".formatted(ridge, tolerance));
      }
    }
  }

  /** Makes it with λ = {@value #DEFAULT_RIDGE} and a tolerance of {@value #DEFAULT_TOLERANCE}. */
  public static GroupDro withDefaults() {
    return new GroupDro(DEFAULT_RIDGE, DEFAULT_TOLERANCE);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public GroupDro withRidge(double lambda) {
    return new GroupDro(lambda, tolerance);
  }

  /**
   * Returns a copy with another tolerance.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public GroupDro withTolerance(double nats) {
    return new GroupDro(ridge, nats);
  }

  /**
   * {@inheritDoc}
   *
   * @throws TouchstoneException if the training data have no column that is called like a concept
   *     to ignore, or one of many values, if they carry weights, or where it does not converge
   */
  @Override
  public RepairedModel repair(RepairTask task, RunContext context) {
    ClassShares.requireKept(task, "GuidedErasure.withDefaults()");
    task.requireUnweighted("GroupDro");
    Groups groups =
        Groups.of(
            task.training(),
            task.ignored(),
            "GroupDro",
            "or use SpreadSpuriousAttribute, which has to know it of the audit set alone");
    Matrix training = Represented.by(task.model(), "GroupDro", context).of(task.training());
    Robust robust = fit(task, training, groups, context);
    return RepairedModel.of(task, LinearLayer.of(robust.head()), toString() + robust.how());
  }

  /**
   * The layer, and how it was found.
   *
   * @param shares q, of every group
   * @param gap by which the worst group's loss is above the mixture's
   */
  record Robust(FittedHead head, double[] shares, double gap, int rounds) {

    String how() {
      return ", %d groups, %d rounds, gap %.2g".formatted(shares.length, rounds, gap);
    }
  }

  Robust fit(RepairTask task, Matrix training, Groups groups, RunContext context) {
    return fit(
        HeadData.of(
                RowSource.of(training),
                task.training().labels(),
                task.training().classNames().size())
            .computedOn(context.settings().device()),
        groups);
  }

  Robust fit(HeadData data, Groups groups) {
    LogisticHead lower = LogisticHead.withDefaults().withRidge(ridge).withTolerance(HEAD_TOLERANCE);
    double[] shares = new double[groups.size()];
    Arrays.fill(shares, 1.0 / shares.length);
    FittedHead head = lower.fit(data.weightedBy(groups.weights(shares)));
    double[] losses = groups.means(head.losses());
    double step = 1;
    for (int round = 1; round <= MOST_ROUNDS; round++) {
      double gap = worst(losses) - mixed(shares, losses);
      if (gap <= tolerance) {
        return new Robust(head, shares, gap, round);
      }
      double[] next = ascended(shares, losses, step);
      FittedHead tried = lower.fit(data.weightedBy(groups.weights(next)).startingAt(head));
      double[] lossesThere = groups.means(tried.losses());
      if (mixed(next, lossesThere) + penalty(tried) >= mixed(shares, losses) + penalty(head)) {
        shares = next;
        head = tried;
        losses = lossesThere;
        step *= 2;
      } else if (step > SHORTEST_STEP) {
        step /= 4;
      } else {
        break;
      }
    }
    throw new TouchstoneException(
        "group DRO with a ridge of %s did not come within %s nats of its optimum, but within %.3g, in %d rounds; take a larger ridge, .withRidge(%s), or .withTolerance(%.2g)"
            .formatted(
                ridge,
                tolerance,
                worst(losses) - mixed(shares, losses),
                MOST_ROUNDS,
                10 * ridge,
                2 * (worst(losses) - mixed(shares, losses))));
  }

  private static double worst(double... losses) {
    return Arrays.stream(losses).max().orElseThrow();
  }

  private static double mixed(double[] shares, double... losses) {
    double sum = 0;
    for (int g = 0; g < shares.length; g++) {
      sum += shares[g] * losses[g];
    }
    return sum;
  }

  /** q_g exp(η L_g), made to sum to 1. */
  private static double[] ascended(double[] shares, double[] losses, double step) {
    double largest = worst(losses);
    double[] next = new double[shares.length];
    double sum = 0;
    for (int g = 0; g < next.length; g++) {
      next[g] = shares[g] * Math.exp(step * (losses[g] - largest));
      sum += next[g];
    }
    for (int g = 0; g < next.length; g++) {
      next[g] /= sum;
    }
    return next;
  }

  private double penalty(FittedHead head) {
    Matrix weights = head.weights();
    double sum = 0;
    for (int j = 0; j < weights.rows(); j++) {
      double of = j < weights.rows() - 1 ? ridge : BIAS_SHARE * ridge;
      for (double weight : weights.row(j)) {
        sum += of * weight * weight / 2;
      }
    }
    return sum;
  }

  @Override
  public String toString() {
    return "group DRO of the last layer: ridge %s, tolerance %s".formatted(ridge, tolerance);
  }
}
