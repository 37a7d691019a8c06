package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import java.util.Map;

/**
 * Ranks training points by how suspicious their label is. A new detector is a new class with this
 * interface, passed as a value.
 */
public interface MislabelDetector {

  /** What to call it in messages. */
  String name();

  /** Facts for provenance; together with the name and the class they stand for the detector. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /**
   * Refuses a training set that the detector cannot work on, before anything is trained.
   *
   * @throws dev.touchstone.runtime.TouchstoneException saying why and what to do
   */
  default void check(Dataset training) {}

  /**
   * The suspicion of every training point, the larger the more suspicious; only the order counts.
   *
   * @param head fitted to the representation of the training data and the labels as given
   * @param encoder represents further data as the head's training data were
   * @return as many finite numbers as the head has training points
   */
  double[] suspicion(FittedHead head, Encoder encoder);
}
