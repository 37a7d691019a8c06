package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;
import java.util.Optional;

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
   * Returns every how many epochs of the training the estimator needs a checkpoint; 0, the default,
   * for none.
   */
  default int checkpointsEvery() {
    return 0;
  }

  /**
   * Returns the scores of every training example for every test example, computed as they are asked
   * for.
   *
   * @param test with their right labels
   * @throws TouchstoneException if the data or the model do not suit it, saying why and what to do
   */
  InfluenceScores scores(InfluenceContext context, Dataset test);

  /**
   * Returns the score of every training example for itself: how much its own loss would rise if it
   * were removed.
   *
   * @return n numbers
   * @throws TouchstoneException if the estimator has no way to it but all n × n scores, or the data
   *     or the model do not suit it
   */
  default double[] selfInfluence(InfluenceContext context) {
    throw new TouchstoneException(
        "%s knows no self-influence; ask for its scores on an audit set".formatted(name()));
  }

  /**
   * Returns what the model that is differentiated predicts for the training examples, so that a
   * detector can propose labels: ‖p − e_y‖, with which self-influence grows, is least of the label
   * that is predicted. Empty, the default, where there is no one such model, as of several
   * checkpoints.
   *
   * @return n × k shares from 0 to 1
   */
  default Optional<Matrix> predictions(InfluenceContext context) {
    return Optional.empty();
  }
}
