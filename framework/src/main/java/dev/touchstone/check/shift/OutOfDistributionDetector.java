package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.Map;

/**
 * A way to tell that an example is not of the kind that a model was made for. A new detector is a
 * new class with this interface, passed as a value; it is not told which examples are foreign.
 */
public interface OutOfDistributionDetector {

  /** Returns what to call it in messages. */
  String name();

  /** Returns facts for provenance; together with name and class they stand for the detector. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /**
   * Refuses what the detector cannot be tried on, before any work is done.
   *
   * @param examples that it will be asked about: known ones, or foreign ones
   * @throws dev.touchstone.runtime.TouchstoneException saying why and what to do
   */
  default void check(Classifier model, Dataset examples) {}

  /** Gets ready to be asked about a model's inputs: learns what it learns from training data. */
  Foreignness fitTo(Classifier model, RunContext context);

  /** A detector that is ready to be asked. */
  interface Foreignness {

    /**
     * Says how foreign examples look.
     *
     * @return one finite number for each, the larger the more foreign
     */
    double[] of(Dataset examples);

    /** Returns what has to be known of how it got ready, sentences without capital and stop. */
    default List<String> notes() {
      return List.of();
    }
  }
}
