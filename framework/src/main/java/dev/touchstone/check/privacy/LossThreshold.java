package dev.touchstone.check.privacy;

import dev.touchstone.check.evaluation.SharedPredictions;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;

/**
 * Takes for members what the model is surest of: log p of the true class (Yeom, Giacomelli,
 * Fredrikson and Jha 2018, Adversary 2).
 */
public final class LossThreshold implements MembershipAttack {
  private LossThreshold() {}

  /** Returns the attack; it has no settings. */
  public static LossThreshold withDefaults() {
    return new LossThreshold();
  }

  @Override
  public String name() {
    return "loss threshold";
  }

  @Override
  public double[] scores(Classifier model, Dataset examples, RunContext context) {
    Predictions predictions = SharedPredictions.of(model, examples, context);
    double[] scores = new double[examples.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          Math.log(Math.max(Double.MIN_NORMAL, predictions.probability(i, examples.label(i))));
    }
    return scores;
  }

  @Override
  public String toString() {
    return name();
  }
}
