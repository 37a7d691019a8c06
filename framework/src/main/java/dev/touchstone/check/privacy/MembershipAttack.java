package dev.touchstone.check.privacy;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/**
 * A guess of which examples a model was trained on. A new attack is a new class with this
 * interface, passed as a value; it is not told which examples are members.
 */
public interface MembershipAttack {

  /** Returns what to call it in messages. */
  String name();

  /** Returns facts for provenance; together with name and class they stand for the attack. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /**
   * Refuses what the attack cannot be tried on, before any work is done.
   *
   * @param examples members, or examples that are none
   * @throws dev.touchstone.runtime.TouchstoneException saying why and what to do
   */
  default void check(Classifier model, Dataset examples) {}

  /**
   * Scores examples of which some may have been in the training data.
   *
   * @return one finite number for each, the larger the more like a member
   */
  double[] scores(Classifier model, Dataset examples, RunContext context);
}
