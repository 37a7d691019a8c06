package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.RandomProjection;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import org.junit.jupiter.api.Test;

class StudentInfluenceTest {
  private final InfluenceContext context = SmallNetwork.context();
  private final Dataset test = SmallNetwork.test();
  private final StudentInfluence estimator =
      StudentInfluence.withDefaults()
          .withDimensions(30)
          .using(LogisticHead.withDefaults().withRidge(1e-3));

  /** The student is fitted to the network's answers, and answers nearly as it does. */
  @Test
  void theStudentMimicsTheNetwork() {
    Student.Fidelity fidelity = estimator.student(context).fidelity(SmallNetwork.training());
    assertThat(fidelity.correlation()).isBetween(.97, 1.0);
    assertThat(fidelity.agreement()).isGreaterThan(.9);
    assertThat(fidelity.describe()).contains("of 80 examples");
    // A student that sees almost nothing says so.
    Student blind = estimator.withDimensions(1).student(context);
    assertThat(blind.fidelity(SmallNetwork.training()).correlation()).isLessThan(.9);
  }

  /** It sees both layers: their values, projected together by the run's seed. */
  @Test
  void itSeesAllLayersProjected() {
    Student student = estimator.student(context);
    Matrix seen = student.encode(test).toMatrix();
    assertThat(seen.rows()).isEqualTo(6);
    assertThat(seen.columns()).isEqualTo(30);
    assertThat(estimator.student(SmallNetwork.context()).encode(test).toMatrix().values())
        .containsExactly(seen.values());
    // Of inner products the projection keeps what all eight values have.
    Student wide = estimator.withDimensions(4000).student(context);
    Matrix rows = wide.encode(test).toMatrix();
    WhiteBox box = Networks.whiteBox(SmallNetwork.model(), "a test");
    Tensor batch = test.batch(0, 6);
    double[][] first = box.activations(box.layers().get(0), batch);
    double[][] second = box.activations(box.layers().get(1), batch);
    for (int i = 0; i < 6; i++) {
      double squared =
          Curvature.product(first[i], first[i]) + Curvature.product(second[i], second[i]);
      double[] row = rows.row(i);
      assertThat(Curvature.product(row, row)).isCloseTo(squared, within(.15 * squared));
    }
  }

  @Test
  void severalVectorsAreProjectedAsEachAlone() {
    RandomProjection projection = RandomProjection.rademacher(7, 3);
    double[][] vectors = {{1, 0, -2, .5}, {0, 3, 1, 1}};
    double[][] all = projection.projectEach(vectors);
    assertThat(all[0]).containsExactly(projection.project(vectors[0]));
    assertThat(all[1]).containsExactly(projection.project(vectors[1]));
  }

  /** The student's own head, with the labels in the place of what it was taught. */
  @Test
  void scoresAreTheHeadsWithTheLabelsAsGiven() {
    Student student = estimator.student(context);
    FittedHead head = student.head();
    Matrix scores = estimator.scores(context, test).toMatrix();
    Matrix effects =
        head.relabellingEffects(student.encode(test), HeadData.oneHot(test.labels(), 3));
    Matrix predictions = head.predictions();
    double[] expected = new double[80];
    for (int i = 0; i < 80; i++) {
      for (int c = 0; c < 3; c++) {
        double target = SmallNetwork.training().label(i) == c ? 1 : 0;
        expected[i] += effects.get(i, c) * (predictions.get(i, c) - target);
      }
    }
    InfluenceScores.Mean mean = estimator.scores(context, test).meanSolved();
    assertThat(distance(mean.scores(), expected)).isLessThan(1e-7);
    assertThat(mean.remark()).hasValueSatisfying(s -> assertThat(s).contains("of 6 examples"));
    double[] summed = new double[80];
    for (int i = 0; i < 80; i++) {
      for (int j = 0; j < 6; j++) {
        summed[i] += scores.get(i, j) / 6;
      }
    }
    assertThat(distance(mean.scores(), summed)).isLessThan(1e-7);
  }

  @Test
  void selfInfluenceIsTheDiagonal() {
    Matrix own = estimator.scores(context, SmallNetwork.training()).toMatrix();
    double[] self = estimator.selfInfluence(context);
    double[] diagonal = new double[self.length];
    for (int i = 0; i < diagonal.length; i++) {
      diagonal[i] = own.get(i, i);
    }
    assertThat(distance(self, diagonal)).isLessThan(1e-6);
  }
}
