package dev.touchstone.check.signal;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.statistics.Range;
import dev.touchstone.statistics.ScoreTestEstimate;
import java.util.Arrays;

/**
 * What share r of a concept's contributions an audit set withdraws: of models with the scores
 *
 * <pre>b + s (L − r C),  L the scores of the model, C what the concept contributes to them</pre>
 *
 * <p>the share of that one under which the audit labels are most likely. b and s take up what has
 * nothing to do with the concept: how frequent classes are, and how sure the model is.
 *
 * <p>A share is tested by the efficient score of C's own factor, U = Σⱼ cⱼ Σ_k (ỹⱼ − pⱼ)_k C_jk
 * with b and s at their optimum, less what it has in common with their scores. It is divided by its
 * robust deviation √ΣUⱼ² (Boos 1992), which needs no model that is right, and no s that is not 0;
 * or by the expected one, where that is larger: of few examples the former is too small now and
 * then.
 */
final class WithdrawnContribution {
  /** Keeps b and s finite where an audit set is told apart without an error. */
  private static final double RIDGE = 1e-5;

  private static final int MOST_STEPS = 100;
  private static final double ARMIJO = 1e-4;
  private static final double TOLERANCE = 1e-10;
  private static final double SHORTEST = 1e-8;

  /** Of U²: what is left of it by rounding, where C is nothing but a multiple of L. */
  private static final double ROUNDING = 1e-12;

  private static final int SHARES = 64;

  private final Matrix scores;
  private final Matrix contributions;
  private final int[] labels;
  private final double[] shares;
  private double[] start;

  /**
   * Of one concept.
   *
   * @param scores L, m × k
   * @param contributions C, m × k
   * @param labels m
   * @param confidence how much every example counts, m, not all 0
   */
  WithdrawnContribution(Matrix scores, Matrix contributions, int[] labels, double... confidence) {
    this.scores = scores;
    this.contributions = contributions;
    this.labels = labels;
    double sum = Arrays.stream(confidence).sum();
    this.shares = Arrays.stream(confidence).map(c -> c / sum).toArray();
    this.start = new double[scores.columns()];
    start[scores.columns() - 1] = 1;
  }

  /**
   * Estimates the withdrawn share as one of something that the concept is a part of.
   *
   * @param part how large a part, in (0, 1]
   */
  ScoreTestEstimate estimate(double part) {
    double[] values = new double[SHARES + 1];
    double[] evidence = new double[values.length];
    for (int i = 0; i <= SHARES; i++) {
      double share = (double) i / SHARES;
      values[i] = part * share;
      evidence[i] = evidenceForMoreThan(share);
    }
    return ScoreTestEstimate.of(
        values,
        evidence,
        Arrays.stream(shares).filter(share -> share > 0).count(),
        Range.SHARE,
        "robust score test");
  }

  /** A standard normal number if r is the share, the larger the more is withdrawn. */
  double evidenceForMoreThan(double r) {
    int m = labels.length;
    int k = scores.columns();
    Matrix left = scores.copy();
    for (int at = 0; at < left.values().length; at++) {
      left.values()[at] -= r * contributions.values()[at];
    }
    Matrix predictions = optimum(left).predictions();
    Matrix information = information(left, predictions);
    // How the score of C's factor goes with those of b and s, in expectation.
    double[] mixed = new double[k];
    double[] own = new double[m];
    double[][] others = new double[m][k];
    for (int j = 0; j < m; j++) {
      double meanC = mean(predictions, contributions, j);
      double meanL = mean(predictions, left, j);
      for (int c = 0; c < k; c++) {
        double p = predictions.get(j, c);
        double gap = shares[j] * ((labels[j] == c ? 1 : 0) - p);
        own[j] += gap * contributions.get(j, c);
        others[j][k - 1] += gap * left.get(j, c);
        mixed[k - 1] += shares[j] * p * contributions.get(j, c) * (left.get(j, c) - meanL);
        if (c < k - 1) {
          others[j][c] = gap;
          mixed[c] += shares[j] * p * (contributions.get(j, c) - meanC);
        }
      }
    }
    double[] projection = solve(information, mixed);
    double sum = 0;
    double seen = 0;
    double expected = 0;
    double ownSquares = 0;
    for (int j = 0; j < m; j++) {
      double score = own[j];
      double mean = 0;
      double square = 0;
      for (int c = 0; c < k; c++) {
        score -= projection[c] * others[j][c];
        double factor =
            contributions.get(j, c)
                - projection[k - 1] * left.get(j, c)
                - (c < k - 1 ? projection[c] : 0);
        mean += predictions.get(j, c) * factor;
        square += predictions.get(j, c) * factor * factor;
      }
      sum += score;
      seen += score * score;
      expected += shares[j] * shares[j] * (square - mean * mean);
      ownSquares += own[j] * own[j];
    }
    double variance = Math.max(seen, expected);
    return variance <= ROUNDING * ownSquares ? 0 : -sum / Math.sqrt(variance);
  }

  /** b of all classes but the last, and s: by Newton's method from where it was last. */
  private Point optimum(Matrix left) {
    int k = left.columns();
    Point here = at(left, start);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = gradient(left, here);
      double largest = 0;
      for (double slope : gradient) {
        largest = Math.max(largest, Math.abs(slope));
      }
      if (largest < TOLERANCE) {
        break;
      }
      double[] direction = solve(information(left, here.predictions()), gradient);
      double slope = 0;
      for (int c = 0; c < k; c++) {
        slope += gradient[c] * direction[c];
      }
      double length = 1;
      Point next = at(left, moved(here.parameters(), direction, length));
      while (next.loss() > here.loss() - ARMIJO * length * slope && length > SHORTEST) {
        length /= 2;
        next = at(left, moved(here.parameters(), direction, length));
      }
      if (!(next.loss() < here.loss())) {
        break; // as near as rounding lets it come
      }
      here = next;
    }
    start = here.parameters();
    return here;
  }

  private static double[] moved(double[] from, double[] direction, double length) {
    double[] to = from.clone();
    for (int c = 0; c < to.length; c++) {
      to[c] -= length * direction[c];
    }
    return to;
  }

  /**
   * Where the nuisance parameters are.
   *
   * @param parameters b of all classes but the last, and s
   * @param loss the mean cross-entropy, and the ridge's
   * @param predictions m × k
   */
  private record Point(double[] parameters, double loss, Matrix predictions) {}

  private Point at(Matrix left, double... parameters) {
    int k = left.columns();
    Matrix predictions = Matrix.zeros(left.rows(), k);
    double[] p = predictions.values();
    double loss = 0;
    for (int j = 0; j < labels.length; j++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < k; c++) {
        double logit = parameters[k - 1] * left.get(j, c) + (c < k - 1 ? parameters[c] : 0);
        p[j * k + c] = logit;
        largest = Math.max(largest, logit);
      }
      double own = p[j * k + labels[j]] - largest;
      double sum = 0;
      for (int c = 0; c < k; c++) {
        p[j * k + c] = Math.exp(p[j * k + c] - largest);
        sum += p[j * k + c];
      }
      for (int c = 0; c < k; c++) {
        p[j * k + c] /= sum;
      }
      loss += shares[j] * (Math.log(sum) - own);
    }
    for (double parameter : parameters) {
      loss += RIDGE * parameter * parameter / 2;
    }
    return new Point(parameters, loss, predictions);
  }

  private double[] gradient(Matrix left, Point here) {
    int k = left.columns();
    double[] gradient = new double[k];
    for (int j = 0; j < labels.length; j++) {
      for (int c = 0; c < k; c++) {
        double gap = shares[j] * (here.predictions().get(j, c) - (labels[j] == c ? 1 : 0));
        gradient[k - 1] += gap * left.get(j, c);
        if (c < k - 1) {
          gradient[c] += gap;
        }
      }
    }
    for (int c = 0; c < k; c++) {
      gradient[c] += RIDGE * here.parameters()[c];
    }
    return gradient;
  }

  private Matrix information(Matrix left, Matrix predictions) {
    int k = left.columns();
    Matrix information = Matrix.zeros(k, k);
    for (int j = 0; j < labels.length; j++) {
      double mean = mean(predictions, left, j);
      double spread = 0;
      for (int a = 0; a < k; a++) {
        double p = shares[j] * predictions.get(j, a);
        double centred = left.get(j, a) - mean;
        spread += p * centred * centred;
        if (a < k - 1) {
          add(information, a, k - 1, p * centred);
          add(information, k - 1, a, p * centred);
          for (int b = 0; b < k - 1; b++) {
            add(information, a, b, p * ((a == b ? 1 : 0) - predictions.get(j, b)));
          }
        }
      }
      add(information, k - 1, k - 1, spread);
    }
    for (int c = 0; c < k; c++) {
      add(information, c, c, RIDGE);
    }
    return information;
  }

  private static void add(Matrix to, int row, int column, double value) {
    to.set(row, column, to.get(row, column) + value);
  }

  /** Of a row, under its predictions. */
  private static double mean(Matrix predictions, Matrix of, int row) {
    double mean = 0;
    for (int c = 0; c < of.columns(); c++) {
      mean += predictions.get(row, c) * of.get(row, c);
    }
    return mean;
  }

  private static double[] solve(Matrix matrix, double... right) {
    return DenseAlgebra.plain()
        .cholesky(matrix)
        .solve(Matrix.of(right.length, 1, right.clone()))
        .values();
  }
}
