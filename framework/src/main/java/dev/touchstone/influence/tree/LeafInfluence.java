package dev.touchstone.influence.tree;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.Matrix;
import java.util.Arrays;

/**
 * LeafInfluence (Sharchilev, Ustinovskiy, Serdyukov and de Rijke 2018; Brophy, Hammoudeh and Lowd
 * 2023, section 4.2): the derivative of a test loss by a training example's weight, through the
 * values of all leaves of the same trees. A leaf's value −η Σ w g / (Σ w h + λ) moves with the
 * example in it, and with the derivatives of all others in it, which are taken at sums that earlier
 * leaves have moved:
 *
 * <pre>dv/dwᵢ = −[η d(Σ w g)/dwᵢ + v d(Σ w h)/dwᵢ] / (Σ w h + λ)</pre>
 *
 * <p>A score is −wᵢ dℓ/dwᵢ. It follows refitted leaves more closely than {@link BoostIn}, which
 * leaves the others where they are, and takes n times as long: a pass over all trees and training
 * examples for each training example. The trees' splits stay, and where the sums start; η and λ are
 * read off the leaves, and a model that did not learn from these data is refused.
 *
 * <p>For files of XGBoost and LightGBM and boosted trees in ONNX, of two classes or several.
 */
public final class LeafInfluence implements InfluenceEstimator {
  private static final int SHARE_OF_MEMORY = 8;

  private LeafInfluence() {}

  /** Returns the estimator; it has no settings. */
  public static LeafInfluence withDefaults() {
    return new LeafInfluence();
  }

  @Override
  public String name() {
    return "LeafInfluence";
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Dataset training = context.training();
    Boosting boosting = Boosting.of(context.model(), training, name(), context.run());
    long share = share(context);
    int atOnce = (int) Math.max(1, Math.min(1024, share / Double.BYTES / training.size()));
    return new InfluenceScores(training.size(), test.size()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        for (int from = 0; from < test(); from += atOnce) {
          int first = from;
          int[] block = new int[Math.min(atOnce, test() - from)];
          Arrays.setAll(block, j -> first + j);
          Matrix scores =
              boosting.leafInfluence(test.select(block, "a block of " + test.name()), share);
          visitor.accept(new Block(from, scores, 0, 0));
        }
      }
    };
  }

  private static long share(InfluenceContext context) {
    return context.run().settings().memoryBytes() / SHARE_OF_MEMORY;
  }

  @Override
  public double[] selfInfluence(InfluenceContext context) {
    return Boosting.of(context.model(), context.training(), name(), context.run())
        .ownLeafInfluence(share(context));
  }

  @Override
  public String toString() {
    return name();
  }
}
