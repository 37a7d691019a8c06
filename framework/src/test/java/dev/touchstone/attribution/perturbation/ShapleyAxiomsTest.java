package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What makes shares Shapley's, beside their sum (Shapley 1953): players alike have equal shares,
 * and who changes nothing has none.
 */
class ShapleyAxiomsTest {
  /** Exchanging the first two numbers changes nothing, nor does the fourth. */
  private static final ToDoubleFunction<double[]> GAME =
      x ->
          x[0] * x[1] * x[2]
              + Math.sin(x[0] + x[1]) * x[4]
              + (x[0] > 0.2 && x[1] > 0.2 ? x[5] : x[6] * x[7]);

  /** The first two numbers are the same, and in the background each has the other's. */
  private static final Tensor EXAMPLE =
      Tensor.of(new float[] {0.75f, 0.75f, -0.5f, 0.9f, 1.25f, -1, 0.5f, 0.25f}, 1, 8);

  private static final Dataset BACKGROUND =
      Games.background(
          Tensor.of(
              new float[] {
                -0.5f, 1, 0.5f, -1, 0.25f, 0.5f, 1, -0.5f, 1, -0.5f, 0.5f, -1, 0.25f, 0.5f, 1,
                -0.5f, 0.5f, 0.5f, -1, 0.25f, -0.75f, 0, 1, 1
              },
              3,
              8));

  static Stream<AttributionMethod> exact() {
    return Stream.of(
        ExactShapley.against(BACKGROUND), KernelShap.against(BACKGROUND).withSamples(254));
  }

  @ParameterizedTest
  @MethodSource("exact")
  void playersAlikeHaveEqualSharesAndADummyHasNone(AttributionMethod method) {
    double[] map = Games.explained(method, GAME, EXAMPLE).maps()[0];

    assertThat(map[0]).isEqualTo(map[1], within(1e-13)).isNotCloseTo(0, within(0.01));
    assertThat(map[3]).isEqualTo(0, within(1e-13));
  }

  /** Estimators: how far the shares of players alike are apart, beside the stated errors. */
  static Stream<Arguments> estimated() {
    return Stream.of(
        Arguments.of(KernelShap.against(BACKGROUND).withSamples(120), false),
        Arguments.of(PermutationShapley.against(BACKGROUND), true));
  }

  @ParameterizedTest
  @MethodSource("estimated")
  void estimatesOfThemAreWithinTheirErrors(AttributionMethod method, boolean noneExactly) {
    double apart = 0;
    double dummies = 0;
    double stated = 0;
    for (int draw = 0; draw < 60; draw++) {
      Attribution drawn =
          method.attribute(Games.model(GAME), EXAMPLE, Games.FIRST, Games.context(draw));
      double[] map = drawn.maps()[0];
      double error = drawn.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values()[0];
      apart += (map[0] - map[1]) * (map[0] - map[1]);
      dummies += map[3] * map[3];
      stated += error * error;
    }

    // The error is that of all eight shares together: (a − b)² is at most 2 (a² + b²).
    assertThat(apart).isPositive().isLessThan(2 * stated);
    if (noneExactly) {
      assertThat(dummies).as("an order adds nothing with it").isEqualTo(0, within(1e-25));
    } else {
      assertThat(dummies).isLessThan(stated);
    }
  }
}
