package dev.touchstone.check;

import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether two models are one: a comparison of a model with itself shows nothing. */
final class SameModel {
  private SameModel() {}

  /**
   * Refuses two models of one file and one way to run it, whatever their names are. The same file
   * on another runtime, or behind other preprocessing, is another model.
   *
   * @param cure what to do about it
   */
  static void refuse(Classifier model, Classifier other, String cure) {
    if (model.identity().equals(other.identity()) && nameless(model).equals(nameless(other))) {
      throw new TouchstoneException(
          model.name()
              + " and "
              + other.name()
              + " are the same model (SHA-256 "
              + model.sha256()
              + "), and nothing is compared; "
              + cure);
    }
  }

  private static Map<String, String> nameless(Classifier model) {
    Map<String, String> facts = new LinkedHashMap<>(model.provenance());
    facts.remove("name");
    return facts;
  }
}
