package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class PermutationShapleyTest {
  /** Interactions of two. */
  private static final ToDoubleFunction<double[]> PAIRED =
      x -> x[0] * x[1] - 3 * x[2] * x[5] + Math.exp(x[3]) + x[4] * x[4] * x[0];

  /** Interactions of three and more. */
  private static final ToDoubleFunction<double[]> TANGLED =
      x -> Math.exp(x[0] + x[1] - x[2] + x[3] * x[4] - 2 * x[5]);

  @Test
  void whatTwoDoTogetherIsSharedExactlyInAnyOrder() {
    Tensor examples = Games.numbers(2, 6, 1);
    Tensor others = Games.numbers(3, 6, 2);

    Attribution attribution =
        Games.explained(
            PermutationShapley.against(Games.background(others)).withSamples(4), PAIRED, examples);

    for (int i = 0; i < 2; i++) {
      assertThat(attribution.maps()[i])
          .containsExactly(
              Games.byAllOrders(PAIRED, Games.row(examples, i), others), within(1e-13));
    }
    assertThat(attribution.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values())
        .containsExactly(new double[2], within(1e-13));
  }

  @Test
  void errorsAgainstExactSharesAreAsLargeAsTheirStandardErrorsSay() {
    Tensor examples = Games.numbers(5, 6, 3);
    double[][] exact = Games.explained(ExactShapley.againstBaseline(0), TANGLED, examples).maps();

    double errors = 0;
    double stated = 0;
    for (int draw = 0; draw < 100; draw++) {
      Attribution attribution =
          PermutationShapley.againstBaseline(0)
              .attribute(Games.model(TANGLED), examples, Games.FIRST, Games.context(draw));
      double[] standard = attribution.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values();
      for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 6; j++) {
          errors += Math.pow(attribution.maps()[i][j] - exact[i][j], 2);
        }
        stated += standard[i] * standard[i];
      }
    }
    // Of 500 maps with 9 degrees of freedom each, the ratio's own error is some 3 %.
    assertThat(Math.sqrt(errors / stated)).isBetween(0.88, 1.12);
  }

  @Test
  void sharesSumToWhatTheExampleScoresMoreThanTheBackground() {
    Tensor example = Games.numbers(1, 6, 5);
    Tensor others = Games.numbers(4, 6, 6);

    double[] map =
        Games.explained(PermutationShapley.against(Games.background(others)), TANGLED, example)
            .maps()[0];

    double[] values = Games.row(example, 0);
    assertThat(Arrays.stream(map).sum())
        .isEqualTo(
            TANGLED.applyAsDouble(values) - Games.worth(TANGLED, values, others, new boolean[6]),
            within(1e-13));
  }

  @Test
  void ordersComeInPairsOfWhichOneHasNoSpread() {
    PermutationShapley method = PermutationShapley.againstBaseline(0);

    assertThatThrownBy(() -> method.withSamples(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "samples are orders, forwards and backwards: an even number of at least 4, was 2");
  }
}
