package dev.touchstone.influence.tree;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.Matrix;
import java.util.Arrays;

/**
 * BoostIn (Brophy, Hammoudeh and Lowd 2023, section 4.3): TracIn for boosted trees. A training
 * example moves the values of the leaves that it lies in, and so the test examples that share them:
 *
 * <pre>Σ over trees with a shared leaf of ∂ℓ(test)/∂f · wᵢ (η gᵢ + hᵢ v) / (Σ w h + λ)</pre>
 *
 * <p>with g and h the derivatives of the loss at the sums before the tree's round and v the leaf's
 * value: to first order what v changes by without example i. The trees stay as they are, and other
 * examples' derivatives too; training anew may grow other trees, about which no such score knows
 * anything. η and λ are read off the leaves, and a model that did not learn from these data is
 * refused.
 *
 * <p>For files of XGBoost and LightGBM and boosted trees in ONNX, of two classes or several.
 */
public final class BoostIn implements InfluenceEstimator {
  private static final int SHARE_OF_MEMORY = 8;

  private BoostIn() {}

  /** Returns the estimator; it has no settings. */
  public static BoostIn withDefaults() {
    return new BoostIn();
  }

  @Override
  public String name() {
    return "BoostIn";
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Dataset training = context.training();
    Boosting boosting = Boosting.of(context.model(), training, name(), context.run());
    long share = context.run().settings().memoryBytes() / SHARE_OF_MEMORY;
    int atOnce = (int) Math.max(1, Math.min(1024, share / Double.BYTES / training.size()));
    return new InfluenceScores(training.size(), test.size()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        for (int from = 0; from < test(); from += atOnce) {
          int first = from;
          int[] block = new int[Math.min(atOnce, test() - from)];
          Arrays.setAll(block, j -> first + j);
          Matrix scores = boosting.scores(test.select(block, "a block of " + test.name()));
          visitor.accept(new Block(from, scores, 0, 0));
        }
      }
    };
  }

  @Override
  public double[] selfInfluence(InfluenceContext context) {
    return Boosting.of(context.model(), context.training(), name(), context.run()).selfInfluence();
  }

  @Override
  public String toString() {
    return name();
  }
}
