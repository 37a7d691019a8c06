package dev.touchstone.samples.gallery;

import static dev.touchstone.assertions.ModelAssertions.assertNotBetterUnderOtherPreprocessing;
import static dev.touchstone.assertions.ModelAssertions.assertOutOfDistributionDetected;
import static dev.touchstone.assertions.ModelAssertions.assertRobustTo;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;

import dev.touchstone.check.shift.NearestTrainingExamples;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.robustness.ProjectedGradientDescent;
import dev.touchstone.robustness.ThreatModel;
import java.util.function.Supplier;

/** What goes wrong with a sound model where it is used: its inputs, not its weights. */
final class BugsOfUse {
  /** What the claim's samples tolerate. */
  private static final double GAIN = 0.03;

  /** As of the gallery's other detectors. */
  private static final double FOREIGN = 0.80;

  /** Three in ten may be wrong as they are, and an attack may break as many again. */
  private static final double UNDER_ATTACK = 0.60;

  private static final double UNSEEN = 1 / 255.0;
  private static final double PLAIN = 16 / 255.0;
  private static final double BYTE = 255;
  private static final int ATTACKED = 200;
  private static final String PREPARED = "other preprocessing";

  private final Asking asking;
  private final long seed;

  BugsOfUse(Asking asking, long seed) {
    this.asking = asking;
    this.seed = seed;
  }

  /** Gives a healthy network its images as in training, and otherwise. */
  void preparedOtherwise(Classifier healthy, Dataset test) {
    of("healthy", PREPARED, () -> prepared(healthy, test));
    of("images as bytes", PREPARED, () -> prepared(healthy, test.scaledBy(BYTE)));
    of(
        "images normalised",
        PREPARED,
        () -> prepared(healthy, test.normalising(new double[] {0.2860}, new double[] {0.3530})));
    of("rows for columns", PREPARED, () -> prepared(healthy, transposed(test)));
  }

  private static Verdict prepared(Classifier model, Dataset data) {
    return assertNotBetterUnderOtherPreprocessing(model, data, byAtMost(GAIN));
  }

  private static Dataset transposed(Dataset images) {
    int side = images.shape()[1];
    int area = side * side;
    float[] given = images.batch(0, images.size()).values();
    float[] turned = new float[given.length];
    for (int p = 0; p < given.length; p++) {
      int within = p % area;
      turned[p - within + within % side * side + within / side] = given[p];
    }
    return images.withFeatures(FeatureStore.inMemory(turned, images.shape()), "rows for columns");
  }

  /**
   * Shows a network digits. The energy tells too little of networks that learn as briefly as these:
   * an AUROC of .46 to .83 for seven seeds.
   *
   * @param bug "healthy", or what became of the network
   */
  void foreign(String bug, Classifier model, Specimens specimens) {
    of(
        bug,
        "foreign images: neighbours",
        () ->
            assertOutOfDistributionDetected(
                model,
                specimens.test(),
                specimens.digits(),
                NearestTrainingExamples.of(specimens.train()),
                aurocAtLeast(FOREIGN)));
  }

  /** Attacks a network that nobody trained to stand it, a little and much. */
  void attacked(Classifier healthy, Dataset test) {
    Dataset some = test.sample(ATTACKED, seed);
    of("healthy", "attacks: 1/255", () -> robust(healthy, some, UNSEEN));
    of("no defence", "attacks: 16/255", () -> robust(healthy, some, PLAIN));
  }

  private static Verdict robust(Classifier model, Dataset data, double epsilon) {
    return assertRobustTo(
        model,
        data,
        ProjectedGradientDescent.within(ThreatModel.linf(epsilon).inRange(0, 1)),
        atMost(UNDER_ATTACK));
  }

  private void of(String bug, String assertion, Supplier<Verdict> claim) {
    asking.of(bug, BugGallery.CLOTHES, assertion, seed, claim);
  }
}
