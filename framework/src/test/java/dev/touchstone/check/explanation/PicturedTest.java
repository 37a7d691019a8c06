package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PicturedTest {
  @ParameterizedTest
  @ValueSource(ints = {17, 18, 30, 54, 201})
  void ofManyStepsSixteenAtEqualDistancesAreShownFromTheFirstToTheLast(int steps) {
    int[] shown = IntStream.range(0, steps).filter(i -> Pictured.shows(i, steps)).toArray();
    assertThat(shown).hasSize(16).startsWith(0).endsWith(steps - 1);
    double distance = (steps - 1) / 15.0;
    assertThat(IntStream.range(1, 16).map(i -> shown[i] - shown[i - 1]))
        .allSatisfy(d -> assertThat(d).isBetween((int) distance, (int) Math.ceil(distance)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void ofFewStepsAllAreShown(int steps) {
    assertThat(IntStream.range(0, steps).filter(i -> Pictured.shows(i, steps)).count())
        .isEqualTo(steps);
  }
}
