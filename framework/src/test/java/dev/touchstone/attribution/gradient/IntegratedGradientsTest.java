package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.BOX;
import static dev.touchstone.attribution.gradient.CaptumNumbers.CNN;
import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static dev.touchstone.attribution.gradient.CaptumNumbers.error;
import static dev.touchstone.attribution.gradient.CaptumNumbers.inputs;
import static dev.touchstone.attribution.gradient.CaptumNumbers.maps;
import static dev.touchstone.attribution.gradient.CaptumNumbers.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit is Captum's midpoint rule with 20,000 steps. */
class IntegratedGradientsTest {
  private final RunContext context = RunContext.current();

  private double secantError(int steps) {
    double[][] maps =
        IntegratedGradients.withDefaults()
            .withSteps(steps)
            .attribute(CNN, inputs(), Quantity.ofClass(targets()), context)
            .maps();
    return distance(maps, maps("integratedGradientsLimit"));
  }

  @Test
  void convergesToCaptumsLimit() {
    assertThat(secantError(400)).isLessThan(1e-3);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 20, 50})
  void secantsAreFarMoreExactThanCaptumsRulesAtEqualSteps(int steps) {
    assertThat(secantError(steps))
        .isLessThan(0.5 * error("gausslegendre", steps))
        .isLessThan(0.6 * error("riemann_middle", steps));
  }

  @Test
  void fiftySecantStepsAreWorthMoreThanAHundredOfGaussLegendreEvenOnRandomWeights() {
    assertThat(secantError(50)).isLessThan(error("gausslegendre", 100));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50})
  void theMidpointRuleHasTheErrorOfCaptums(int steps) {
    GradientFunction gradients =
        new GradientFunction(
            (rows, classes) -> BOX.inputGradients(rows, classes, BackwardRules.derivatives()), 64);
    double[][] maps =
        QuadratureRule.midpoint(gradients, Summand.alongTheWay(), context.progress())
            .integrate(new float[256], inputs(), Quantity.ofClass(targets()), steps);
    // Points of the path are floats here and doubles there, so that a kink may be crossed.
    assertThat(distance(maps, maps("integratedGradientsLimit")))
        .isCloseTo(error("riemann_middle", steps), within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10})
  void secantsAreCompleteToTheLastDigitAtAnyNumberOfSteps(int steps) {
    Attribution integral =
        IntegratedGradients.withDefaults()
            .withSteps(steps)
            .measuringItsError()
            .attribute(CNN, inputs(), Quantity.ofClass(targets()), context);
    assertThat(integral.rule()).isEqualTo("secant rule");
    for (int i = 0; i < 4; i++) {
      double rise =
          BOX.scores(inputs())[i][targets()[i]]
              - BOX.scores(Tensor.of(new float[4 * 256], 4, 1, 16, 16))[i][targets()[i]];
      assertThat(Arrays.stream(integral.maps()[i]).sum()).isCloseTo(rise, within(1e-10));
      assertThat(integral.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().values()[i])
          .isCloseTo(0, within(1e-10));
    }
  }

  /** A third of the difference to half the steps was 1.5 to 3.4 times too small here. */
  @ParameterizedTest
  @ValueSource(ints = {8, 20, 50, 100})
  void theBoundByHalvingTwiceCoversTheErrorOfEveryExample(int steps) {
    double[][] limit = maps("integratedGradientsLimit");
    IntegratedGradients method = IntegratedGradients.withDefaults().withSteps(steps);
    assertThat(
            assertCovered(
                method
                    .measuringItsError()
                    .attribute(CNN, inputs(), Quantity.ofClass(targets()), context),
                limit))
        .as("a bound of anything would be none")
        .isLessThan(15);
    for (int i = 0; i < limit.length; i++) {
      // The same derivatives without the white box, so that the midpoint rule takes them.
      int[] target = {targets()[i]};
      FakeGradients derivatives =
          new FakeGradients(
              row ->
                  BOX.inputGradients(
                          Tensor.of(row, 1, 1, 16, 16),
                          Quantity.ofClass(target),
                          BackwardRules.derivatives())[0],
              64);
      Tensor one = Tensor.of(inputs().row(i), 1, 1, 16, 16);
      Attribution integral =
          method.measuringItsError().attribute(derivatives, one, Quantity.ofClass(target), context);
      assertThat(integral.rule()).isEqualTo("midpoint rule");
      assertCovered(integral, limit[i]);
    }
  }

  /** Every example's error is covered; gives the sum of the bounds over that of the errors. */
  private static double assertCovered(Attribution integral, double[]... limit) {
    double bounds = 0;
    double errors = 0;
    for (int i = 0; i < limit.length; i++) {
      double squares = 0;
      for (int j = 0; j < limit[i].length; j++) {
        squares += Math.pow(integral.maps()[i][j] - limit[i][j], 2);
      }
      assertThat(integral.fidelity(Fidelity.HALVING_ERROR).orElseThrow().values()[i])
          .as(integral.rule() + ", example " + i)
          .isGreaterThanOrEqualTo(Math.sqrt(squares));
      bounds += integral.fidelity(Fidelity.HALVING_ERROR).orElseThrow().values()[i];
      errors += Math.sqrt(squares);
    }
    return bounds / errors;
  }

  @Test
  void pathsThatAreCutAnywhereGiveTheSameMap() {
    double[][] whole = secants(256);
    for (int rowsAtOnce : new int[] {1, 2, 3, 10, 11, 12}) {
      assertThat(distance(secants(rowsAtOnce), whole)).isLessThan(1e-12);
    }
  }

  private double[][] secants(int rowsAtOnce) {
    Slice input = new InputSlice(BOX);
    return new SecantRule(
            input,
            () -> input.secants().orElseThrow(),
            Summand.alongTheWay(),
            rowsAtOnce,
            context.progress())
        .integrate(new float[256], inputs(), Quantity.ofClass(targets()), 10);
  }

  @Test
  void workIsCutToTheMemoryBudgetWhateverTheNumberOfSteps() {
    for (int steps : new int[] {10, 1000}) {
      FakeGradients model = new FakeGradients(row -> new double[] {row[0], 1}, 7);
      IntegratedGradients.withDefaults()
          .withSteps(steps)
          .attribute(model, Tensor.of(new float[4], 2, 2), Quantity.ofClass(0), context);
      assertThat(model.largestBatch).isEqualTo(7);
      assertThat(model.rows).isEqualTo(2L * steps);
    }
  }

  @Test
  void aModelThatOnlyHasGradientsIsIntegratedByTheMidpointRule() {
    // f = x0³ + 5 x1 from (1, 0) to (3, 2). At x0 = 1.5 and 2.5 the derivative 3 x0² is 6.75 and
    // 18.75: 2 · 12.75 = 25.5 in place of 26; the linear part is exact.
    FakeGradients model = new FakeGradients(row -> new double[] {3 * row[0] * row[0], 5}, 256);
    Attribution integral =
        IntegratedGradients.withDefaults()
            .withSteps(2)
            .withBaseline(1, 0)
            .measuringItsError()
            .attribute(model, Tensor.of(new float[] {3, 2}, 1, 2), Quantity.ofClass(0), context);
    assertThat(integral.rule()).isEqualTo("midpoint rule");
    assertThat(integral.maps()[0][0]).isCloseTo(25.5, within(1e-9));
    assertThat(integral.maps()[0][1]).isCloseTo(10, within(1e-9));
    assertThat(integral.fidelity(Fidelity.COMPLETENESS_RESIDUAL)).isEmpty();
  }

  @Test
  void gaussLegendreIntegratesPolynomialsExactly() {
    QuadratureRule.Nodes nodes = QuadratureRule.gaussLegendreNodes(7);
    double integral = 0;
    for (int k = 0; k < 7; k++) {
      integral += nodes.weights()[k] * Math.pow(nodes.places()[k], 13);
    }
    assertThat(integral).isCloseTo(1 / 14.0, within(1e-15));
    assertThat(Arrays.stream(nodes.weights()).sum()).isCloseTo(1, within(1e-14));
  }

  @Test
  void aBaselineOfAnotherLengthIsRefused() {
    IntegratedGradients method = IntegratedGradients.withDefaults().withBaseline(0, 1);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> method.attribute(CNN, inputs(), Quantity.ofClass(targets()), context))
        .withMessageContaining("the baseline has 2 values and an example 256");
  }

  @Test
  void stepsHaveToBeEven() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntegratedGradients.withDefaults().withSteps(9))
        .withMessageContaining("was 9");
  }
}
