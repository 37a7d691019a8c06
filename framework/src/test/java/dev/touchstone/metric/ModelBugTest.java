package dev.touchstone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.model.Predictions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBugTest {
  private static final double[] PREDICTED = {0.2, 0.5, 0.3};

  @ParameterizedTest
  @CsvSource({"1, 1.6", "2, 0.9899494936611666", "Infinity, 0.8"})
  void theDistanceIsTheNormOfTheDifferences(double p, double expected) {
    // Label 0: differences 0.8, 0.5, 0.3.
    assertThat(ModelBug.withNorm(p).tolerance(1).distance(PREDICTED, 0))
        .isCloseTo(expected, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, 2, 7, Double.POSITIVE_INFINITY})
  void inTwoClassesTheDistanceDependsOnTheTrueClassAlone(double p) {
    assertThat(ModelBug.withNorm(p).tolerance(1).distance(new double[] {0.7, 0.3}, 1))
        .isCloseTo(Math.pow(2, 1 / p) * 0.7, within(1e-12));
  }

  @Test
  void theToleranceItselfIsABug() {
    double[] even = {0.5, 0.5};
    assertThat(ModelBug.withNorm(1).tolerance(1).occursAt(even, 0)).isTrue();
    assertThat(ModelBug.withNorm(1).tolerance(Math.nextUp(1)).occursAt(even, 0)).isFalse();
  }

  @Test
  void theDistanceOfASetIsTheNormOfAllItsDifferences() {
    Predictions predictions = Predictions.of(new double[][] {{1, 0}, {0.9, 0.1}, {0.4, 0.6}});
    int[] labels = {0, 0, 0};
    ModelBug bug = ModelBug.withNorm(2).tolerance(0.8);

    // √(0.1² + 0.1² + 0.6² + 0.6²)
    assertThat(bug.distance(predictions, labels, 1, 2)).isCloseTo(Math.sqrt(0.74), within(1e-12));
    assertThat(bug.occursOn(predictions, labels, 1, 2)).isTrue();
    assertThat(bug.occursOn(predictions, labels, 0, 1)).isFalse();
    assertThat(bug.occursAt(predictions.probabilities(2), 0)).isTrue();
  }

  @Test
  void aPerfectPredictionIsNoBug() {
    assertThat(ModelBug.withNorm(2).tolerance(Double.MIN_VALUE).occursAt(new double[] {0, 1}, 1))
        .isFalse();
  }

  @Test
  void aNormBelowOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelBug.withNorm(0.5))
        .withMessage("a norm needs p >= 1, was 0.5");
  }

  @Test
  void aToleranceOfZeroIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelBug.withNorm(2).tolerance(0))
        .withMessage("a tolerance must be above 0 and finite, was 0.0");
  }

  @Test
  void noExamplesAreNoSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ModelBug.withNorm(2)
                    .tolerance(1)
                    .distance(Predictions.of(new double[0][]), new int[0]))
        .withMessage("no examples have no distance from their labels");
  }
}
