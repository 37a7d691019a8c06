package dev.touchstone.check;

import dev.touchstone.evidence.Provenance;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether two models are one: a comparison of a model with itself shows nothing. */
final class SameModel {
  private SameModel() {}

  /**
   * Refuses two models that are {@linkplain Provenance#isSameModel the same}, which also hold the
   * same code.
   *
   * @param cure what to do about it
   */
  static void refuse(Classifier model, Classifier other, String cure) {
    if (model.identity().equals(other.identity())
        && Provenance.isSameModel(model.provenance(), other.provenance())) {
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

  /** What is recorded of a model that is compared with another: its facts, and the other's. */
  static Map<String, String> facts(Classifier model, String prefix, Classifier other) {
    Map<String, String> facts = new LinkedHashMap<>(model.provenance());
    other.provenance().forEach((fact, value) -> facts.put(prefix + fact, value));
    return facts;
  }
}
