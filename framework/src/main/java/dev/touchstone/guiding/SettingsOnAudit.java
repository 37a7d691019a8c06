package dev.touchstone.guiding;

import dev.touchstone.influence.HeadProblem;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.jspecify.annotations.Nullable;

/**
 * Chooses {@link GuidingSettings} by how likely the audit labels are under heads that have not seen
 * them, with logits scaled by the temperature that suits them best.
 *
 * <p>First λ: by expectation maximisation, which uses no audit label, and by guiding with the audit
 * set to the full, under 3-fold cross-validation over the audit set; the λ of the best of all. Then
 * five ways of using the audit set at that λ, from not at all to the full, under 5-fold
 * cross-validation. Training or leave-one-out likelihood in the place of the audit's picks the
 * worst λ on representations that have memorised their labels.
 */
final class SettingsOnAudit {
  private static final double[] RIDGES = {1e-3, 0.01, 0.03, 0.1, 0.3};

  /** How far the audit set is used: cost share, κ, a. */
  private static final double[][] WAYS = {
    {1, 0, 0}, {1, 0, 0.3}, {1, 0.3, 0.3}, {0.5, 1, 0.3}, {0.25, 1, 0.3}
  };

  private static final int FULL = WAYS.length - 1;
  private static final int MOST_ITERATIONS = 20;
  private static final int FEW_ITERATIONS = 8;
  private static final int SOME_ITERATIONS = 12;
  private static final int RIDGE_FOLDS = 3;
  private static final int FOLDS = 5;

  /** What is only compared is solved less closely than what is believed. */
  private static final double RESPONSE_TOLERANCE = 1e-2;

  private static final double NEWTON_TOLERANCE = 0.1;

  private final HeadProblem rows;
  private final int[] labels;
  private final int[] auditLabels;
  private final Trusted trusted;
  private final Progress progress;
  private final int[] order;
  private int done;
  private @Nullable Matrix fittedToLabels;

  /**
   * On the rows of a problem.
   *
   * @param random draws the folds
   */
  SettingsOnAudit(
      HeadProblem rows,
      int[] labels,
      int[] auditLabels,
      Trusted trusted,
      UniformRandomProvider random,
      Progress progress) {
    this.rows = rows;
    this.labels = labels;
    this.auditLabels = auditLabels;
    this.trusted = trusted;
    this.progress = progress;
    this.order = PermutationSampler.natural(auditLabels.length);
    PermutationSampler.shuffle(random, order);
  }

  /** The settings under which the audit labels are most likely. */
  GuidingSettings chosen() {
    double best = Double.POSITIVE_INFINITY;
    double ridge = RIDGES[0];
    List<Double> withoutAudit = new ArrayList<>();
    for (double lambda : RIDGES) {
      double unaided = loss(way(0, lambda), 1, MOST_ITERATIONS);
      double guided = loss(way(FULL, lambda), RIDGE_FOLDS, FEW_ITERATIONS);
      withoutAudit.add(unaided);
      if (Math.min(unaided, guided) < best) {
        best = Math.min(unaided, guided);
        ridge = lambda;
      }
    }
    double least = withoutAudit.get(indexOf(ridge));
    int chosen = 0;
    for (int way = 1; way < WAYS.length; way++) {
      double loss = loss(way(way, ridge), FOLDS, SOME_ITERATIONS);
      if (loss < least) {
        least = loss;
        chosen = way;
      }
    }
    return way(chosen, ridge);
  }

  private static int indexOf(double ridge) {
    return (int) Arrays.stream(RIDGES).takeWhile(lambda -> lambda != ridge).count();
  }

  private static GuidingSettings way(int way, double ridge) {
    return GuidingSettings.of(ridge, WAYS[way][0], WAYS[way][1], WAYS[way][2]);
  }

  /** The mean audit loss of heads that have not seen the audit rows; one fold: that see none. */
  private double loss(GuidingSettings settings, int folds, int iterations) {
    int m = auditLabels.length;
    Matrix logits = Matrix.zeros(m, rows.outputs());
    int parts = Math.min(folds, m);
    for (int fold = 0; fold < parts; fold++) {
      boolean[] heldOut = new boolean[m];
      for (int j = fold; j < m; j += parts) {
        heldOut[order[j]] = true;
      }
      Trusted seen = parts == 1 ? trusted : trusted.without(heldOut);
      HeadProblem problem = rows.with(settings.ridge(), seen.times(settings.lowerAudit()));
      if (fittedToLabels != null) {
        problem.moveTo(fittedToLabels); // all of these begin at the labels as given
      }
      problem.solve(EntropicUpdate.LOWER_TOLERANCE);
      fittedToLabels = problem.weights();
      new EntropicUpdate(problem, labels, seen, settings)
          .solvedTo(RESPONSE_TOLERANCE, NEWTON_TOLERANCE)
          .run(iterations);
      Matrix all = problem.product(problem.weights());
      for (int j = 0; j < m; j++) {
        for (int c = 0; c < rows.outputs() && heldOut[j]; c++) {
          logits.set(j, c, all.get(rows.size() + j, c));
        }
      }
      progress.step("ways to use the audit set", ++done, fits());
    }
    return scaledLoss(logits, auditLabels, trusted.weights());
  }

  private static int fits() {
    return RIDGES.length * (1 + RIDGE_FOLDS) + (WAYS.length - 1) * FOLDS;
  }

  /**
   * The least mean cross-entropy of softmax(eˢ z) over s in [−2, 3]: a golden-section search, since
   * it is convex in eˢ.
   */
  static double scaledLoss(Matrix logits, int[] labels, double... weights) {
    double ratio = (Math.sqrt(5) - 1) / 2;
    double low = -2;
    double high = 3;
    double left = high - ratio * (high - low);
    double right = low + ratio * (high - low);
    double atLeft = lossAt(left, logits, labels, weights);
    double atRight = lossAt(right, logits, labels, weights);
    for (int step = 0; step < 40; step++) {
      if (atLeft <= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - ratio * (high - low);
        atLeft = lossAt(left, logits, labels, weights);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + ratio * (high - low);
        atRight = lossAt(right, logits, labels, weights);
      }
    }
    return Math.min(atLeft, atRight);
  }

  private static double lossAt(double s, Matrix logits, int[] labels, double... weights) {
    double scale = Math.exp(s);
    double sum = 0;
    for (int j = 0; j < labels.length; j++) {
      double own = scale * logits.get(j, labels[j]);
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < logits.columns(); c++) {
        largest = Math.max(largest, scale * logits.get(j, c));
      }
      double exponentials = 0;
      for (int c = 0; c < logits.columns(); c++) {
        exponentials += Math.exp(scale * logits.get(j, c) - largest);
      }
      sum += weights[j] * (Math.log(exponentials) + largest - own);
    }
    return sum;
  }
}
