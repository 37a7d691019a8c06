package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.show;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.check.explanation.ExplanationGrid;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.OutputKind;
import org.junit.jupiter.api.Test;

/**
 * What chapter 4 of the thesis shows of its networks (Figures 4-2 to 4-4, 4-6, 4-8, A-1 to A-13),
 * of the sample networks: a gallery under "Shown by tests" in the report. Figure 4-7, maps while
 * weights are re-initialised, stands beside every claim of {@code isSensitiveToWeights}.
 */
@ModelTest
class FiguresOfTheThesisTest {
  private static final int ROWS = 5;

  /** The columns of Figures 4-2 to 4-4. */
  private static final AttributionMethod[] FOUR = {
    Gradient.withDefaults(),
    SmoothGrad.withDefaults(),
    IntegratedGradients.withDefaults(),
    GuidedBackprop.withDefaults()
  };

  /** What people of the study were shown (section 4.6). */
  private static final AttributionMethod[] THREE = {
    Gradient.withDefaults(), SmoothGrad.withDefaults(), IntegratedGradients.withDefaults()
  };

  @ModelUnderTest(value = "classpath:models/fashion-healthy.onnx", outputs = LOGITS)
  static Classifier normal;

  @ModelUnderTest(value = "classpath:models/fashion-tag-100.onnx", outputs = LOGITS)
  static Classifier reliesOnTag;

  @ModelUnderTest(value = "classpath:models/fashion-stripe-100.onnx", outputs = LOGITS)
  static Classifier reliesOnStripes;

  @ModelUnderTest(value = "classpath:models/fashion-textured-healthy.onnx", outputs = LOGITS)
  static Classifier normalOnTextures;

  @ModelUnderTest(value = "classpath:models/fashion-blur-100.onnx", outputs = LOGITS)
  static Classifier reliesOnBlur;

  @ModelUnderTest(value = "classpath:models/fashion-flipped-20.onnx", outputs = LOGITS)
  static Classifier ofWrongLabels;

  @ModelUnderTest(value = "classpath:models/fashion-reinit-top.onnx", outputs = LOGITS)
  static Classifier topLayerRandom;

  @ModelUnderTest(
      value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
      outputs = OutputKind.LOG_PROBABILITIES)
  static Classifier ofDigits;

  @DatasetUnderTest(
      value = "classpath:data/fashion/test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset clothes;

  @DatasetUnderTest(
      value = "classpath:data/fashion/textured-test-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/textured-test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset onTextures;

  @DatasetUnderTest(
      value = "classpath:data/fashion/train-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/train-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset training;

  @DatasetUnderTest(
      value = "classpath:data/fashion/train-images-idx3-ubyte.gz",
      labels = "classpath:data/fashion/train-labels-flipped-20-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset withFlips;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz",
      scale = FashionSignals.SCALE)
  static Dataset digits;

  @Test
  void figure42TheTag() {
    figure("Figure 4-2, tag", normal, reliesOnTag, clothes, FashionSignals.TAG);
  }

  @Test
  void figure43Stripes() {
    figure("Figure 4-3, stripes", normal, reliesOnStripes, clothes, FashionSignals.STRIPE);
  }

  @Test
  void figure44TheBlur() {
    figure("Figure 4-4, blur", normalOnTextures, reliesOnBlur, onTextures, FashionSignals.blur());
  }

  private static void figure(
      String name, Classifier healthy, Classifier spurious, Dataset images, SpuriousSignal signal) {
    int shirt = images.classIndex(FashionSignals.SHIRT);
    Dataset others = images.where(i -> images.label(i) != shirt, "no shirts").first(ROWS);
    Dataset signalled = signal.addedTo(others);
    Target asked = Target.ofClass(shirt);
    show(grid(name + " A: normal, with it", healthy, signalled, FOUR).explaining(asked));
    show(grid(name + " B: spurious, without it", spurious, others, FOUR).explaining(asked));
    show(grid(name + " C: spurious, with it", spurious, signalled, FOUR).explaining(asked));
  }

  private static ExplanationGrid grid(
      String title, Classifier model, Dataset images, AttributionMethod... methods) {
    return ExplanationGrid.of(model, images).titled(title).by(methods);
  }

  /** And. */
  @Test
  void figure46ImagesWithWrongLabels() {
    Dataset mislabelled =
        training.where(i -> training.label(i) != withFlips.label(i), "mislabelled").first(ROWS);
    String name = "Figure 4-6 and A-1 to A-3, mislabelled in training";
    Target right = Target.trueLabel();
    show(grid(name + " A: right labels", normal, mislabelled, FOUR).explaining(right));
    show(grid(name + " B: wrong labels", ofWrongLabels, mislabelled, FOUR).explaining(right));
  }

  @Test
  void figure48ClothesInANetworkOfDigits() {
    Dataset some = clothes.first(ROWS);
    String name = "Figure 4-8, clothes";
    show(grid(name + " A: in a network of clothes", normal, some, FOUR));
    show(grid(name + " B: in one of digits", ofDigits, some.scaledBy(255), FOUR));
  }

  @Test
  void figuresA4ToA13WhatPeopleWereShown() {
    Dataset some = clothes.first(ROWS);
    show(grid("Figures A-04 to A-06, normal", normal, some, THREE));
    show(grid("Figures A-07 to A-09, top layer random", topLayerRandom, some, THREE));
    Dataset tagged = FashionSignals.TAG.addedTo(some);
    show(grid("Figures A-10 to A-12, spurious", reliesOnTag, tagged, THREE));
    show(grid("Figure A-13, out of distribution", normal, digits.first(ROWS), THREE));
  }
}
