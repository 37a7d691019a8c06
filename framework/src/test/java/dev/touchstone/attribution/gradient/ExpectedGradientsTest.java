package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against closed forms, and the mean of Captum's integrals over a background. */
class ExpectedGradientsTest {

  private record Captums(
      double[][] background,
      double[][] expectedGradients,
      double[][] gradientShap,
      double gradientShapDistanceOfTwoRuns,
      double gradientShapDistanceToLimit) {}

  private static final Captums CAPTUM = CaptumFamily.read("family-samples.json", Captums.class);

  private final RunContext context = RunContext.current();

  private static Dataset background(float[] values, int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return Dataset.named("background")
        .features(FeatureStore.inMemory(values, shape))
        .labels(new int[values.length / size])
        .classNames(List.of("any"))
        .build();
  }

  private static Dataset captums() {
    float[] values = new float[6 * 256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) CAPTUM.background()[i / 256][i % 256];
    }
    return background(values, 1, 16, 16);
  }

  @Test
  void tendsToTheMeanOfCaptumsIntegralsOverTheBackground() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    ExpectedGradients method = ExpectedGradients.against(captums());
    Attribution few = cnn.explained("cnn", method);
    Attribution many = cnn.explained("cnn", method.withSteps(400));

    assertThat(few.rule()).isEqualTo("secant rule");
    assertThat(distance(many.maps(), CAPTUM.expectedGradients())).isLessThan(1e-3);
    // With 24 gradients an example, where Captum's error of n is that of 4,000 times √(4000 / n).
    assertThat(distance(few.maps(), CAPTUM.expectedGradients()))
        .isLessThan(CAPTUM.gradientShapDistanceToLimit() * Math.sqrt(4000 / 600.0));
    assertThat(few.fidelity(Fidelity.STANDARD_ERROR)).isEmpty();
    assertThat(few.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().relative())
        .containsExactly(new double[2], within(1e-9));
  }

  @Test
  void isWhatCaptumsGradientShapVariesAround() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    Attribution many = cnn.explained("cnn", ExpectedGradients.against(captums()).withSteps(50));
    // Two runs lie √2 as far apart as one from the limit.
    assertThat(distance(many.maps(), CAPTUM.gradientShap()))
        .isLessThan(CAPTUM.gradientShapDistanceOfTwoRuns());
  }

  @Test
  void theBoundOfWhatTheStepsLeaveCoversIt() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    Attribution few =
        cnn.explained("cnn", ExpectedGradients.against(captums()).measuringItsError());
    for (int i = 0; i < 2; i++) {
      double error = Maps.distance(few.maps()[i], CAPTUM.expectedGradients()[i]);
      assertThat(few.fidelity(Fidelity.HALVING_ERROR).orElseThrow().values()[i])
          .isBetween(error, 10 * error);
    }
  }

  /** The gradient w of a linear model: M = w ⊙ (x − the drawn baselines' mean). */
  private static FakeGradients linear() {
    return new FakeGradients(row -> new double[] {2, -3}, 16);
  }

  @Test
  void ofALinearModelItIsTheWayFromTheMeanBaseline() {
    Dataset background = background(new float[] {1, 0, 3, 4}, 2);
    Attribution map =
        ExpectedGradients.against(background)
            .attribute(linear(), Tensor.of(new float[] {5, 1}, 1, 2), Quantity.ofClass(0), context);

    assertThat(map.maps()[0]).containsExactly(new double[] {2 * 3, -3 * -1}, within(1e-12));
  }

  @Test
  void ofASquareMidpointsAreExact() {
    // f = x²: from b to x the integral is x² − b².
    FakeGradients square = new FakeGradients(row -> new double[] {2.0 * row[0]}, 16);
    Attribution map =
        ExpectedGradients.against(background(new float[] {1, 3}, 1))
            .attribute(square, Tensor.of(new float[] {5}, 1, 1), Quantity.ofClass(0), context);

    assertThat(map.maps()[0]).containsExactly(new double[] {25 - 5}, within(1e-5));
  }

  /**
   * Of 100 baselines in a background of 400, the mean's standard error is s √((1 − 1/4) / 100) a
   * value: errors of 200 examples have it as their root mean square, and the figure as its value.
   */
  @Test
  void theStandardErrorIsThatOfSamplesWithoutReplacement() {
    Random random = new Random(5);
    float[] values = new float[800];
    double[] mean = new double[2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
      mean[i % 2] += values[i] / 400;
    }
    double variance = 0;
    for (int i = 0; i < values.length; i++) {
      variance += Math.pow((i % 2 == 0 ? 2 : 3) * (values[i] - mean[i % 2]), 2) / 399;
    }
    double expected = Math.sqrt(variance * 0.75 / 100);
    int examples = 200;
    float[] batch = new float[2 * examples];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = i;
    }
    Attribution map =
        ExpectedGradients.against(background(values, 2))
            .withSamples(100)
            .attribute(linear(), Tensor.of(batch, examples, 2), Quantity.ofClass(0), context);
    double squares = 0;
    for (int i = 0; i < examples; i++) {
      squares += Math.pow(map.maps()[i][0] - 2 * (2 * i - mean[0]), 2);
      squares += Math.pow(map.maps()[i][1] + 3 * (2 * i + 1 - mean[1]), 2);
    }
    double[] figures = map.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values();

    assertThat(Arrays.stream(figures).average().orElseThrow())
        .isCloseTo(expected, within(0.03 * expected));
    assertThat(Math.sqrt(squares / examples)).isCloseTo(expected, within(0.15 * expected));
  }

  @Test
  void aMapDoesNotDependOnTheBatch() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    ExpectedGradients method = ExpectedGradients.against(captums()).withSamples(3);
    double[][] together = cnn.explained("cnn", method).maps();
    double[][] alone =
        method
            .attribute(
                CaptumFamily.model("cnn"),
                cnn.batch().select(1),
                Quantity.ofClass(cnn.targets()[1]),
                context)
            .maps();
    assertThat(distance(alone, new double[][] {together[1]})).isLessThan(1e-12);
  }

  @Test
  void workIsCutToTheMemoryBudget() {
    FakeGradients model = linear();
    ExpectedGradients.against(background(new float[2000], 2))
        .attribute(model, Tensor.of(new float[6], 3, 2), Quantity.ofClass(0), context);
    assertThat(model.largestBatch).isEqualTo(16);
    assertThat(model.rows).isEqualTo(3 * 50 * 4);
  }

  @Test
  void theSettingsNameTheBackgroundByItsHash() {
    assertThat(ExpectedGradients.against(captums()).settings())
        .containsEntry("background", captums().sha256());
  }

  @Test
  void aBackgroundOfAnotherShapeIsRefused() {
    ExpectedGradients method = ExpectedGradients.against(background(new float[6], 3));
    Tensor batch = Tensor.of(new float[2], 1, 2);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> method.attribute(linear(), batch, Quantity.ofClass(0), context))
        .withMessage(
            "the background background has examples of the shape [3], and what is explained has the"
                + " shape [2]; give a background of the same data");
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    ExpectedGradients method = ExpectedGradients.against(captums());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.withSamples(1))
        .withMessageContaining("were 1; of a single baseline use IntegratedGradients");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.withSteps(0))
        .withMessageContaining("were 0");
  }
}
