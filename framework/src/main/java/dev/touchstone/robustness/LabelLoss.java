package dev.touchstone.robustness;

import dev.touchstone.graph.Quantity;
import dev.touchstone.model.ScoreKind;

/**
 * The cross-entropy of the true classes, of which the scores at hand are written down whenever it
 * is differentiated: an attack then knows without asking again how far it has come. Its derivative
 * is divided by 1 − p of the true class, which changes no direction: where a model is so sure that
 * single precision knows no difference to 1, the gradient would be lost.
 *
 * @param labels of the rows, in their order
 * @param kind what the scores are
 * @param losses receives the loss of each row
 * @param margins receives by how much the best other class scores more than the true one
 */
record LabelLoss(int[] labels, ScoreKind kind, double[] losses, double[] margins)
    implements Quantity {

  static LabelLoss of(int[] labels, ScoreKind kind) {
    return new LabelLoss(labels, kind, new double[labels.length], new double[labels.length]);
  }

  @Override
  public double value(double[] scores, int row) {
    return loss(scores, labels[row], kind);
  }

  @Override
  public double[] gradient(double[] scores, int row) {
    int label = labels[row];
    losses[row] = loss(scores, label, kind);
    margins[row] = margin(scores, label, kind);
    if (scores.length == 1) {
      return new double[] {label == 1 ? -1 : 1};
    }
    double[] gradient = new double[scores.length];
    if (kind == ScoreKind.PROBABILITIES) {
      gradient[label] = -1;
      return gradient;
    }
    // The softmax over the other classes: p_j / (1 - p_label).
    double largest = bestOther(scores, label);
    double sum = 0;
    for (int j = 0; j < scores.length; j++) {
      gradient[j] = j == label ? 0 : Math.exp(scores[j] - largest);
      sum += gradient[j];
    }
    for (int j = 0; j < scores.length; j++) {
      gradient[j] /= sum;
    }
    gradient[label] = -1;
    return gradient;
  }

  @Override
  public Quantity ofRows(int... rows) {
    int[] of = new int[rows.length];
    for (int i = 0; i < of.length; i++) {
      of[i] = labels[rows[i]];
    }
    return LabelLoss.of(of, kind);
  }

  @Override
  public String describe() {
    return "the cross-entropy of the true class";
  }

  private static double bestOther(double[] scores, int label) {
    double best = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < scores.length; j++) {
      best = j == label ? best : Math.max(best, scores[j]);
    }
    return best;
  }

  /** By how much the best other class has more: positive where the answer is wrong. */
  static double margin(double[] scores, int label, ScoreKind kind) {
    if (scores.length > 1) {
      return bestOther(scores, label) - scores[label];
    }
    double forOne =
        switch (kind) {
          case PROBABILITIES -> scores[0] - 0.5;
          case LOG_PROBABILITIES -> scores[0] - Math.log(0.5);
          default -> scores[0];
        };
    return label == 1 ? -forOne : forOne;
  }

  static double loss(double[] scores, int label, ScoreKind kind) {
    if (scores.length == 1) {
      return switch (kind) {
        case PROBABILITIES -> -log(label == 1 ? scores[0] : 1 - scores[0]);
        case LOG_PROBABILITIES -> label == 1 ? -scores[0] : -log(-Math.expm1(scores[0]));
        default -> softplus(label == 1 ? -scores[0] : scores[0]);
      };
    }
    if (kind == ScoreKind.PROBABILITIES) {
      return -log(scores[label]);
    }
    double largest = Math.max(scores[label], bestOther(scores, label));
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - largest);
    }
    return largest + Math.log(sum) - scores[label];
  }

  private static double log(double probability) {
    return Math.log(Math.max(Double.MIN_NORMAL, probability));
  }

  private static double softplus(double x) {
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }
}
