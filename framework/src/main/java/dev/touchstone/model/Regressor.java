package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;

/** A model that predicts one value for each example, perhaps with an interval. */
public interface Regressor extends Model {

  /**
   * Predicts a batch.
   *
   * @param batch n examples of the model's input shape
   * @return n values, in the order of the examples
   * @throws dev.touchstone.runtime.TouchstoneException if the shape does not fit, or the output is
   *     not what was declared
   */
  Values predict(Tensor batch);

  /**
   * Predicts a batch of which the model takes what it declares: by default the features in single
   * precision.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the data lack what the model takes, or
   *     have inputs that it does not take
   */
  default Values predict(Inputs batch) {
    return predict(batch.onlyFeatures(name()));
  }

  /**
   * Returns how many examples to predict at once so that the working memory stays inside a budget.
   */
  int batchSize(long budgetBytes);
}
