package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proves of examples that no change within a threat model is answered wrongly. A new one is a new
 * class with this interface, passed as a value.
 */
public interface Certifier {

  /** What is known of an example. */
  enum Status {
    /** No change within the threat model is answered wrongly. */
    PROVEN,
    /** Some change is, or the example is as it is. */
    REFUTED,
    /** Neither is known. */
    OPEN
  }

  /** Returns what to call it in messages, such as {@code "linear bounds"}. */
  String name();

  /** Returns facts for provenance; together with name and class they stand for the certifier. */
  Map<String, String> settings();

  /** Returns inside of what changes lie. */
  ThreatModel threat();

  /**
   * Returns whether the proof is of the model itself, so that an attack on it can refute what was
   * not proven; not of one that is made of it, such as a smoothed one.
   */
  boolean provesTheModelItself();

  /** Returns what a proof rests on, in a sentence without its capital and its full stop. */
  String restsOn();

  /**
   * Refuses what it cannot be tried on, before any work is done.
   *
   * @throws dev.touchstone.runtime.TouchstoneException saying why and what to write
   */
  void check(Classifier model, Dataset data);

  /**
   * Certifies examples.
   *
   * @param examples their indices in the data, at least one
   * @return one for each of them, in their order
   */
  Status[] certify(Classifier model, Dataset data, int[] examples, RunContext context);

  /**
   * What is known of an example, and how.
   *
   * @param counterexample a changed example that is answered wrongly, where it was refuted by one
   */
  record Found(Status status, float @Nullable [] counterexample) {

    /** Returns a status without a counterexample. */
    public static Found of(Status status) {
      return new Found(status, null);
    }
  }

  /**
   * Certifies examples and shows the counterexamples that it has; by default none.
   *
   * @param examples their indices in the data, at least one
   * @return one for each of them, in their order
   */
  default Found[] find(Classifier model, Dataset data, int[] examples, RunContext context) {
    return Arrays.stream(certify(model, data, examples, context))
        .map(Found::of)
        .toArray(Found[]::new);
  }
}
