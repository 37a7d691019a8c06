package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OcclusionTest {

  @Test
  void ofSingleColumnsItIsWhatTheScoreFallsByEach() {
    Tensor examples = Tensor.of(new float[] {2, 3, 5, 1, 0, 4}, 2, 3);

    double[][] maps =
        Games.explained(
                Occlusion.withWindow(1).withBaseline(1, 0, 2),
                x -> x[0] * x[1] + 4 * x[2],
                examples)
            .maps();

    assertThat(maps).isDeepEqualTo(new double[][] {{3, 6, 12}, {0, 0, 8}});
  }

  /** Of five values, windows of two by steps of two cover 0 1, 2 3, and what is left: 4. */
  @Test
  void theLastWindowIsCutOffAtTheEnd() {
    Tensor example = Tensor.of(new float[] {1, 2, 3, 4, 5}, 1, 5);

    double[] map =
        Games.explained(
                Occlusion.withWindow(2).withStrides(2), x -> Arrays.stream(x).sum(), example)
            .maps()[0];

    assertThat(map).containsExactly(new double[] {3, 3, 7, 7, 5}, within(0.0));
  }

  @Test
  void valuesUnderSeveralWindowsHaveTheirMean() {
    Tensor example = Tensor.of(new float[] {1, 2, 4}, 1, 3);

    double[] map =
        Games.explained(Occlusion.withWindow(2), x -> Arrays.stream(x).sum(), example).maps()[0];

    assertThat(map).containsExactly(new double[] {3, 4.5, 6}, within(0.0));
  }

  @Test
  void channelsBeforeTheWindowAreCoveredAsAWhole() {
    Tensor image = Tensor.of(new float[] {1, 2, 3, 4, 10, 20, 30, 40}, 1, 2, 2, 2);

    double[] map =
        Games.explained(Occlusion.withWindow(1, 1), x -> Arrays.stream(x).sum(), image).maps()[0];

    assertThat(map).containsExactly(new double[] {11, 22, 33, 44, 11, 22, 33, 44}, within(0.0));
  }

  @Test
  void aWindowLargerThanTheExampleIsRefused() {
    Occlusion method = Occlusion.withWindow(3, 3);
    Tensor image = Tensor.of(new float[8], 1, 2, 2, 2);

    assertThatThrownBy(() -> Games.explained(method, x -> x[0], image))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "a window of [3, 3] does not fit into an example of the shape [2, 2, 2]; give the sizes"
                + " of its last axes, none larger");
  }

  @Test
  void aWindowOfMoreAxesThanTheExampleIsRefused() {
    Occlusion method = Occlusion.withWindow(1, 1);
    Tensor row = Tensor.of(new float[2], 1, 2);

    assertThatThrownBy(() -> Games.explained(method, x -> x[0], row))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("a window of [1, 1] does not fit into an example of the shape [2]");
  }

  @Test
  void stridesThatLeaveValuesUncoveredAreRefused() {
    Occlusion method = Occlusion.withWindow(2, 2);

    assertThatThrownBy(() -> method.withStrides(2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "strides [2, 3] of a window of [2, 2]; give one for each size, none above it, so that"
                + " every value is covered");
    assertThatThrownBy(() -> Occlusion.withWindow(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sizes of a window must be at least 1, one for each of its axes, were [0]");
  }
}
