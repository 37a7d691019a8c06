package dev.touchstone.guiding.repair;

import dev.touchstone.influence.FittedHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.Digest;
import java.util.Arrays;

/**
 * A last layer: scores = xW + b.
 *
 * @param slopes W, d × k
 * @param intercepts b, k
 */
public record LinearLayer(Matrix slopes, double[] intercepts) {

  /** Refuses intercepts of another number than of outputs. */
  public LinearLayer {
    if (slopes.columns() != intercepts.length) {
      throw new IllegalArgumentException(
          intercepts.length + " intercepts for " + slopes.columns() + " outputs");
    }
  }

  /** Returns the layer of a head, on the representation as it comes. */
  static LinearLayer of(FittedHead head) {
    return new LinearLayer(head.slopes(), head.logits(Matrix.zeros(1, head.features())).row(0));
  }

  /** Returns the number of features d. */
  public int features() {
    return slopes.rows();
  }

  /** Returns the number of outputs k. */
  public int outputs() {
    return slopes.columns();
  }

  /** Returns the scores of one row of the representation, k. */
  double[] scores(double[] row) {
    double[] scores = intercepts.clone();
    for (int j = 0; j < row.length; j++) {
      for (int c = 0; c < scores.length; c++) {
        scores[c] += row[j] * slopes.get(j, c);
      }
    }
    return scores;
  }

  /**
   * Returns by about how much a score of a row changes where weights, products and sums are
   * rounded: the errors of d + 2 roundings, which have both signs, of the largest of the scores'
   * sums of absolute values.
   *
   * @param unit by how much a number is rounded, relatively
   */
  double rounding(double[] row, double unit) {
    double most = 0;
    for (int c = 0; c < outputs(); c++) {
      double absolute = Math.abs(intercepts[c]);
      for (int j = 0; j < row.length; j++) {
        absolute += Math.abs(row[j] * slopes.get(j, c));
      }
      most = Math.max(most, absolute);
    }
    return (2 + Math.sqrt(row.length)) * unit * most;
  }

  /** Returns the scores of rows of the representation, n × k. */
  double[][] scores(double[][] rows) {
    double[][] scores = new double[rows.length][];
    Arrays.setAll(scores, i -> scores(rows[i]));
    return scores;
  }

  /** Adds what defines the layer. */
  Digest addTo(Digest digest) {
    return digest.add(outputs()).add(slopes.values()).add(intercepts);
  }

  /** Returns one layer that answers as this one and another on top of it do. */
  LinearLayer then(LinearLayer next) {
    Matrix joined = Matrix.zeros(features(), next.outputs());
    double[] biases = next.intercepts().clone();
    for (int q = 0; q < outputs(); q++) {
      for (int c = 0; c < next.outputs(); c++) {
        double weight = next.slopes().get(q, c);
        biases[c] += intercepts[q] * weight;
        for (int j = 0; j < features(); j++) {
          joined.set(j, c, joined.get(j, c) + slopes.get(j, q) * weight);
        }
      }
    }
    return new LinearLayer(joined, biases);
  }

  /** Returns the layer whose scores are the sums of this one's and another's. */
  LinearLayer plus(LinearLayer other) {
    Matrix sum = slopes.copy();
    double[] biases = intercepts.clone();
    for (int at = 0; at < sum.values().length; at++) {
      sum.values()[at] += other.slopes.values()[at];
    }
    for (int c = 0; c < biases.length; c++) {
      biases[c] += other.intercepts[c];
    }
    return new LinearLayer(sum, biases);
  }

  /** Returns the layer of weights whose last row is the bias. */
  static LinearLayer withBiasLast(Matrix weights) {
    int d = weights.rows() - 1;
    Matrix slopes = Matrix.zeros(d, weights.columns());
    System.arraycopy(weights.values(), 0, slopes.values(), 0, slopes.values().length);
    return new LinearLayer(slopes, weights.row(d));
  }

  /** Returns the scores of all rows, n × k. */
  Matrix scores(Matrix rows) {
    Matrix scores = Matrix.zeros(rows.rows(), outputs());
    for (int i = 0; i < rows.rows(); i++) {
      System.arraycopy(scores(rows.row(i)), 0, scores.values(), i * outputs(), outputs());
    }
    return scores;
  }

  /**
   * Returns the layer of one output, class 1's score minus class 0's, whose sigmoid is the
   * probability of class 1.
   */
  LinearLayer ofMargin() {
    if (outputs() != 2) {
      throw new IllegalArgumentException("a margin is one of two classes, not of " + outputs());
    }
    Matrix difference = Matrix.zeros(features(), 1);
    for (int j = 0; j < features(); j++) {
      difference.set(j, 0, slopes.get(j, 1) - slopes.get(j, 0));
    }
    return new LinearLayer(difference, new double[] {intercepts[1] - intercepts[0]});
  }

  @Override
  public String toString() {
    return "%d × %d layer".formatted(features(), outputs());
  }
}
