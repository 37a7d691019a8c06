package dev.touchstone.check.privacy;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What attacks by shadow models owe to whoever trains these. */
final class ShadowModels {
  private ShadowModels() {}

  static void requireTraining(Trainer trainer) {
    if (!trainer.retrains()) {
      throw new TouchstoneException(
          "%s does not train, and shadow models have to be trained; give a Trainer"
              .formatted(trainer.name()));
    }
  }

  /**
   * What an attack is made of; empty where the trainer does not say all that it is made of.
   *
   * @param role of the data that the models are trained on
   */
  static Map<String, String> settings(Trainer trainer, int models, String role, Dataset data) {
    if (trainer.sha256().isEmpty()) {
      return Map.of();
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("shadow models", Integer.toString(models));
    settings.put("shadow trainer", trainer.name());
    settings.put("shadow trainer sha256", trainer.sha256().orElseThrow());
    settings.put(role, data.name());
    settings.put(role + " sha256", data.sha256());
    return settings;
  }
}
