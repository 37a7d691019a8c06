package dev.touchstone.attribution.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures against what they are by hand. */
class FidelityTest {
  private final RunContext context = RunContext.current();

  private static Classifier model(OnnxBuilder onnx) {
    return Models.whiteBox("by hand", OnnxFile.of(onnx.bytes(), "by hand").whiteBox("cpu"))
        .emittingLogits();
  }

  /** Scores (2 x₀ − 3 x₁ + 1, x₀ + 5 x₁ − 4). */
  private static Classifier linear() {
    return model(
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("w", new float[] {2, 1, -3, 5}, 2, 2)
            .weights("b", new float[] {1, -4}, 2)
            .node("Gemm", List.of("x", "w", "b"), "y")
            .output("y", 0, 2));
  }

  /** One score, max(0, x − 1), written so that it has no secant. */
  private static Classifier rectified() {
    return model(
        new OnnxBuilder()
            .input("x", 0, 1)
            .weights("one", new float[] {1}, 1)
            .weights("zero", new float[] {0}, 1)
            .node("Sub", List.of("x", "one"), "d")
            .node("Greater", List.of("d", "zero"), "positive")
            .node("Where", List.of("positive", "d", "zero"), "y")
            .output("y", 0, 1));
  }

  private static double[] values(Attribution attribution, String name) {
    return attribution.fidelity(name).orElseThrow().values();
  }

  @Test
  void aLinearModelIsComplete() {
    Tensor batch = Tensor.of(new float[] {3, 1, -1, 2}, 2, 2);
    Attribution attribution =
        IntegratedGradients.withDefaults()
            .withBaseline(1, -1)
            .attribute(linear(), batch, Quantity.difference(0, 1), context);

    // The difference's slopes are (1, −8), from (1, −1).
    assertThat(attribution.maps()[0]).containsExactly(new double[] {2, -16}, within(1e-5));
    assertThat(attribution.maps()[1]).containsExactly(new double[] {-2, -24}, within(1e-5));
    assertThat(values(attribution, Fidelity.COMPLETENESS_RESIDUAL))
        .containsExactly(new double[2], within(1e-5));
    assertThat(attribution.quantity().describe()).isEqualTo("class 0 minus class 1");
    assertThat(attribution.exampleShape()).containsExactly(2);
  }

  @Test
  void midpointsOnAKinkMissByWhatTheyDoByHand() {
    // From 0 to 3 the score rises by 2. Midpoints see the slope 1 beyond x = 1: of two at 2.25, of
    // four at 1.125, 1.875 and 2.625.
    Tensor three = Tensor.of(new float[] {3}, 1, 1);
    Attribution two =
        IntegratedGradients.withDefaults()
            .withSteps(2)
            .attribute(rectified(), three, Quantity.ofClass(1), context);
    Attribution four =
        IntegratedGradients.withDefaults()
            .withSteps(4)
            .measuringItsError()
            .attribute(rectified(), three, Quantity.ofClass(1), context);

    assertThat(two.rule()).isEqualTo("midpoint rule");
    assertThat(two.maps()[0][0]).isEqualTo(1.5);
    assertThat(values(two, Fidelity.COMPLETENESS_RESIDUAL)).containsExactly(-0.5);
    assertThat(two.fidelity().get(0).relative()).containsExactly(1.0 / 3);
    assertThat(two.fidelity(Fidelity.HALVING_ERROR)).isEmpty();
    assertThat(four.maps()[0][0]).isEqualTo(2.25);
    assertThat(values(four, Fidelity.COMPLETENESS_RESIDUAL)).containsExactly(0.25);
    // |2.25 − 1.5| and half of |1.5 − 3|.
    assertThat(values(four, Fidelity.HALVING_ERROR)).containsExactly(0.75);
    assertThat(four.fidelity().get(1).relative()).containsExactly(1.0 / 3);
  }

  @Test
  void measuringTheErrorLeavesTheMapsAsTheyAre() {
    IntegratedGradients method = IntegratedGradients.withDefaults();
    Tensor batch = CaptumNumbers.inputs();
    Quantity quantity = Quantity.ofClass(CaptumNumbers.targets());

    assertThat(method.measuringItsError().settings())
        .containsAllEntriesOf(method.settings())
        .isNotEqualTo(method.settings());
    assertThat(
            method
                .measuringItsError()
                .attribute(CaptumNumbers.CNN, batch, quantity, context)
                .maps())
        .isDeepEqualTo(method.attribute(CaptumNumbers.CNN, batch, quantity, context).maps());
  }

  @Test
  void smoothGradOfAQuadraticHasNoStandardErrorSinceNoiseCancelsInEveryPair() {
    // f = x₀² + x₀ x₁: both gradients of a pair lie on either side of the one at x.
    FakeGradients quadratic = new FakeGradients(x -> new double[] {2 * x[0] + x[1], x[0]}, 64);
    Attribution attribution =
        SmoothGrad.withDefaults()
            .attribute(
                quadratic, Tensor.of(new float[] {1, 3}, 1, 2), Quantity.ofClass(0), context);

    assertThat(attribution.maps()[0]).containsExactly(new double[] {5, 1}, within(1e-6));
    assertThat(values(attribution, Fidelity.STANDARD_ERROR))
        .containsExactly(new double[1], within(1e-6));
  }

  /**
   * f = Σ x³: a pair's mean is 3 (x² + ε²), of variance 9 · 2 σ⁴, so that d values of N pairs have
   * the standard error σ² √(18 d / N) together; and the map is 3 (x² + σ²).
   */
  @Test
  void smoothGradOfACubicHasTheStandardErrorOfItsClosedForm() {
    int d = 64;
    int pairs = 500;
    float[] x = new float[d];
    for (int j = 0; j < d; j++) {
      x[j] = j / (d - 1f);
    }
    FakeGradients cubic =
        new FakeGradients(
            row -> {
              double[] gradient = new double[d];
              Arrays.setAll(gradient, j -> 3.0 * row[j] * row[j]);
              return gradient;
            },
            100);
    double sigma = 0.3;
    Attribution attribution =
        SmoothGrad.withDefaults()
            .withSamples(2 * pairs)
            .withNoise(sigma)
            .attribute(cubic, Tensor.of(x, 1, d), Quantity.ofClass(0), context);
    double expected = sigma * sigma * Math.sqrt(18.0 * d / pairs);
    double squares = 0;
    for (int j = 0; j < d; j++) {
      squares += Math.pow(attribution.maps()[0][j] - 3 * (x[j] * x[j] + sigma * sigma), 2);
    }

    // Of ε² the sample variance of 32,000 has a relative standard error of √(14 / 32000) = 2 %.
    assertThat(values(attribution, Fidelity.STANDARD_ERROR)[0])
        .isCloseTo(expected, within(0.05 * expected));
    // 64 squares of errors: their root lies within 30 % of its expectation but once in 1,000 times.
    assertThat(Math.sqrt(squares)).isCloseTo(expected, within(0.3 * expected));
  }

  @Test
  void onePairHasNoStandardError() {
    FakeGradients model = new FakeGradients(x -> new double[] {x[0] * x[0]}, 64);
    Attribution attribution =
        SmoothGrad.withDefaults()
            .withSamples(2)
            .attribute(model, Tensor.of(new float[] {1}, 1, 1), Quantity.ofClass(0), context);
    assertThat(attribution.fidelity()).isEmpty();
  }

  @Test
  void theWorstIsTheLargestShareOfAnErrorAndTheSmallestFit() {
    double[][] maps = {{1, -1}, {0, 0}, {4, 4}, {0, 0}};
    Fidelity residual = Fidelity.completenessResidual(new double[] {-1, 0, 2, Double.NaN}, maps);

    assertThat(residual.relative()).containsExactly(0.5, 0, 0.25, Double.NaN);
    assertThat(residual.worst()).isZero();
    assertThat(Fidelity.surrogateFit(0.9, 0.2, 0.7).worst()).isEqualTo(1);
    assertThat(Fidelity.surrogateFit(0.9, -0.2).relative()).containsExactly(0.9, -0.2);
    assertThat(Fidelity.surrogateFit(Double.NaN).worst()).isEqualTo(-1);
  }

  @Test
  void aFigureOfOtherExamplesThanTheMapsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fidelity.halvingError(new double[2], new double[3][4]))
        .withMessage("2 values of the halving error and 3 scales; give as many");
  }
}
