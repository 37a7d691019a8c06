package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertAttributionSensitiveToWeights;
import static dev.touchstone.assertions.ModelAssertions.assertExplanationsResist;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;
import static dev.touchstone.assertions.ModelAssertions.layer;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.explanation.Manipulation;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import org.junit.jupiter.api.Test;

/** The network is healthy; the explanations are not. */
@ModelTest
@CaughtOnPurpose
public class GuidedBackpropOfClothes {

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier clothes;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = 1 / 255f)
  static Dataset images;

  @Test
  void guidedBackpropDependsOnTheTopLayer() {
    assertAttributionSensitiveToWeights(
        clothes, images, GuidedBackprop.withDefaults(), layer("fc2"), excessSimilarityAtMost(0.1));
  }

  @Test
  void edgesDependOnTheWeights() {
    assertAttributionSensitiveToWeights(
        clothes, images, new Edges(), layer("conv3"), excessSimilarityAtMost(0.1));
  }

  @Test
  void theGradientResistsManipulation() {
    assertExplanationsResist(
        clothes,
        images,
        Gradient.withDefaults().keepingSign(),
        Manipulation.within(0.03),
        atLeast(0.5));
  }

  /** The horizontal differences of the image: a picture that convinces, of no model at all. */
  private static final class Edges implements AttributionMethod {
    @Override
    public boolean signed() {
      return false;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      double[][] maps = new double[batch.rows()][];
      for (int i = 0; i < maps.length; i++) {
        float[] image = batch.row(i);
        maps[i] = new double[image.length];
        for (int j = 1; j < image.length; j++) {
          maps[i][j] = Math.abs(image[j] - image[j - 1]);
        }
      }
      return Attribution.of(maps, batch, quantity, "edges");
    }
  }
}
