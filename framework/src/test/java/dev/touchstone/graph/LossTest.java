package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LossTest {
  private static final double STEP = 1e-5;

  /** Half the sum of fourth powers: H = 6 diag s². */
  private static final Quantity QUARTIC =
      new Quantity() {
        @Override
        public double value(double[] scores, int example) {
          double sum = 0;
          for (double score : scores) {
            sum += Math.pow(score, 4) / 2;
          }
          return sum;
        }

        @Override
        public double[] gradient(double[] scores, int example) {
          double[] gradient = new double[scores.length];
          for (int c = 0; c < scores.length; c++) {
            gradient[c] = 2 * Math.pow(scores[c], 3);
          }
          return gradient;
        }
      };

  static Stream<Arguments> losses() {
    double[] three = {.3, -1.2, 2};
    double[] one = {.7};
    return Stream.of(
        Arguments.of("labels", Loss.crossEntropy(2, 1), three),
        Arguments.of("soft", Loss.crossEntropy(new double[3], new double[] {.5, .1, .2}), three),
        Arguments.of("one score", Loss.crossEntropy(0, 1), one),
        Arguments.of("other class", Loss.crossEntropy(0, 0), one),
        Arguments.of("soft, one", Loss.crossEntropy(one, new double[] {.3, .7}), one),
        Arguments.of("squared", Loss.squaredError(one, new double[] {1, 0, 4}), three),
        Arguments.of("weighted", Loss.crossEntropy(0, 1).weighted(0, 2.5), three),
        Arguments.of("mean", Loss.crossEntropy(0, 1).averagedOver(4), three),
        Arguments.of("linear", Loss.of(Quantity.ofClass(1)), three),
        Arguments.of("any", Loss.of(QUARTIC), three));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("losses")
  void derivativesAgreeWithCentralDifferences(String name, Loss loss, double[] scores) {
    double[] way = {.8, -.4, 1.1};
    double[] vector = java.util.Arrays.copyOf(way, scores.length);
    double[] ahead = moved(scores, vector, STEP);
    double[] behind = moved(scores, vector, -STEP);
    double slope = (loss.value(ahead, 1) - loss.value(behind, 1)) / (2 * STEP);

    double[] gradient = loss.gradient(scores, 1);
    double[] bent = loss.hessianVector(scores, 1, vector);

    double along = 0;
    for (int c = 0; c < scores.length; c++) {
      along += gradient[c] * vector[c];
      double change = loss.gradient(ahead, 1)[c] - loss.gradient(behind, 1)[c];
      assertThat(bent[c]).isCloseTo(change / (2 * STEP), within(1e-8));
    }
    assertThat(along).isCloseTo(slope, within(1e-8));
  }

  @Test
  void crossEntropyIsTheNegativeLogarithmOfTheLabelsShare() {
    double[] scores = {Math.log(2), Math.log(3), Math.log(5)};

    assertThat(Loss.crossEntropy(1).value(scores, 0)).isCloseTo(-Math.log(.3), within(1e-15));
    assertThat(Loss.crossEntropy(1).value(new double[] {Math.log(4)}, 0))
        .isCloseTo(-Math.log(.8), within(1e-15));
    assertThat(Loss.crossEntropy(0, 1).value(new double[] {-1000, 1000}, 0)).isEqualTo(2000);
  }

  @Test
  void anyQuantitysSecondDerivativesAreThoseWorkedOutByHand() {
    double[] bent = Loss.of(QUARTIC).hessianVector(new double[] {1, -2}, 0, new double[] {3, .5});

    assertThat(bent).containsExactly(new double[] {18, 12}, within(1e-8));
    assertThat(Loss.of(Quantity.difference(0, 1)).hessianVector(bent, 0, bent))
        .containsExactly(0, 0);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Map.<String, Runnable>of(
            "label 3 of example 0, for a model with 3 classes",
            () -> Loss.crossEntropy(3).gradient(new double[3], 0),
            "2 targets for example 0, where 3 are needed",
            () -> Loss.squaredError(new double[2]).gradient(new double[3], 0),
            "none of them negative",
            () -> Loss.crossEntropy(new double[] {-.1, 1.1}),
            "a mean over 0 examples",
            () -> Loss.crossEntropy(0).averagedOver(0))
        .forEach(
            (message, misuse) ->
                assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(misuse::run)
                    .withMessageContaining(message));
  }

  private static double[] moved(double[] scores, double[] way, double step) {
    double[] moved = scores.clone();
    for (int c = 0; c < moved.length; c++) {
      moved[c] += step * way[c];
    }
    return moved;
  }
}
