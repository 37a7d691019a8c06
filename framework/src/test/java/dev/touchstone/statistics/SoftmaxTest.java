package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxTest {

  @Test
  void oddsAreExponentialsOfDifferences() {
    double[] scores = {Math.log(2), 0, Math.log(5)};

    assertThat(Softmax.of(scores))
        .containsExactly(new double[] {0.25, 0.125, 0.625}, within(1e-15));
    assertThat(scores[1]).as("they stay as they are").isZero();
  }

  @Test
  void scoresOfAnySizeHaveThem() {
    assertThat(Softmax.of(-2000, -2000 + Math.log(3)))
        .containsExactly(new double[] {0.25, 0.75}, within(1e-12));
    assertThat(Softmax.of(1e300, 0)).containsExactly(1, 0);
    assertThat(Softmax.of(Double.NEGATIVE_INFINITY, 3)).containsExactly(0, 1);
    assertThat(Softmax.of(Double.NaN, 3)).containsOnly(Double.NaN);
  }

  @Test
  void othersBesideThemStay() {
    double[] values = {7, 0, Math.log(3), 9};

    Softmax.inPlace(values, 1, 2);

    assertThat(values).containsExactly(new double[] {7, 0.25, 0.75, 9}, within(1e-15));
  }
}
