package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import java.util.Map;

/**
 * Estimates what single training examples do to a model's loss on test examples. A new estimator is
 * a new class with this interface, passed as a value.
 *
 * <p>Sign: a score is the change of the loss if the training example were removed. An example that
 * hurts has a negative one.
 */
public interface InfluenceEstimator {

  /** Returns what to call it in messages. */
  String name();

  /**
   * Returns facts for provenance; together with the name and the class they stand for the
   * estimator.
   */
  default Map<String, String> settings() {
    return Map.of();
  }

  /**
   * Returns the scores of every training example for every test example, computed as they are asked
   * for.
   *
   * @param test with their right labels
   * @throws dev.touchstone.runtime.TouchstoneException if the data or the model do not suit it,
   *     saying why and what to do
   */
  InfluenceScores scores(InfluenceContext context, Dataset test);
}
