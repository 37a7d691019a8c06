package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import java.util.Map;

/**
 * Ranks training points by how suspicious their label is. A new detector is a new class with this
 * interface, passed as a value.
 */
public interface MislabelDetector {

  /** Returns what to call it in messages. */
  String name();

  /**
   * Returns facts for provenance; together with the name and the class they stand for the detector.
   */
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
   * Returns every how many epochs of the training the detector needs a checkpoint; 0, the default,
   * for none. Trainers that cannot keep any refuse.
   */
  default int checkpointsEvery() {
    return 0;
  }

  /**
   * Returns the suspicion of every training point and, where the detector can tell, the label that
   * it proposes.
   *
   * @param context the training, with the labels as given
   * @return of as many points as there are, in finite numbers
   */
  LabelIssues detect(InfluenceContext context);
}
