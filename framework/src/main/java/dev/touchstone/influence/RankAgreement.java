package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.similarity.Spearman;

/**
 * How alike two estimators order the training examples, test example by test example (thesis,
 * appendix A.1).
 *
 * @param mean of Spearman's rank correlations over the test examples
 * @param least of them
 * @param examples how many test examples
 */
public record RankAgreement(double mean, double least, int examples) {

  /**
   * Compares the scores of two estimators of the same training and test examples; both n × m are
   * held.
   *
   * @throws IllegalArgumentException if they are of other numbers of examples
   */
  public static RankAgreement of(InfluenceScores first, InfluenceScores second) {
    if (first.training() != second.training() || first.test() != second.test()) {
      throw new IllegalArgumentException(
          "scores of %d training and %d test examples, and of %d and %d; compare those of the same"
              .formatted(first.training(), first.test(), second.training(), second.test()));
    }
    Matrix one = first.toMatrix();
    Matrix other = second.toMatrix();
    double sum = 0;
    double least = 1;
    for (int j = 0; j < first.test(); j++) {
      double correlation = Spearman.of(column(one, j), column(other, j));
      sum += correlation;
      least = Math.min(least, correlation);
    }
    return new RankAgreement(sum / first.test(), least, first.test());
  }

  private static double[] column(Matrix scores, int j) {
    double[] column = new double[scores.rows()];
    for (int i = 0; i < column.length; i++) {
      column[i] = scores.get(i, j);
    }
    return column;
  }
}
