package dev.touchstone.samples.gallery;

import static dev.touchstone.assertions.ModelAssertions.assertDetectsKnownSignal;
import static dev.touchstone.assertions.ModelAssertions.assertLayersTrained;
import static dev.touchstone.assertions.ModelAssertions.assertNoFalseAlarm;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.check.explanation.ExplanationTrial;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.check.training.LayersTrained;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.samples.FashionSignals;
import java.util.function.Supplier;

/** Layers that did not learn, and explanations that do not show what a network does. */
final class BugsWithin {
  /** What the claims' samples tolerate. */
  private static final double DISTANCE = 0.03;

  private static final double CHANGE = 0.01;
  private static final double FOUND = 0.75;
  private static final double ABOVE_HEALTHY = 0.2;
  private static final double ALARM = 0.6;

  /** As many as it takes to decide. */
  private static final int EXPLAINED_IMAGES = 200;

  /** They have 200 and 640 weights, which are too few to tell. */
  private static final LayersTrained LARGE = LayersTrained.withDefaults().without("conv1", "fc2");

  private static final String LAYERS = "layers trained";
  private static final String CHANGED = "layers changed since the first epoch";
  private static final String FOLLOWED = "explanation follows the weights";
  private static final String IGNORED = "explanation ignores the weights";

  private final Asking asking;
  private final long seed;

  BugsWithin(Asking asking, long seed) {
    this.asking = asking;
    this.seed = seed;
  }

  /** Freezes a layer of a network that goes on learning. */
  void frozen(Specimens specimens, Specimens.Grown healthy) {
    Dataset test = specimens.test();
    of("healthy", CHANGED, () -> changed(healthy.model(), healthy.start(), test));
    Classifier frozen = specimens.frozen(healthy, "conv2");
    of("convolution frozen", CHANGED, () -> changed(frozen, healthy.start(), test));
    Models.release(frozen);
  }

  /**
   * Draws layers of the samples' network anew. The gallery's own networks learn too briefly: after
   * 160 steps most weights are distributed as at their start. The network is one, so that it is
   * asked about as it is with the first seed alone.
   */
  void drawnAnew(Specimens specimens) {
    Classifier given = Models.onnx("classpath:models/fashion-healthy.onnx").emittingLogits();
    Dataset test = specimens.test();
    if (seed == 0) {
      of("network of the samples", LAYERS, () -> trained(given, test));
    }
    Classifier half = specimens.reinitialised(given, 0.5, 0);
    of("top half re-initialised", LAYERS, () -> trained(half, test));
    Models.release(half);
    Classifier dense = specimens.reinitialised(given, "fc1");
    of("dense layer re-initialised", LAYERS, () -> trained(dense, test));
    Models.release(dense);
    Models.release(given);
  }

  private static Verdict trained(Classifier model, Dataset data) {
    return assertLayersTrained(model, data, LARGE, atLeast(DISTANCE));
  }

  private static Verdict changed(Classifier model, Classifier start, Dataset data) {
    return assertLayersTrained(
        model, data, LayersTrained.withDefaults().since(start), atLeast(CHANGE));
  }

  /** Tries the gradient, and edges that never ask the model, on a network that reads a tag. */
  void explanations(Classifier reliesOnTag, Classifier healthy, Dataset images) {
    HealthyModels others = HealthyModels.of(healthy);
    ExplanationTrial gradient = trial(Gradient.withDefaults());
    ExplanationTrial edges = trial(new EdgeDetector());
    of(FOLLOWED, "known signal: Gradient", () -> known(reliesOnTag, others, images, gradient));
    of(IGNORED, "known signal: EdgeDetector", () -> known(reliesOnTag, others, images, edges));
    of(FOLLOWED, "false alarm: Gradient", () -> alarm(reliesOnTag, others, images, gradient));
    of(IGNORED, "false alarm: EdgeDetector", () -> alarm(reliesOnTag, others, images, edges));
  }

  private static ExplanationTrial trial(AttributionMethod method) {
    return ExplanationTrial.of(method, FashionSignals.TAG, FashionSignals.SHIRT)
        .withExamples(EXPLAINED_IMAGES);
  }

  private static Verdict known(
      Classifier spurious, HealthyModels healthy, Dataset images, ExplanationTrial trial) {
    return assertDetectsKnownSignal(
        spurious, healthy, images, trial, atLeast(FOUND), byAtLeast(ABOVE_HEALTHY));
  }

  private static Verdict alarm(
      Classifier spurious, HealthyModels healthy, Dataset images, ExplanationTrial trial) {
    return assertNoFalseAlarm(spurious, healthy, images, trial, atMost(ALARM));
  }

  private void of(String bug, String assertion, Supplier<Verdict> claim) {
    asking.of(bug, BugGallery.CLOTHES, assertion, seed, claim);
  }
}
