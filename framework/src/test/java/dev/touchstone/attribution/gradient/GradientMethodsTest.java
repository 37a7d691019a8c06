package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.CNN;
import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static dev.touchstone.attribution.gradient.CaptumNumbers.inputs;
import static dev.touchstone.attribution.gradient.CaptumNumbers.maps;
import static dev.touchstone.attribution.gradient.CaptumNumbers.number;
import static dev.touchstone.attribution.gradient.CaptumNumbers.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Maps against Captum's, in double precision. */
class GradientMethodsTest {
  /** Captum's numbers are written with twelve digits. */
  private static final double EXACT = 1e-9;

  private static final Classifier FUNCTION =
      Models.function("rule", "1", rows -> new double[rows.rows()][2]).emittingLogits();

  private final RunContext context = RunContext.current();

  private double[][] explained(AttributionMethod method) {
    return method.attribute(CNN, inputs(), Quantity.ofClass(targets()), context).maps();
  }

  @Test
  void gradientIsCaptumsSaliency() {
    assertThat(distance(explained(Gradient.withDefaults()), maps("saliency"))).isLessThan(EXACT);
  }

  @Test
  void signedGradientIsCaptumsSaliencyWithoutAbsoluteValues() {
    assertThat(distance(explained(Gradient.withDefaults().keepingSign()), maps("signedGradient")))
        .isLessThan(EXACT);
  }

  @Test
  void inputTimesGradientIsCaptums() {
    assertThat(distance(explained(InputTimesGradient.withDefaults()), maps("inputXGradient")))
        .isLessThan(EXACT);
  }

  @Test
  void inputTimesAbsoluteGradientIsTheThesissProduct() {
    double[][] expected = maps("saliency");
    float[] inputs = inputs().values();
    for (int i = 0; i < inputs.length; i++) {
      expected[i / 256][i % 256] *= inputs[i];
    }
    assertThat(
            distance(explained(InputTimesGradient.withDefaults().withAbsoluteGradient()), expected))
        .isLessThan(EXACT);
  }

  @Test
  void guidedBackpropIsCaptums() {
    assertThat(distance(explained(GuidedBackprop.withDefaults()), maps("guidedBackprop")))
        .isLessThan(EXACT);
  }

  @Test
  void smoothGradAgreesWithCaptumsAsWellAsCaptumWithItself() {
    // Captum's noise is absolute; ours is a share of the range, which differs between examples.
    Tensor one = Tensor.of(inputs().row(0), 1, 1, 16, 16);
    float smallest = 1;
    float largest = 0;
    for (float value : one.values()) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    SmoothGrad method =
        SmoothGrad.withDefaults()
            .withSamples((int) number("smoothGradSamples"))
            .withNoise(number("smoothGradNoise") / (largest - smallest));
    double[][] map = method.attribute(CNN, one, Quantity.ofClass(targets()[0]), context).maps();
    double[][] captums = {maps("smoothGrad")[0]};
    assertThat(distance(map, captums)).isLessThan(1.3 * number("smoothGradDistanceOfTwoRuns"));
  }

  @Test
  void smoothGradOfAnExampleDoesNotDependOnItsBatch() {
    SmoothGrad method = SmoothGrad.withDefaults().withSamples(4);
    double[][] together = explained(method);
    Tensor last = Tensor.of(inputs().row(3), 1, 1, 16, 16);
    double[][] alone = method.attribute(CNN, last, Quantity.ofClass(targets()[3]), context).maps();
    assertThat(distance(alone, new double[][] {together[3]})).isLessThan(1e-12);
  }

  @Test
  void smoothGradOfALinearModelIsItsGradient() {
    // Antithetic noise cancels to the last digit where the gradient is constant; here it is.
    FakeGradients linear = new FakeGradients(row -> new double[] {2, -3, 0.5}, 256);
    double[][] map =
        SmoothGrad.withDefaults()
            .attribute(linear, Tensor.of(new float[] {1, 2, 4}, 1, 3), Quantity.ofClass(0), context)
            .maps();
    assertThat(map[0]).usingComparatorWithPrecision(1e-12).containsExactly(2, -3, 0.5);
  }

  @Test
  void workIsCutToTheMemoryBudgetWhateverTheNumberOfSamples() {
    for (int samples : new int[] {10, 1000}) {
      FakeGradients model = new FakeGradients(row -> new double[] {1, 1, 1}, 7);
      SmoothGrad.withDefaults()
          .withSamples(samples)
          .attribute(model, Tensor.of(new float[6], 2, 3), Quantity.ofClass(0), context);
      assertThat(model.largestBatch).isEqualTo(7);
      assertThat(model.rows).isEqualTo(2L * samples);
    }
  }

  @Test
  void aModelWithoutGradientsIsRefusedWithTheCure() {
    List<AttributionMethod> methods =
        List.of(
            Gradient.withDefaults(),
            InputTimesGradient.withDefaults(),
            SmoothGrad.withDefaults(),
            IntegratedGradients.withDefaults());
    for (AttributionMethod method : methods) {
      assertThatExceptionOfType(MissingCapabilityException.class)
          .isThrownBy(() -> method.require(FUNCTION))
          .withMessageContaining(method.name() + " needs input gradients; rule is a function")
          .withMessageContaining("give the model as ONNX");
    }
  }

  @Test
  void guidedBackpropIsRefusedWithoutAWhiteBox() {
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> GuidedBackprop.withDefaults().require(FUNCTION))
        .withMessageContaining("GuidedBackprop needs a white box")
        .withMessageContaining("such as Gradient");
  }

  @Test
  void aClassThatTheModelLacksIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Gradient.withDefaults()
                    .attribute(CNN, inputs(), Quantity.ofClass(0, 1, 2, 5), context))
        .withMessageContaining("class 5 of a model with 5 classes");
  }

  @Test
  void samplesHaveToComeInPairs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SmoothGrad.withDefaults().withSamples(7))
        .withMessageContaining("was 7");
  }

  @Test
  void noiseHasToBePositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SmoothGrad.withDefaults().withNoise(0))
        .withMessageContaining("was 0");
  }
}
