package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.util.Map;
import java.util.Optional;

/**
 * What is done to examples before a model is asked about them. A new one is a new class with this
 * interface, passed as a value.
 *
 * <p>An attack searches inside a {@linkplain #threat threat model} for a change that the model
 * answers wrongly; leaving an example as it is belongs to what it may do. A corruption changes
 * examples without asking the model, and has no threat model.
 */
public interface Perturbation {

  /** Returns what to call it in messages, such as {@code "PGD"}. */
  String name();

  /** Returns facts for provenance; together with name and class they stand for the perturbation. */
  Map<String, String> settings();

  /** Returns inside of what an attack searches; empty for what is no attack. */
  default Optional<ThreatModel> threat() {
    return Optional.empty();
  }

  /** Returns whether it follows the model's gradients, which may be masked. */
  default boolean followsGradients() {
    return false;
  }

  /**
   * Refuses what it cannot be tried on, before any work is done.
   *
   * @throws dev.touchstone.runtime.TouchstoneException saying why and what to write
   */
  void check(Classifier model, Dataset data);

  /**
   * Changes examples.
   *
   * @param examples their indices in the data, at least one
   * @return a row for each of them, in their order
   */
  Perturbed perturb(Classifier model, Dataset data, int[] examples, RunContext context);
}
