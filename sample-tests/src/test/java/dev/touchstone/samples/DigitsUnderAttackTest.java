package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertRobustTo;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.robustness.Contrast;
import dev.touchstone.robustness.Corruption;
import dev.touchstone.robustness.FastGradientSign;
import dev.touchstone.robustness.GaussianBlur;
import dev.touchstone.robustness.GaussianNoise;
import dev.touchstone.robustness.ProjectedGradientDescent;
import dev.touchstone.robustness.SquareAttack;
import dev.touchstone.robustness.ThreatModel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The network that Tribuo publishes, on digits that somebody changes a little on purpose. */
@ModelTest
class DigitsUnderAttackTest {

  @ModelUnderTest(
      value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
      outputs = LOG_PROBABILITIES)
  static Classifier model;

  @ModelUnderTest(value = "classpath:models/mnist-cnn-quantised.onnx", outputs = LOG_PROBABILITIES)
  static Classifier quantised;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
  static Dataset test;

  private static ThreatModel pixelValues(double epsilon) {
    return ThreatModel.linf(epsilon).inRange(0, 255);
  }

  @Test
  void standsSmallChanges() {
    assertRobustTo(
        model, test.first(200), ProjectedGradientDescent.within(pixelValues(8)), atMost(0.15));
  }

  @Test
  void standsOneStepAsWell() {
    assertRobustTo(model, test.first(200), FastGradientSign.within(pixelValues(8)), atMost(0.15));
  }

  @Test
  void standsWhoeverOnlyAsksIt() {
    assertThatModel(quantised)
        .on(test.first(100))
        .because("a phone answers whoever asks it")
        .isRobustTo(SquareAttack.within(pixelValues(8)).withQueries(50), atMost(0.15));
  }

  @Test
  void readsPoorCopies() {
    assertRobustTo(
        model,
        test.first(500),
        List.of(
            Corruption.by(GaussianNoise.withDefaults()).ofSeverity(5).inRange(0, 255),
            Corruption.by(GaussianBlur.withDefaults()).ofSeverity(5).inRange(0, 255),
            Corruption.by(Contrast.withDefaults()).ofSeverity(3).inRange(0, 255)),
        atMost(0.1));
  }

  @Test
  void aModelWithoutGradientsIsAttackedByAsking() {
    assertThatThrownBy(
            () ->
                assertRobustTo(
                    quantised,
                    test.first(100),
                    ProjectedGradientDescent.within(pixelValues(8)),
                    atMost(0.15)))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("or attack it by SquareAttack, which only asks it");
  }
}
