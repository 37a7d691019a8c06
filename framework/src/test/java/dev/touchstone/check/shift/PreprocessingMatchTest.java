package dev.touchstone.check.shift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreprocessingMatchTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static double[] answer(double light) {
    double p = 1 / (1 + Math.exp(-4 * (light - 0.5)));
    return new double[] {1 - p, p};
  }

  /** Says how light the first channel of a 4 × 4 image is. */
  private static Classifier light() {
    return Models.function(
            "light",
            "1",
            (Tensor batch) ->
                IntStream.range(0, batch.rows())
                    .mapToObj(
                        i -> {
                          double sum = 0;
                          for (int j = 0; j < 16; j++) {
                            sum += batch.row(i)[j];
                          }
                          return answer(sum / 16);
                        })
                    .toArray(double[][]::new))
        .emittingProbabilities();
  }

  /**
   * Two channels, of 1 and 3 at even pixels and examples, and −1 and 1 at others, times a factor.
   */
  private static Dataset images(int n, float factor) {
    float[] values = new float[n * 32];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 32; j++) {
        values[i * 32 + j] = factor * ((j < 16 ? 0 : 2) + ((i + j) % 2 == 0 ? 1 : -1));
      }
    }
    return Dataset.named("images")
        .features(FeatureStore.inMemory(values, 2, 4, 4))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("dark", "light"))
        .build();
  }

  private static double value(Evidence evidence, String quantity, String slice) {
    return evidence.measurements().stream()
        .filter(m -> m.quantity().equals(quantity) && m.slice().equals(slice))
        .findFirst()
        .orElseThrow()
        .estimate()
        .value();
  }

  /** Means 0 and 2 and deviations 1 of the data, expected −½ and 2, and 2 and 1. */
  @Test
  void momentsAreThoseByHand() {
    Evidence evidence =
        PreprocessingMatch.ofStatistics(new double[] {-0.5, 2}, new double[] {2, 1})
            .evaluate(light(), images(60, 1), context);
    assertThat(value(evidence, PreprocessingMatch.SHIFT, "channel 0")).isCloseTo(.25, within(1e-9));
    // About −½ the mean square is (1.5² + .5²)/2 = 1.25, and √1.25 is .559 of 2.
    assertThat(value(evidence, PreprocessingMatch.SPREAD, "channel 0"))
        .isCloseTo(Math.sqrt(1.25) / 2 - 1, within(1e-9));
    assertThat(value(evidence, PreprocessingMatch.SHIFT, "channel 1")).isCloseTo(0, within(1e-9));
    assertThat(value(evidence, PreprocessingMatch.SPREAD, "channel 1")).isCloseTo(0, within(1e-9));
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("mean", "0, expected -0.5")
        .containsEntry("deviation", "1, expected 2");
  }

  /** A column of 1 and 3 with every third value missing has the mean 2 and the deviation 1. */
  @Test
  void missingValuesDoNotCount() {
    float[] values = new float[300];
    for (int i = 0; i < 150; i++) {
      values[2 * i] = i % 3 == 2 ? Float.NaN : i % 2 == 0 ? 1 : 3;
      values[2 * i + 1] = i < 49 ? 0 : Float.NaN;
    }
    Dataset data =
        Dataset.named("table")
            .features(FeatureStore.inMemory(values, 2))
            .featureNames(List.of("pay", "age"))
            .labels(new int[150])
            .classNames(List.of("dark", "light"))
            .allowingMissing()
            .build();
    Dataset pay = data.withFeatures(FeatureStore.inMemory(column(values, 0), 1), "pay");
    Evidence evidence =
        PreprocessingMatch.ofStatistics(new double[] {1}, new double[] {2})
            .evaluate(light(), pay, context);
    assertThat(value(evidence, PreprocessingMatch.SHIFT, "channel 0")).isCloseTo(.5, within(1e-9));
    assertThat(evidence.measurements().get(0).estimate().sampleSize()).isEqualTo(100);
    assertThat(evidence.notes()).anyMatch(note -> note.contains("misses values in 50 examples"));
    assertThatThrownBy(
            () ->
                PreprocessingMatch.ofStatistics(new double[] {2, 0}, new double[] {1, 1})
                    .evaluate(light(), data, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("age of table is whole in 49 examples");
  }

  private static float[] column(float[] rows, int column) {
    float[] values = new float[rows.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows[2 * i + column];
    }
    return values;
  }

  /** Images from 0 to 1 that come as bytes: the answers say so. */
  @Test
  void answersNameWhatBringsThemBack() {
    float[] values = new float[32];
    double sum = 0;
    for (int j = 0; j < 16; j++) {
      values[j] = 15 * j;
      values[16 + j] = 10;
      sum += 15 * j / 255.0 / 16;
    }
    Dataset data =
        Dataset.named("bytes")
            .features(FeatureStore.inMemory(values, 2, 4, 4))
            .labels(0)
            .classNames(List.of("dark", "light"))
            .build();
    Evidence evidence =
        PreprocessingMatch.ofAnswers(new double[][] {answer(sum)}).evaluate(light(), data, context);
    Measurement measured = evidence.measurements().get(0);
    // As bytes it is light for certain.
    assertThat(measured.estimate().value()).isCloseTo(1 - answer(sum)[1], within(1e-6));
    assertThat(measured.estimate().interval(0.95).lower()).isEqualTo(measured.estimate().value());
    assertThat(evidence.notes())
        .anyMatch(
            note -> note.startsWith("nearest to the reference where inputs are divided by 255"));
  }

  @Test
  void answersThatAreTheSameSayNothing() {
    Dataset data = images(3, 0.5f);
    Evidence evidence =
        PreprocessingMatch.ofAnswers(new double[][] {answer(0), answer(0)})
            .evaluate(light(), data, context);
    assertThat(evidence.measurements().get(0).estimate().value()).isCloseTo(0, within(1e-6));
    assertThat(evidence.notes()).noneMatch(note -> note.startsWith("nearest"));
  }

  @Test
  void referencesThatDoNotFitAreRefused() {
    Dataset data = images(60, 1);
    assertThatThrownBy(
            () ->
                PreprocessingMatch.ofStatistics(new double[] {0}, new double[] {1})
                    .evaluate(light(), data, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("1 means for examples of the shape [2, 4, 4]");
    assertThatThrownBy(
            () ->
                PreprocessingMatch.ofStatistics(new double[] {0, 0}, new double[] {1, 1})
                    .evaluate(light(), data.first(49), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("at least 50");
    assertThatThrownBy(
            () ->
                PreprocessingMatch.ofAnswers(new double[][] {{.2, .3, .5}})
                    .evaluate(light(), data, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("of 3 classes");
    assertThatThrownBy(
            () ->
                PreprocessingMatch.ofAnswers(new double[][] {{.5, .5}, {.5, .5}})
                    .evaluate(light(), data.first(1), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("2 reference answers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreprocessingMatch.ofAnswers(new double[][] {{2, -1}}))
        .withMessageContaining("softmax");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreprocessingMatch.ofAnswers(new double[0][]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreprocessingMatch.ofStatistics(new double[] {1}, new double[] {0}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreprocessingMatch.ofStatistics(new double[] {1}, new double[] {1, 2}));
  }
}
