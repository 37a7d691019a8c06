package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.CNN;
import static dev.touchstone.attribution.gradient.CaptumNumbers.inputs;
import static dev.touchstone.attribution.gradient.CaptumNumbers.maps;
import static dev.touchstone.attribution.gradient.CaptumNumbers.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As many steps as each example needs. */
class ToleranceTest {
  private final RunContext context = RunContext.current();

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.01, 0.001})
  void mapsOfKinkedNetworksAreAsNearAsWasAskedFor(double tolerance) {
    Attribution integral =
        IntegratedGradients.withDefaults()
            .withTolerance(tolerance)
            .attribute(CNN, inputs(), Quantity.ofClass(targets()), context);
    double[][] limit = maps("integratedGradientsLimit");

    assertThat(integral.rule()).isEqualTo("secant rule");
    for (int i = 0; i < limit.length; i++) {
      assertThat(integral.fidelity(Fidelity.HALVING_ERROR).orElseThrow().relative()[i])
          .isLessThanOrEqualTo(tolerance);
      assertThat(Maps.distance(integral.maps()[i], limit[i]) / Maps.norm(limit[i]))
          .isLessThan(tolerance);
    }
  }

  @Test
  void mapsOfSmoothNetworksNeedFewSteps() {
    CaptumFamily encoder = CaptumFamily.of("encoder");
    Attribution integral =
        encoder.explained("encoder", IntegratedGradients.withDefaults().withTolerance(1e-5));

    assertThat(integral.rule()).isEqualTo("Gauss-Legendre");
    for (int i = 0; i < 2; i++) {
      double[] limit = encoder.integratedGradients()[i];
      assertThat(Maps.distance(integral.maps()[i], limit) / Maps.norm(limit)).isLessThan(1e-5);
    }
  }

  /**
   * The derivative is 1 beyond x = 1 and else 0. Midpoints from 0 to 2 are right by any number of
   * steps, and the bound 0 with 2, 4 and 8; to 3 the eighth of a step is missed for ever.
   */
  @Test
  void anExampleTakesNoMoreStepsThanItNeeds() {
    FakeGradients kink = new FakeGradients(row -> new double[] {row[0] > 1 ? 1 : 0}, 64);
    IntegratedGradients method = IntegratedGradients.withDefaults().withTolerance(0.05);

    Attribution easy =
        method.attribute(kink, Tensor.of(new float[] {2}, 1, 1), Quantity.ofClass(0), context);
    assertThat(easy.maps()[0][0]).isEqualTo(1);
    assertThat(kink.rows).isEqualTo(2 + 4 + 8);

    kink.rows = 0;
    Attribution both =
        method.attribute(kink, Tensor.of(new float[] {2, 3}, 2, 1), Quantity.ofClass(0), context);
    assertThat(both.maps()[0][0]).isEqualTo(1);
    assertThat(both.maps()[1][0]).isCloseTo(2, within(0.1));
    // Of the second, the bound is half a step: 3 / 32 is at most 0.05 · 2.
    assertThat(kink.rows).isEqualTo(2 * (2 + 4 + 8) + 16 + 32);
  }

  @Test
  void whatConvergesToNothingIsGivenUpAndItsFigureSaysSo() {
    // The integral of 1/√x up to 1 is 2, and midpoints come near it like the root of a step.
    FakeGradients steep = new FakeGradients(row -> new double[] {1 / Math.sqrt(row[0])}, 1024);
    Attribution integral =
        IntegratedGradients.withDefaults()
            .withTolerance(1e-4)
            .attribute(steep, Tensor.of(new float[] {1}, 1, 1), Quantity.ofClass(0), context);

    assertThat(steep.rows).isEqualTo(2 + 4 + (1 << 15) - 8);
    assertThat(integral.fidelity(Fidelity.HALVING_ERROR).orElseThrow().relative()[0])
        .isGreaterThan(1e-4);
  }

  @Test
  void theToleranceStandsInTheSettingsInPlaceOfSteps() {
    assertThat(IntegratedGradients.withDefaults().withTolerance(0.01).settings())
        .containsEntry("tolerance", "0.01")
        .doesNotContainKey("steps");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1e-7, 1, Double.NaN})
  void aToleranceThatCannotBeMetOrMeansNothingIsRefused(double share) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntegratedGradients.withDefaults().withTolerance(share))
        .withMessageContaining("from 1e-6")
        .withMessageEndingWith("was " + share);
  }
}
