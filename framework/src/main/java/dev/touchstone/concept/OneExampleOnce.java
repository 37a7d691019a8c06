package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.HashMap;
import java.util.Map;

/** Refuses data that share an example, by what the model is given of it, whatever its id. */
final class OneExampleOnce {
  private OneExampleOnce() {}

  /**
   * An example of some data.
   *
   * @param part such as {@code "the pool of random sets"}
   */
  private record Place(String part, Dataset data, int example) {

    @Override
    public String toString() {
      return "\"%s\" of %s (%s)".formatted(data.id(example), part, data.name());
    }
  }

  /** Refuses a pool that shares an example with the parts of concepts, or with what is tested. */
  static void require(Map<String, Dataset> parts, Dataset pool) {
    Map<String, Place> ofPool = new HashMap<>();
    for (int i = 0; i < pool.size(); i++) {
      ofPool.put(content(pool, i), new Place("the pool of random sets", pool, i));
    }
    parts.forEach((part, data) -> requireOther(part, data, ofPool));
  }

  /** Refuses examples that have a concept and lack it. */
  static void require(ConceptExamples concept) {
    concept
        .negatives()
        .ifPresent(
            lacking -> {
              Map<String, Place> with = new HashMap<>();
              Dataset having = concept.positives();
              for (int i = 0; i < having.size(); i++) {
                with.put(content(having, i), new Place(having(concept), having, i));
              }
              requireOther(lacking(concept), lacking, with);
            });
  }

  static String having(ConceptExamples concept) {
    return "the examples with \"%s\"".formatted(concept.name());
  }

  static String lacking(ConceptExamples concept) {
    return "the examples without \"%s\"".formatted(concept.name());
  }

  private static void requireOther(String part, Dataset data, Map<String, Place> taken) {
    for (int i = 0; i < data.size(); i++) {
      Place other = taken.get(content(data, i));
      if (other != null) {
        throw new TouchstoneException(
            "%s is the same example as %s; what is random, what shows a concept and what is tested are different examples: split the data, as data.split(0.5, seed) does, or leave those out"
                .formatted(new Place(part, data, i), other));
      }
    }
  }

  private static String content(Dataset data, int example) {
    return data.inputs(example, example + 1).sha256();
  }
}
