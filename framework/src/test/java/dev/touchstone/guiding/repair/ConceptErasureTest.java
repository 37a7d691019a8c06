package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LEACE against its authors' package ({@code src/test/python/leace_oracle.py}) and its theorem. */
class ConceptErasureTest {
  private static final Json REFERENCE = Json.of("leace.json");
  private static final Matrix X = REFERENCE.matrix("representation");
  private static final Matrix Z = REFERENCE.matrix("concepts");

  private static Matrix concepts(int... columns) {
    Matrix chosen = Matrix.zeros(Z.rows(), columns.length);
    for (int i = 0; i < Z.rows(); i++) {
      for (int c = 0; c < columns.length; c++) {
        chosen.set(i, c, Z.get(i, columns[c]));
      }
    }
    return chosen;
  }

  private static Matrix erased(Erasure erasure, Matrix rows) {
    return erasure.apply(RowSource.of(rows)).toMatrix();
  }

  private static Erasure fit(double shrinkage, Matrix concepts) {
    return ConceptErasure.withDefaults().withShrinkage(shrinkage).fit(RowSource.of(X), concepts);
  }

  private static void assertAlike(Matrix actual, Matrix expected, double tolerance) {
    assertThat(actual.rows()).isEqualTo(expected.rows());
    for (int i = 0; i < expected.values().length; i++) {
      assertThat(actual.values()[i]).isCloseTo(expected.values()[i], within(tolerance));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, one", "0.01, shrunk"})
  void agreesWithTheAuthorsPackage(double shrinkage, String name) {
    Erasure erasure = fit(shrinkage, concepts(0));

    assertThat(erasure.rank()).isEqualTo(1);
    assertAlike(erased(erasure, X), REFERENCE.matrix(name), 1e-10);
  }

  @Test
  void conceptsThatFollowFromOthersAddNothing() {
    Erasure erasure = fit(0, concepts(0, 1, 2));

    assertThat(erasure.rank()).isEqualTo(2);
    assertAlike(erased(erasure, X), REFERENCE.matrix("three"), 1e-9);
  }

  @Test
  void otherRowsGoThroughTheSameMap() {
    assertAlike(
        erased(fit(0, concepts(0)), REFERENCE.matrix("others")), REFERENCE.matrix("unseen"), 1e-10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .01, 10})
  void nothingVariesWithTheConceptsAnyMore(double shrinkage) {
    Matrix erased = erased(fit(shrinkage, concepts(0, 1)), X);

    Moments moments = Moments.of(RowSource.of(erased), concepts(0, 1));
    Moments before = Moments.of(RowSource.of(X), concepts(0, 1));
    assertThat(before.crossCovariance().largest()).isGreaterThan(1);
    assertThat(moments.crossCovariance().largest()).isLessThan(1e-10);
  }

  /** Theorem 3.1: the best linear classifier of an erased concept is a constant. */
  @Test
  void noLinearClassifierDoesBetterThanTheMajority() {
    int[] labels = IntStream.range(0, X.rows()).map(i -> (int) Z.get(i, 0)).toArray();
    double share = Arrays.stream(labels).sum() / (double) labels.length;
    double ofConstant = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    LogisticHead head = LogisticHead.withDefaults().withRidge(1e-9);

    FittedHead before = head.fit(X, labels, 2);
    FittedHead after = head.fit(erased(fit(0, concepts(0)), X), labels, 2);

    assertThat(Arrays.stream(before.losses()).average().orElse(0)).isLessThan(.8 * ofConstant);
    assertThat(Arrays.stream(after.losses()).average().orElse(0))
        .isCloseTo(ofConstant, within(1e-9));
    int majority = share > .5 ? 1 : 0;
    for (int i = 0; i < labels.length; i++) {
      assertThat(after.predictions().get(i, majority)).isGreaterThan(.5);
    }
  }

  @Test
  void erasingTwiceErasesNothingMore() {
    Matrix once = erased(fit(0, concepts(0)), X);

    Matrix twice = erased(fit(0, concepts(0)), once);

    assertAlike(twice, once, 1e-10);
  }

  @Test
  void aLayerBehindTheErasureFoldsIntoOne() {
    Erasure erasure = fit(.01, concepts(0, 1));
    LinearLayer layer =
        new LinearLayer(
            Matrix.of(6, 2, 1, 2, -3, 4, 5, -6, 7, 8, 9, .1, .2, .3), new double[] {1, -2});
    LinearLayer folded = erasure.before(layer);

    Matrix erased = erased(erasure, X);
    for (int i = 0; i < X.rows(); i++) {
      assertThat(folded.scores(X.row(i)))
          .containsExactly(layer.scores(erased.row(i)), within(1e-10));
    }
  }

  @Test
  void deadFeaturesAreLeftAlone() {
    Matrix wider = Matrix.zeros(X.rows(), 8);
    for (int i = 0; i < X.rows(); i++) {
      for (int j = 0; j < 6; j++) {
        wider.set(i, j, X.get(i, j));
      }
      wider.set(i, 6, 3);
    }

    Matrix erased = erased(new ConceptErasure(0).fit(RowSource.of(wider), concepts(0)), wider);

    Matrix expected = REFERENCE.matrix("one");
    for (int i = 0; i < X.rows(); i++) {
      for (int j = 0; j < 6; j++) {
        assertThat(erased.get(i, j)).isCloseTo(expected.get(i, j), within(1e-9));
      }
      assertThat(erased.get(i, 6)).isCloseTo(3, within(1e-12));
      assertThat(erased.get(i, 7)).isZero();
    }
  }

  @Test
  void whatCannotBeErasedIsRefused() {
    RowSource rows = RowSource.of(X);
    ConceptErasure erasure = ConceptErasure.withDefaults();
    Matrix constant = Matrix.zeros(X.rows(), 1);

    assertThatThrownBy(() -> erasure.fit(rows, constant))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("concept 0 is 0.0 for all 80 examples; give examples with and without it");
    Matrix notFinite = concepts(0);
    notFinite.set(3, 0, Double.NaN);
    assertThatThrownBy(() -> erasure.fit(rows, notFinite))
        .hasMessageContaining("concept 0 of example 3 is NaN");
    Matrix diverged = X.copy();
    diverged.set(2, 1, Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> erasure.fit(RowSource.of(diverged), concepts(0)))
        .hasMessage("the representation of example 2 holds Infinity; has the training diverged?");
    assertThatThrownBy(() -> erasure.fit(RowSource.of(Matrix.zeros(80, 2)), concepts(0)))
        .hasMessageContaining("does not vary with any of the concepts");
    assertThatThrownBy(() -> erasure.withShrinkage(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
