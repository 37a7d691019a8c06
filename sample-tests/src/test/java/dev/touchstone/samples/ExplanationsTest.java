package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertAttributionSensitiveToWeights;
import static dev.touchstone.assertions.ModelAssertions.assertExplanationMetric;
import static dev.touchstone.assertions.ModelAssertions.assertExplanationsResist;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;
import static dev.touchstone.assertions.ModelAssertions.layer;
import static dev.touchstone.assertions.ModelAssertions.show;
import static dev.touchstone.model.OutputKind.LOGITS;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.attribution.rule.Lrp;
import dev.touchstone.check.explanation.ExplanationPanel;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.explanation.DeletionGain;
import dev.touchstone.metric.explanation.Manipulation;
import dev.touchstone.metric.explanation.OwnFigure;
import dev.touchstone.metric.explanation.RankStability;
import dev.touchstone.metric.explanation.Removal;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Before an explanation is shown to anyone: does it depend on the weights it explains? */
@ModelTest
class ExplanationsTest {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier clothes;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = 1 / 255f)
  static Dataset images;

  @Test
  void integratedGradientsDependOnTheWeights() {
    assertAttributionSensitiveToWeights(
        clothes,
        images,
        IntegratedGradients.withDefaults().withSteps(6),
        layer("conv3"),
        excessSimilarityAtMost(0.1));
  }

  @Test
  void theGradientDependsOnTheWeights() {
    assertThatModel(clothes)
        .on(images)
        .explainedBy(Gradient.withDefaults())
        .because("clerks are shown the gradient of every doubtful prediction")
        .isSensitiveToWeights(excessSimilarityAtMost(0.1));
  }

  @Test
  void whatIntegratedGradientsPointAtIsWhatThePredictionsRestOn() {
    assertExplanationMetric(
        clothes,
        images,
        IntegratedGradients.withDefaults(),
        DeletionGain.withDefaults().removing(Removal.to(0)),
        atLeast(0.05));
  }

  /** For people: one image, and what four methods make of it. */
  @Test
  void showsWhatMethodsMakeOfOneImage() {
    show(
        ExplanationPanel.of(clothes, images, 17)
            .by(
                IntegratedGradients.withDefaults(),
                SmoothGrad.withDefaults(),
                GuidedBackprop.withDefaults(),
                Lrp.epsilonPlus()));
  }

  @Test
  void integratedGradientsAreWhatTheyClaimToBe() {
    assertExplanationMetric(
        clothes,
        images,
        IntegratedGradients.withDefaults().withSteps(50),
        OwnFigure.halvingError(),
        atMost(0.1));
  }

  @Test
  @Tag("slow")
  void nobodyMakesTheExplanationsSayWhatTheyLike() {
    assertExplanationsResist(
        clothes,
        images,
        IntegratedGradients.withDefaults(),
        Manipulation.within(0.004),
        atLeast(0.5));
  }

  @Test
  @Tag("slow")
  void imagesThatHardlyDifferAreExplainedAlike() {
    assertThatModel(clothes)
        .on(images)
        .explainedBy(IntegratedGradients.withDefaults())
        .withExamples(100)
        .hasMetric(RankStability.within(0.01), atLeast(0.1));
  }

  @Test
  void theSignedGradientOfTheDigitsDependsOnTheWeights(
      @ModelUnderTest(
              value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
              outputs = LOG_PROBABILITIES)
          Classifier digits,
      @DatasetUnderTest(
              value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
              labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
          Dataset scans) {
    assertThatModel(digits)
        .on(scans)
        .explainedBy(Gradient.withDefaults().keepingSign())
        .at(layer("conv2"))
        .isSensitiveToWeights(excessSimilarityAtMost(0.1));
  }
}
