package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.Matrix;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How alike the gradients of training and test examples are in the trained model (Charpiat, Girard,
 * Felardos and Tarabalka 2019): their inner product, TracIn with the last checkpoint alone, or
 * their cosine, which does not prefer examples with a large loss. A step on an alike example lowers
 * the test loss, so the score is positive: the loss would rise without it.
 */
public final class GradientSimilarity implements InfluenceEstimator {
  private final Gradients gradients;
  private final boolean cosine;

  private GradientSimilarity(Gradients gradients, boolean cosine) {
    this.gradients = gradients;
    this.cosine = cosine;
  }

  /** Returns the estimator by inner products of the last layer's gradients. */
  public static GradientSimilarity withDefaults() {
    return new GradientSimilarity(Gradients.ofLastLayer(), false);
  }

  /** Returns a copy that takes other gradients. */
  public GradientSimilarity using(Gradients other) {
    return new GradientSimilarity(other, cosine);
  }

  /**
   * Returns a copy that takes the cosine, from −1 to 1; 0 where an example has no gradient. An
   * example is as alike to itself as any other, so that there is no self-influence.
   */
  public GradientSimilarity byCosine() {
    return new GradientSimilarity(gradients, true);
  }

  @Override
  public String name() {
    return cosine ? "cosine of gradients" : "inner product of gradients";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("gradients by", gradients.toString());
    return settings;
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Dataset training = context.training();
    WhiteBox model = Networks.whiteBox(context.model(), name());
    int atOnce = Networks.columns(context.run(), training.size(), gradients.size(model));
    double[] ofTraining =
        cosine ? gradients.squaredNorms(model, training, context.run()) : new double[0];
    double[] ofTest = cosine ? gradients.squaredNorms(model, test, context.run()) : new double[0];
    return new ScoresInBlocks(training, test, atOnce) {
      @Override
      void addScores(int from, int to, Matrix sums) {
        gradients.each(model, test, from, to, context.run()).addProducts(training, 1, sums);
        if (cosine) {
          divide(sums, ofTraining, ofTest, from);
        }
      }

      @Override
      public double[] mean() {
        if (cosine) {
          return super.mean();
        }
        Matrix sums = Matrix.zeros(training(), 1);
        gradients.mean(model, test, context.run()).addProducts(training, 1, sums);
        return sums.values();
      }
    };
  }

  private static void divide(Matrix products, double[] ofTraining, double[] ofTest, int from) {
    for (int i = 0; i < products.rows(); i++) {
      for (int j = 0; j < products.columns(); j++) {
        double lengths = Math.sqrt(ofTraining[i] * ofTest[from + j]);
        products.set(i, j, lengths == 0 ? 0 : products.get(i, j) / lengths);
      }
    }
  }

  /** ‖∇ℓᵢ‖². */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    if (cosine) {
      return InfluenceEstimator.super.selfInfluence(context);
    }
    WhiteBox model = Networks.whiteBox(context.model(), name());
    return gradients.squaredNorms(model, context.training(), context.run());
  }

  @Override
  public String toString() {
    return name();
  }
}
