package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class ExactShapleyTest {
  /** Interactions of two, three and five; a step; nothing of the last. */
  private static final ToDoubleFunction<double[]> TANGLED =
      x ->
          2 * x[0]
              - x[1] * x[2]
              + Math.exp(x[0] * x[3] * x[4])
              + (x[2] > 0.1 ? x[1] : -x[4] * x[0] * x[1] * x[2] * x[3]);

  private static double[] map(ToDoubleFunction<double[]> function, Tensor example, Tensor others) {
    return Games.explained(ExactShapley.against(Games.background(others)), function, example)
        .maps()[0];
  }

  @Test
  void sharesAreWhatEachColumnAddsOverAllOrders() {
    Tensor examples = Games.numbers(3, 6, 1);
    Tensor others = Games.numbers(4, 6, 2);

    Attribution attribution =
        Games.explained(ExactShapley.against(Games.background(others)), TANGLED, examples);

    for (int i = 0; i < 3; i++) {
      assertThat(attribution.maps()[i])
          .containsExactly(
              Games.byAllOrders(TANGLED, Games.row(examples, i), others), within(1e-13));
    }
    assertThat(attribution.rule()).isEqualTo("all coalitions");
    assertThat(attribution.fidelity("standard error").orElseThrow().values())
        .containsExactly(0, 0, 0);
  }

  @Test
  void aLinearModelSharesOutWeightTimesDistanceFromTheMean() {
    Tensor example = Tensor.of(new float[] {1, 2, 3}, 1, 3);
    Tensor others = Tensor.of(new float[] {0, 1, 0, 2, -1, 1}, 2, 3);

    assertThat(map(x -> 4 * x[0] - 2 * x[1] + x[2] + 7, example, others))
        .containsExactly(new double[] {4 * (1 - 1), -2 * (2 - 0), 3 - 0.5}, within(1e-14));
  }

  @Test
  void aProductIsSharedEvenlyFromABaselineOfZeros() {
    Tensor example = Tensor.of(new float[] {2, 3, 5}, 1, 3);

    double[] map =
        Games.explained(ExactShapley.againstBaseline(0), x -> x[0] * x[1] * x[2], example)
            .maps()[0];

    assertThat(map).containsExactly(new double[] {10, 10, 10}, within(1e-14));
  }

  @Test
  void aColumnThatIsLikeTheBackgroundEverywhereHasNoShare() {
    Tensor example = Tensor.of(new float[] {2, 3}, 1, 2);
    Tensor others = Tensor.of(new float[] {2, 1, 2, 5}, 2, 2);

    assertThat(map(x -> x[0] * x[1], example, others))
        .containsExactly(new double[] {0, 6 - 6}, within(0.0));
    assertThat(map(x -> x[0] * x[1] * x[1], example, others)[1]).isEqualTo(18 - 26.0);
  }

  @Test
  void sharesOfASumOfModelsAreTheSumOfTheirShares() {
    Tensor example = Games.numbers(1, 6, 3);
    Tensor others = Games.numbers(5, 6, 4);
    ToDoubleFunction<double[]> other = x -> Math.sin(3 * x[0] + x[5]) * x[1];

    double[] apart = map(TANGLED, example, others);
    double[] more = map(other, example, others);
    Arrays.setAll(apart, i -> apart[i] + more[i]);

    assertThat(map(x -> TANGLED.applyAsDouble(x) + other.applyAsDouble(x), example, others))
        .containsExactly(apart, within(1e-14));
  }

  @Test
  void aGroupPlaysAsOneAndItsShareIsDividedAmongItsColumns() {
    Tensor example = Tensor.of(new float[] {2, 3, 5}, 1, 3);

    double[] map =
        Games.explained(
                ExactShapley.againstBaseline(0).grouping(FeatureGroups.segments(0, 1, 1)),
                x -> x[0] * x[1] * x[2],
                example)
            .maps()[0];

    assertThat(map).containsExactly(new double[] {15, 7.5, 7.5}, within(1e-14));
  }

  @Test
  void tooManyColumnsAreRefusedBeforeTheModelIsAsked() {
    Tensor example = Games.numbers(1, 21, 5);
    ExactShapley method = ExactShapley.againstBaseline(0);
    ToDoubleFunction<double[]> never =
        x -> {
          throw new AssertionError("asked");
        };

    assertThatThrownBy(() -> Games.explained(method, never, example))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "ExactShapley asks about all 2^21 coalitions of the 21 players of an example, and takes"
                + " at most 20 players; explain by KernelShap, which draws some of them, or take"
                + " columns together: .grouping(…)");
  }

  @Test
  void settingsNameTheBackgroundWithItsHash() {
    assertThat(
            ExactShapley.against(Games.background(Games.numbers(4, 2, 1)))
                .grouping(FeatureGroups.ofColumns(Map.of("both", List.of("a", "b"))))
                .settings())
        .containsEntry(
            "background",
            "background (4 examples, %s)"
                .formatted(Games.background(Games.numbers(4, 2, 1)).sha256()))
        .containsEntry("groups", "columns grouped as {both=[a, b]}");
  }
}
