package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeveragesTest {

  private static HeadObjective objective(ReferenceData data, int n, double ridge) {
    Matrix features = Matrix.zeros(n, data.train().columns());
    System.arraycopy(data.train().values(), 0, features.values(), 0, features.values().length);
    Matrix x = Standardisation.of(RowSource.of(features)).apply(RowSource.of(features)).toMatrix();
    double[] ridges = new double[x.columns()];
    Arrays.fill(ridges, ridge);
    ridges[ridges.length - 1] = 0.01 * ridge;
    int classes = Arrays.stream(data.given()).max().orElseThrow() + 1;
    Matrix targets = Matrix.zeros(n, classes);
    for (int i = 0; i < n; i++) {
      targets.set(i, data.given()[i], 1);
    }
    return Objectives.softmax(x, targets, ridges);
  }

  private static Matrix probabilities(HeadObjective objective) {
    return Objectives.minimum(objective).point().predictions();
  }

  /** More and fewer examples than features, of two classes and of ten. */
  @ParameterizedTest
  @CsvSource({"bc, 20, .01", "bc, 60, .01", "bc, 60, 1", "digits, 30, .01", "digits, 80, .001"})
  void theDualGivesWhatTheHessianGives(String name, int n, double ridge) {
    HeadObjective objective = objective(ReferenceData.of(name, 0), n, ridge);
    Matrix probabilities = probabilities(objective);
    Matrix primal = Leverages.primal(objective, probabilities);
    Matrix dual = Leverages.dual(objective, probabilities);
    int k = objective.outputs();
    for (int i = 0; i < n; i++) {
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          assertThat(dual.get(i, a * k + b))
              .isCloseTo(
                  primal.get(i, a * k + b),
                  within(1e-8 * Math.max(1, Math.abs(primal.get(i, a * k + a)))));
        }
      }
    }
  }

  @Test
  void theDualOfOneFeatureIsAsByHand() {
    // x = (2, -1), p = (.8, .2) and (.3, .7); r = .5. On the direction (1, -1)/√2 of the classes
    // D has 2p(1-p): H = (.32·4 + .42·1)/2 + .5 = 1.35; on (1, 1)/√2 it has nothing: H = r = .5.
    HeadObjective objective =
        Objectives.softmax(Matrix.of(2, 1, 2, -1), Matrix.of(2, 2, 1, 0, 0, 1), 0.5);
    Matrix dual = Leverages.dual(objective, Matrix.of(2, 2, 0.8, 0.2, 0.3, 0.7));
    double same = 4 * (1 / 0.5 + 1 / 1.35) / 2 / 2;
    double other = 4 * (1 / 0.5 - 1 / 1.35) / 2 / 2;
    assertThat(dual.get(0, 0)).isCloseTo(same, within(1e-12));
    assertThat(dual.get(0, 1)).isCloseTo(other, within(1e-12));
    assertThat(dual.get(0, 3)).isCloseTo(same, within(1e-12));
    assertThat(dual.get(1, 0)).isCloseTo(same / 4, within(1e-12));
  }

  /** Probabilities of exactly 0 and 1 have no curvature: only the ridge is left. */
  @Test
  void certainPredictionsLeaveTheRidgeAlone() {
    HeadObjective objective =
        Objectives.softmax(Matrix.of(2, 1, 2, -1), Matrix.of(2, 3, 1, 0, 0, 0, 0, 1), 0.5);
    Matrix dual = Leverages.dual(objective, Matrix.of(2, 3, 1, 0, 0, 0, 0, 1));
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        assertThat(dual.get(0, a * 3 + b)).isCloseTo(a == b ? 4 : 0, within(1e-12));
        assertThat(dual.get(1, a * 3 + b)).isCloseTo(a == b ? 1 : 0, within(1e-12));
      }
    }
  }

  /**
   * Beyond 5,000 weights: eight equal features with ridge λ are one feature with ridge λ/8, whose
   * head is small enough for the Hessian.
   */
  @Test
  void leaveOneOutOfAWideHeadIsThatOfItsNarrowTwin() {
    ReferenceData data = ReferenceData.of("digits", 0);
    int n = 120;
    Matrix wide = Matrix.zeros(n, 512);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 512; j++) {
        wide.set(i, j, data.train().get(i, j % 64));
      }
    }
    int[] given = Arrays.copyOf(data.given(), n);
    FittedHead iterated = LogisticHead.withDefaults().fit(wide, given, 10);
    assertThat(iterated.weights().values()).hasSize(5130);

    Matrix narrow = Matrix.zeros(n, 64);
    System.arraycopy(data.train().values(), 0, narrow.values(), 0, n * 64);
    HeadObjective twin = objective(data, n, 0.01 / 8);
    twin.ridges[64] = 0.0001;
    FittedHead exact =
        new FittedHead(
            LogisticHead.withDefaults(),
            twin,
            Standardisation.of(RowSource.of(narrow)),
            given,
            Objectives.minimum(twin));

    assertThat(iterated.leaveOneOutLosses())
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(exact.leaveOneOutLosses());
    assertThat(iterated.selfInfluence())
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(exact.selfInfluence());
  }
}
