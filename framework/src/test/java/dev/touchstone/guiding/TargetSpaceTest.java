package dev.touchstone.guiding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.Matrix;
import org.junit.jupiter.api.Test;

class TargetSpaceTest {

  /** The nearest point p of the simplex has (v − p)·(q − p) ≤ 0 for every corner q. */
  @Test
  void theProjectionIsTheNearestDistribution() {
    Matrix rows = Problems.random(200, 5, "rows");
    for (int i = 0; i < 200; i++) {
      double[] v = rows.row(i);
      double[] p = v.clone();
      TargetSpace.Simplex.project(p);
      double sum = 0;
      double own = 0;
      for (int c = 0; c < 5; c++) {
        assertThat(p[c]).isNotNegative();
        sum += p[c];
        own += (v[c] - p[c]) * p[c];
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
      for (int c = 0; c < 5; c++) {
        assertThat(v[c] - p[c] - own).isLessThan(1e-12);
      }
    }
  }

  @Test
  void labelsMoveWhereItPaysMoreThanItCosts() {
    TargetSpace.Simplex space = new TargetSpace.Simplex(new int[] {0, 0}, 3);
    Matrix gradient = Matrix.of(2, 3, 1, 0, 0.4, 1, 0, 0.4);
    assertThat(space.step(space.given(), gradient, 0.5, 1.1).values())
        .containsExactly(space.given().values());
    Matrix moved = space.step(space.given(), gradient, 0.5, 0.4);
    assertThat(moved.row(0)).usingComparatorWithPrecision(1e-12).containsExactly(0.85, 0.15, 0);
    assertThat(space.distance(moved)).isCloseTo(0.15, within(1e-12));
  }

  @Test
  void valuesAreShrunkTowardThoseGiven() {
    TargetSpace.Values space = new TargetSpace.Values(Matrix.of(3, 1, 1, 2, 3));
    Matrix moved = space.step(space.given(), Matrix.of(3, 1, 0.3, -2, 0.9), 0.5, 0.5);
    assertThat(moved.values()).usingComparatorWithPrecision(1e-12).containsExactly(1, 2.75, 2.8);
    assertThat(space.distance(moved)).isCloseTo(0.95 / 3, within(1e-12));
  }
}
