package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertNotBetterUnderOtherPreprocessing;
import static dev.touchstone.assertions.ModelAssertions.assertPreprocessingMatches;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.check.shift.PreprocessingMatch;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreprocessingAssertionTest {
  private static final int N = 400;

  /** Right of values from 0 to 1 that lie on either side of a half, and not quite sure. */
  private static final Classifier MODEL =
      Models.function(
              "half",
              "1",
              batch -> {
                double[][] answers = new double[batch.rows()][];
                for (int i = 0; i < answers.length; i++) {
                  double p = Math.min(1, Math.max(0, batch.row(i)[0]));
                  answers[i] = new double[] {1 - p, p};
                }
                return answers;
              })
          .emittingProbabilities();

  private static Dataset pixels(float factor) {
    float[] x = new float[N];
    for (int i = 0; i < N; i++) {
      x[i] = factor * i / (N - 1);
    }
    return Dataset.named("pixels")
        .features(FeatureStore.inMemory(x, 1))
        .labels(IntStream.range(0, N).map(i -> 2 * i < N ? 0 : 1).toArray())
        .build();
  }

  @Test
  void bytesInThePlaceOfSharesAreNamed() {
    ModelAssertionError error =
        catchThrowableOfType(
            ModelAssertionError.class,
            () -> assertNotBetterUnderOtherPreprocessing(MODEL, pixels(255), byAtMost(0.03)));
    assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
    assertThat(error).hasMessageContaining("divided by 255");
  }

  @Test
  void sharesAreAsTheyShouldBe() {
    assertThat(assertNotBetterUnderOtherPreprocessing(MODEL, pixels(1), byAtMost(0.05)).outcome())
        .isEqualTo(Outcome.PASS);
  }

  /** Of 0 to 1 in equal steps: mean ½, deviation 1/√12. */
  @Test
  void statisticsAndAnswersOfTrainingAreCompared() {
    PreprocessingMatch moments =
        PreprocessingMatch.ofStatistics(new double[] {0.5}, new double[] {1 / Math.sqrt(12)});
    assertThat(assertPreprocessingMatches(MODEL, pixels(1), moments, atMost(0.15)).outcome())
        .isEqualTo(Outcome.PASS);
    for (float factor : new float[] {255, 0.5f}) {
      ModelAssertionError error =
          catchThrowableOfType(
              ModelAssertionError.class,
              () -> assertPreprocessingMatches(MODEL, pixels(factor), moments, atMost(0.15)));
      assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
    }
    PreprocessingMatch answers = PreprocessingMatch.ofAnswers(new double[][] {{1, 0}});
    assertThat(
            assertThatModel(MODEL).on(pixels(1)).hasPreprocessing(answers, atMost(0.01)).outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void tolerancesAreSharesThatMayBeAtMostSoLarge() {
    assertThatThrownBy(
            () -> assertNotBetterUnderOtherPreprocessing(MODEL, pixels(1), atLeast(0.03)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write atMost(0.03)");
    assertThatThrownBy(
            () ->
                assertPreprocessingMatches(
                    MODEL,
                    pixels(1),
                    PreprocessingMatch.ofAnswers(new double[][] {{1, 0}}),
                    atMost(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write atMost(0.05)");
  }
}
