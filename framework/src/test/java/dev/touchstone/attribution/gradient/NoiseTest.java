package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Second moments of gradients over noise, against closed forms and Captum's noise tunnel of 4,000
 * samples.
 */
class NoiseTest {
  private static final double SIGMA = 0.3;

  /** Examples range from 0 to 1, so that shares of the range are σ. */
  private static final int SIZE = 64;

  private record Captums(
      double[][] smoothGradSquared,
      double smoothGradSquaredDistanceOfTwoRuns,
      double[][] varGrad,
      double varGradDistanceOfTwoRuns,
      double[][] varGradOfAbsolute,
      double varGradOfAbsoluteDistanceOfTwoRuns) {}

  private static final Captums CAPTUM = CaptumFamily.read("family-samples.json", Captums.class);

  private final RunContext context = RunContext.current();

  private static float[] ramp(int size) {
    float[] x = new float[size];
    for (int j = 0; j < size; j++) {
      x[j] = j / (size - 1f);
    }
    return x;
  }

  /** Of a sum of functions of one value each, with this derivative. */
  private Attribution explained(AttributionMethod method, DoubleUnaryOperator slope, float... x) {
    FakeGradients model =
        new FakeGradients(
            row -> {
              double[] gradient = new double[row.length];
              Arrays.setAll(gradient, j -> slope.applyAsDouble(row[j]));
              return gradient;
            },
            100);
    return method.attribute(model, Tensor.of(x, 1, x.length), Quantity.ofClass(0), context);
  }

  private static double standardError(Attribution attribution) {
    return attribution.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values()[0];
  }

  private static double error(Attribution attribution, DoubleUnaryOperator expected, float... x) {
    double squares = 0;
    for (int j = 0; j < x.length; j++) {
      squares += Math.pow(attribution.maps()[0][j] - expected.applyAsDouble(x[j]), 2);
    }
    return Math.sqrt(squares);
  }

  /**
   * Of f = Σ x²/2: the gradient is x + ε, a pair's mean x, and the mean of its squares x² + ε², of
   * variance 2σ⁴. So both x² + σ² and σ² have the standard error σ² √(2 d / N) over N pairs.
   */
  @Test
  void momentsOfALinearGradientAreTheirClosedForms() {
    int pairs = 500;
    float[] x = ramp(SIZE);
    double expected = SIGMA * SIGMA * Math.sqrt(2.0 * SIZE / pairs);
    Attribution squares =
        explained(
            SmoothGradSquared.withDefaults().withSamples(2 * pairs).withNoise(SIGMA),
            slope -> slope,
            x);
    Attribution variances =
        explained(VarGrad.withDefaults().withSamples(2 * pairs).withNoise(SIGMA), v -> v, x);

    // As in FidelityTest: 32,000 squares, and a root of 64 squares.
    assertThat(standardError(squares)).isCloseTo(expected, within(0.05 * expected));
    assertThat(error(squares, v -> v * v + SIGMA * SIGMA, x))
        .isCloseTo(expected, within(0.3 * expected));
    assertThat(standardError(variances)).isCloseTo(expected, within(0.05 * expected));
    assertThat(error(variances, v -> SIGMA * SIGMA, x)).isCloseTo(expected, within(0.3 * expected));
  }

  /**
   * Of f = Σ x³/3 the gradient has the mean x² + σ², a pair's mean x² + ε², and the variance 4x²σ²
   * + 2σ⁴. At 0 dividing by the number of samples would give σ⁴ on average over two pairs.
   */
  @Test
  void aVarianceOfTwoPairsHasNoBias() {
    float[] x = new float[40_000];
    x[0] = 1;
    Attribution variances =
        explained(VarGrad.withDefaults().withSamples(4).withNoise(SIGMA), v -> v * v, x);
    double mean = Arrays.stream(variances.maps()[0], 1, x.length).average().orElseThrow();
    double fourth = Math.pow(SIGMA, 4);
    // The estimate's variance is below 40 σ⁸ a value: of 40,000 of them the mean's is 0.03 σ⁴.
    assertThat(mean).isCloseTo(2 * fourth, within(0.15 * fourth));
  }

  /** A pair's mean is x² + ε², of variance 2σ⁴; its square has 2(x² + σ²) times the error. */
  @Test
  void theSquareOfTheMeanIsTheThesissAndHasItsStandardError() {
    int pairs = 500;
    float[] x = ramp(SIZE);
    Attribution squared =
        explained(
            SmoothGradSquared.withDefaults()
                .squaringTheMean()
                .withSamples(2 * pairs)
                .withNoise(SIGMA),
            v -> v * v,
            x);
    double[] mean =
        explained(SmoothGrad.withDefaults().withSamples(2 * pairs).withNoise(SIGMA), v -> v * v, x)
            .maps()[0];
    double squares = 0;
    for (float value : x) {
      double slope = 2 * (value * value + SIGMA * SIGMA);
      squares += slope * slope * 2 * Math.pow(SIGMA, 4) / pairs;
    }
    double expected = Math.sqrt(squares);

    assertThat(squared.maps()[0])
        .containsExactly(Arrays.stream(mean).map(m -> m * m).toArray(), within(1e-12));
    assertThat(standardError(squared)).isCloseTo(expected, within(0.1 * expected));
  }

  @Test
  void magnitudesVaryLessThanSignedGradientsAroundAKink() {
    // f = Σ x²/2 at 0: |ε| has the variance (1 − 2/π) σ².
    float[] x = new float[SIZE];
    x[0] = 1;
    Attribution variances =
        explained(
            VarGrad.withDefaults().withAbsoluteGradient().withSamples(2000).withNoise(SIGMA),
            v -> v,
            x);
    double mean = Arrays.stream(variances.maps()[0], 1, SIZE).average().orElseThrow();
    double expected = (1 - 2 / Math.PI) * SIGMA * SIGMA;
    assertThat(mean).isCloseTo(expected, within(0.03 * expected));
  }

  private double[][] ofCnn(AttributionMethod method) {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    Tensor one = cnn.batch().select(0);
    return method
        .attribute(CaptumFamily.model("cnn"), one, Quantity.ofClass(cnn.targets()[0]), context)
        .maps();
  }

  /** Captum's noise of 0.1 is absolute. */
  private static double share() {
    float smallest = 1;
    float largest = 0;
    for (float value : CaptumFamily.of("cnn").batch().row(0)) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    return 0.1 / (largest - smallest);
  }

  @Test
  void theyAgreeWithCaptumsAsWellAsCaptumWithItself() {
    SmoothGradSquared squared =
        SmoothGradSquared.withDefaults().withSamples(4000).withNoise(share());
    VarGrad variance = VarGrad.withDefaults().withSamples(4000).withNoise(share());

    assertThat(distance(ofCnn(squared), CAPTUM.smoothGradSquared()))
        .isLessThan(1.3 * CAPTUM.smoothGradSquaredDistanceOfTwoRuns());
    assertThat(distance(ofCnn(variance), CAPTUM.varGrad()))
        .isLessThan(1.3 * CAPTUM.varGradDistanceOfTwoRuns());
    assertThat(distance(ofCnn(variance.withAbsoluteGradient()), CAPTUM.varGradOfAbsolute()))
        .isLessThan(1.3 * CAPTUM.varGradOfAbsoluteDistanceOfTwoRuns());
  }

  @Test
  void theirVariantsDifferInTheirSettings() {
    assertThat(VarGrad.withDefaults().settings())
        .isNotEqualTo(VarGrad.withDefaults().withAbsoluteGradient().settings());
    assertThat(SmoothGradSquared.withDefaults().settings())
        .isNotEqualTo(SmoothGradSquared.withDefaults().squaringTheMean().settings());
  }

  @Test
  void aVarianceNeedsTwoPairs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VarGrad.withDefaults().withSamples(2))
        .withMessageContaining("two pairs")
        .withMessageEndingWith("was 2");
  }
}
