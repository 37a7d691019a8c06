package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;

/**
 * The capability to show the numbers that a model's answers are made of, and that explanations are
 * of. Every model that this library loads has it, whether it is a white box or only predicts.
 *
 * <p>Scores are the model's own numbers and never made up: logits where it has them, also in front
 * of a final softmax or sigmoid that a white box sees, else what it emits. {@link Scored#kind} says
 * which. Where a model has {@link InputGradients}, too, they are the derivatives of these scores,
 * so that a method that differentiates and one that tries other inputs explain the same function.
 *
 * <p>Scores of a model of one's own are its outputs, n × k, of a kind that it states.
 */
public interface Scores {

  /**
   * Scores a batch.
   *
   * @param batch n examples of the model's input shape, before the model's own normalisation
   */
  Scored scores(Tensor batch);

  /**
   * Scores a batch of which the model takes what it declares: by default the features in single
   * precision.
   */
  default Scored scores(Inputs batch) {
    return scores(batch.onlyFeatures("the model"));
  }

  /**
   * Returns how many examples to score at once so that the working memory stays inside a budget.
   */
  int batchSize(long budgetBytes);
}
