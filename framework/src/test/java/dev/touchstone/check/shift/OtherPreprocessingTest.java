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
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherPreprocessingTest {
  private static final int[] COLOUR = {3, 8, 8};
  private static final int SIZE = 192;
  private static final int CLASSES = 4;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Logits 3W(x − ½) with weights of other sums for each class, so that the range matters. */
  private static double[] logits(float[] x) {
    SplittableRandom weights = new SplittableRandom(11);
    double[] logits = new double[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      for (float value : x) {
        logits[k] += 3 * (weights.nextDouble() - 0.5 + 0.1 * k) * (value - 0.5);
      }
    }
    return logits;
  }

  private static Classifier model() {
    return Models.function(
            "linear",
            "1",
            (Tensor batch) ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> logits(batch.row(i)))
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  /** Images of which the model is right, and then prepared otherwise than it takes them. */
  private static Dataset images(int n, UnaryOperator<float[]> mistake) {
    SplittableRandom random = new SplittableRandom(5);
    float[] all = new float[n * SIZE];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      float[] x = new float[SIZE];
      for (int j = 0; j < SIZE; j++) {
        x[j] = (float) (Math.round(255 * random.nextDouble()) / 255.0);
      }
      double[] logits = logits(x);
      labels[i] =
          IntStream.range(0, CLASSES)
              .reduce((a, b) -> logits[a] >= logits[b] ? a : b)
              .orElseThrow();
      System.arraycopy(mistake.apply(x), 0, all, i * SIZE, SIZE);
    }
    return Dataset.named("images")
        .features(FeatureStore.inMemory(all, COLOUR))
        .labels(labels)
        .classNames(List.of("a", "b", "c", "d"))
        .build();
  }

  private static float[] change(float[] x, String mistake) {
    float[] y = new float[SIZE];
    for (int c = 0; c < 3; c++) {
      for (int r = 0; r < 8; r++) {
        for (int k = 0; k < 8; k++) {
          int at = (c * 8 + r) * 8 + k;
          float v = x[at];
          switch (mistake) {
            case "bytes" -> y[at] = v * 255;
            case "signed" -> y[at] = 2 * v - 1;
            case "ImageNet" ->
                y[at] =
                    (float)
                        ((v - new double[] {.485, .456, .406}[c])
                            / new double[] {.229, .224, .225}[c]);
            case "BGR" -> y[((2 - c) * 8 + r) * 8 + k] = v;
            case "BGR and bytes" -> y[((2 - c) * 8 + r) * 8 + k] = v * 255;
            case "last" -> y[(r * 8 + k) * 3 + c] = v;
            case "inverted" -> y[at] = 1 - v;
            case "transposed" -> y[(c * 8 + k) * 8 + r] = v;
            case "upside" -> y[(c * 8 + 7 - r) * 8 + k] = v;
            case "mirrored" -> y[(c * 8 + r) * 8 + 7 - k] = v;
            default -> throw new IllegalArgumentException(mistake);
          }
        }
      }
    }
    return y;
  }

  /** What undoes a mistake makes the model right of all again, and is named first. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes         | divided by 255 (0 to 1)",
        "signed        | (x + 1) / 2 (0 to 1)",
        "ImageNet      | the normalisation of ImageNet undone (0 to 1)",
        "BGR           | channels reversed (BGR for RGB)",
        "BGR and bytes | divided by 255 (0 to 1), channels reversed",
        "last          | read as channels last",
        "inverted      | inverted (light for dark)",
        "transposed    | transposed (rows for columns)",
        "upside        | upside down",
        "mirrored      | mirrored"
      })
  void aMistakeIsNamedByWhatUndoesIt(String mistake, String undoing) {
    Evidence evidence =
        OtherPreprocessing.withDefaults()
            .evaluate(model(), images(120, x -> change(x, mistake)), context);
    Measurement first = evidence.measurements().get(0);
    assertThat(first.slice()).isEqualTo(undoing);
    assertThat(first.estimate().interval(0.95).lower()).isGreaterThan(0.05);
    assertThat(evidence.worst().get(0).subject()).isEqualTo(undoing);
    assertThat(
            evidence.context().stream()
                .filter(m -> m.quantity().equals("right") && m.slice().equals(undoing))
                .findFirst()
                .orElseThrow()
                .estimate()
                .value())
        .isGreaterThan(0.99);
  }

  @Test
  void noneIsBetterThanTheRightOne() {
    Evidence evidence =
        OtherPreprocessing.withDefaults()
            .evaluate(model(), images(120, UnaryOperator.identity()), context);
    assertThat(evidence.measurements())
        .hasSizeGreaterThan(12)
        .allSatisfy(m -> assertThat(m.estimate().value()).isLessThanOrEqualTo(0))
        .allSatisfy(m -> assertThat(m.estimate().interval(0.95).upper()).isLessThan(0.03));
  }

  /**
   * One pixel, class 1 above ½, and values to which a half was added: of 0.1, 0.2, 0.9 and 1 it
   * takes all for class 1. Without the half the first two become right, and by the logistic
   * function p of the right class changes by what is written out here.
   */
  @Test
  void gainsAreDifferencesOnTheSameExamples() {
    Classifier model =
        Models.function(
                "threshold",
                "1",
                (Tensor batch) ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(
                            i -> {
                              double z = 5 * (batch.row(i)[0] - 0.5);
                              return new double[] {-z, z};
                            })
                        .toArray(double[][]::new))
            .emittingLogits();
    float[] values = new float[40];
    int[] labels = new int[40];
    float[] four = {0.1f, 0.2f, 0.9f, 1};
    double expected = 0;
    for (int i = 0; i < 40; i++) {
      float value = four[i % 4];
      values[i] = value + 0.5f;
      labels[i] = i % 4 < 2 ? 0 : 1;
      double now = 1 / (1 + Math.exp(-10 * (value - 0.5)));
      double given = 1 / (1 + Math.exp(-10 * value));
      expected += (labels[i] == 1 ? now - given : given - now) / 40;
    }
    Dataset data =
        Dataset.named("pixels")
            .features(FeatureStore.inMemory(values, 1))
            .labels(labels)
            .classNames(List.of("dark", "light"))
            .build();
    Preprocessing less =
        new Preprocessing() {
          @Override
          public String name() {
            return "less a half";
          }

          @Override
          public float[] apply(float[] example, int[] shape) {
            return new float[] {example[0] - 0.5f};
          }
        };
    Evidence evidence = OtherPreprocessing.of(less).evaluate(model, data, context);
    assertThat(evidence.measurements()).hasSize(1);
    // Right are 50 points more, which is the larger gain.
    assertThat(expected).isLessThan(0.5);
    assertThat(evidence.measurements().get(0).estimate().value()).isCloseTo(expected, within(1e-6));
  }

  /**
   * Trained on columns that were standardised, and given as they are; a missing value, for which
   * the model takes the mean, says nothing of the rest of its column.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tablesAreTriedStandardised(boolean missing) {
    SplittableRandom random = new SplittableRandom(2);
    int n = 300;
    float[] values = new float[n * 2];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      double a = random.nextDouble() * 2 - 1;
      double b = random.nextDouble() * 2 - 1;
      values[2 * i] = (float) (40 + 12 * a);
      values[2 * i + 1] = (float) (30_000 + 9000 * b);
      labels[i] = a > b ? 1 : 0;
      if (missing && i % 20 == 0) {
        values[2 * i] = Float.NaN;
      }
    }
    Classifier model =
        Models.function(
                "difference",
                "1",
                (Tensor batch) ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(
                            i -> {
                              float age = batch.row(i)[0];
                              double z = 3 * ((Float.isNaN(age) ? 0 : age) - batch.row(i)[1]);
                              return new double[] {-z, z};
                            })
                        .toArray(double[][]::new))
            .emittingLogits();
    Dataset data =
        Dataset.named("people")
            .features(FeatureStore.inMemory(values, 2))
            .featureNames(List.of("age", "pay"))
            .labels(labels)
            .classNames(List.of("no", "yes"))
            .allowingMissing()
            .build();
    Evidence evidence = OtherPreprocessing.withDefaults().evaluate(model, data, context);
    assertThat(evidence.measurements().get(0).slice()).startsWith("each column");
    assertThat(evidence.measurements().get(0).estimate().interval(0.95).lower()).isGreaterThan(0.3);
    assertThat(evidence.notes())
        .anyMatch(note -> note.startsWith("changes nothing") && note.contains("alphabetical"));
  }

  @Test
  void fewExamplesAndChangesOfShapeAreRefused() {
    Dataset data = images(40, UnaryOperator.identity());
    assertThatThrownBy(
            () -> OtherPreprocessing.withDefaults().evaluate(model(), data.first(29), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("at least 30");
    Preprocessing shorter =
        new Preprocessing() {
          @Override
          public String name() {
            return "cut";
          }

          @Override
          public float[] apply(float[] example, int[] shape) {
            return Arrays.copyOf(example, 3);
          }
        };
    assertThatThrownBy(() -> OtherPreprocessing.of(shorter).evaluate(model(), data, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("made 3 values of an example of 192");
    assertThatIllegalArgumentException().isThrownBy(OtherPreprocessing::of);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtherPreprocessing.withDefaults().withExamples(5));
  }
}
