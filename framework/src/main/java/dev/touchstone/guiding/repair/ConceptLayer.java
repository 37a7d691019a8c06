package dev.touchstone.guiding.repair;

import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads concepts off a representation: for each a linear classifier or, of a number, a linear
 * regression, whose direction is the concept activation vector (thesis, section 5.2.1, step 2).
 *
 * @param names of the concepts
 * @param layer scores of the concepts, d × q: the log odds of what is there or not, the number
 *     itself of any other
 */
record ConceptLayer(List<String> names, LinearLayer layer) {

  /**
   * Fits every concept, to convergence.
   *
   * @param representation of the concepts' examples, n × d
   * @param ridge λ of every fit
   */
  static ConceptLayer fit(Matrix representation, AnnotatedConcepts concepts, double ridge) {
    int q = concepts.size();
    Matrix slopes = Matrix.zeros(representation.columns(), q);
    double[] intercepts = new double[q];
    for (int concept = 0; concept < q; concept++) {
      LinearLayer one = fit(representation, concepts, concept, ridge);
      for (int j = 0; j < slopes.rows(); j++) {
        slopes.set(j, concept, one.slopes().get(j, 0));
      }
      intercepts[concept] = one.intercepts()[0];
    }
    return new ConceptLayer(concepts.names(), new LinearLayer(slopes, intercepts));
  }

  private static LinearLayer fit(
      Matrix representation, AnnotatedConcepts concepts, int concept, double ridge) {
    double[] values = concepts.values(concept);
    RowSource rows = RowSource.of(representation);
    if (!concepts.isBinary(concept)) {
      return LinearLayer.of(
          RidgeHead.withDefaults()
              .withRidge(ridge)
              .fit(HeadData.of(rows, Matrix.of(values.length, 1, values))));
    }
    int[] labels = IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    return LinearLayer.of(
            LogisticHead.withDefaults().withRidge(ridge).fit(HeadData.of(rows, labels, 2)))
        .ofMargin();
  }

  /** Scores of the concepts, n × q. */
  Matrix scores(Matrix representation) {
    return layer.scores(representation);
  }
}
