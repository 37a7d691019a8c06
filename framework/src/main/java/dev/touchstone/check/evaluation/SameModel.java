package dev.touchstone.check.evaluation;

import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.TouchstoneException;
import org.apiguardian.api.API;

/** Whether two models are one: a comparison of a model with itself shows nothing. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SameModel {
  private SameModel() {}

  /**
   * Refuses two models that are {@linkplain ModelFacts#isSameModelAs the same}, which also hold the
   * same code.
   *
   * @param cure what to do about it
   */
  public static void refuse(Model model, Model other, String cure) {
    if (model.identity().equals(other.identity()) && model.facts().isSameModelAs(other.facts())) {
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
}
