package dev.touchstone.graph.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.graph.Quantity;
import org.junit.jupiter.api.Test;

class SecantQuantityTest {
  /** The probability of class 0 of three. */
  private static final Quantity PROBABILITY =
      new Quantity() {
        @Override
        public double value(double[] scores, int example) {
          return softmax(scores)[0];
        }

        @Override
        public double[] gradient(double[] scores, int example) {
          double[] p = softmax(scores);
          return new double[] {p[0] * (1 - p[0]), -p[0] * p[1], -p[0] * p[2]};
        }
      };

  private static double[] softmax(double[] scores) {
    double sum = Math.exp(scores[0]) + Math.exp(scores[1]) + Math.exp(scores[2]);
    return new double[] {
      Math.exp(scores[0]) / sum, Math.exp(scores[1]) / sum, Math.exp(scores[2]) / sum
    };
  }

  private static final double[][] BEFORE = {{1, 0, -1}, {-2, 3, 0.5}};
  private static final double[][] SCORES = {{-2, 3, 0.5}, {-2, 3, 0.5}};
  private static final SecantQuantity SECANT = new SecantQuantity(PROBABILITY, BEFORE, SCORES);

  @Test
  void aSecantMeetsTheStepOfTheQuantity() {
    double[] slope = SECANT.gradient(SCORES[0], 0);
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += slope[c] * (SCORES[0][c] - BEFORE[0][c]);
    }

    assertThat(sum)
        .isCloseTo(
            PROBABILITY.value(SCORES[0], 0) - PROBABILITY.value(BEFORE[0], 0), within(1e-15));
  }

  @Test
  void whereThereIsNoStepItIsTheDerivative() {
    assertThat(SECANT.gradient(SCORES[1], 1))
        .containsExactly(PROBABILITY.gradient(SCORES[1], 1), within(1e-15));
  }
}
