package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.Matrix;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Weights of training and audit examples, by hand. */
class ClassSharesTest {

  /** Five of class 0, of which one shows the concept, and one of class 1. */
  private static double[] weights(boolean keepsClassShares) {
    Matrix scores = Matrix.of(6, 1, new double[] {-1, -1, -1, -1, 1, 1});
    AnnotatedConcepts concepts =
        AnnotatedConcepts.of(
            Tables.of("concepts", Matrix.zeros(2, 1), 0, 1),
            List.of("tag"),
            Matrix.of(2, 1, new double[] {0, 1}));
    return PseudoGroups.weights(
        new int[] {0, 0, 0, 0, 0, 1}, 2, null, keepsClassShares, concepts, scores, 0);
  }

  @Test
  void groupsCountAlike() {
    assertThat(weights(false)).containsExactly(.5, .5, .5, .5, 2, 2);
  }

  @Test
  void orTheSidesOfEachClassDo() {
    assertThat(weights(true)).containsExactly(.625, .625, .625, .625, 2.5, 1);
  }

  @Test
  void auditExamplesCountAsOftenAsTheirClassIs() {
    double[] weights =
        ClassShares.ofTraining(
            new int[] {0, 0, 0, 1}, 2, new int[] {0, 1, 1, 1}, new double[] {1, 1, .5, 0});

    // Of 2.5 in all, three quarters belong to class 0, and a quarter to class 1, two thirds of it
    // to the example of which the expert is sure.
    assertThat(weights)
        .containsExactly(new double[] {1.875, 2.5 / 4 * 2 / 3, 2.5 / 4 / 3, 0}, within(1e-12));
  }
}
