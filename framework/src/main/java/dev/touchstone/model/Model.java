package dev.touchstone.model;

import dev.touchstone.facts.ModelFacts;
import java.util.Optional;

/**
 * A model under test: what it can do is asked for as capabilities, whatever file it came from.
 *
 * <p>A model is never changed by a check, is safe for use by several threads, and is not closed by
 * its user: whoever loaded it owns its native memory.
 */
public interface Model {

  /** Returns what to call the model in messages: by default the file's name. */
  String name();

  /**
   * Returns the SHA-256, in hexadecimal, of the file, or of all that the model computes: its
   * structure, the settings of every step and its weights. The same in every JVM.
   */
  String sha256();

  /**
   * Returns what has to be equal, besides name and facts, for another model's results to be taken
   * for this one's while the JVM runs. The hash, unless the model holds code that no hash covers,
   * such as an anonymous lambda in a block: then such code stands beside the hash.
   *
   * @return a value with {@code equals}
   */
  default Object identity() {
    return sha256();
  }

  /**
   * Returns what provenance holds of the model: name, hash, format, declared outputs,
   * preprocessing, and what its author adds {@linkplain ModelFacts#with in their own words}.
   */
  ModelFacts facts();

  /**
   * Returns a capability, if the model has it.
   *
   * @param type an interface such as {@link InputGradients}, or {@link
   *     dev.touchstone.graph.WhiteBox}
   */
  <C> Optional<C> capability(Class<C> type);

  /**
   * Returns why a capability is missing, to follow the model's name in the message, such as {@code
   * "is a function"}; empty if nothing is known.
   */
  default String whyMissing(Class<?> capability) {
    return "";
  }

  /**
   * Returns a capability that something needs.
   *
   * @param who what needs it, such as {@code "IntegratedGradients"}
   * @param cure what to write instead
   * @throws MissingCapabilityException naming who, the capability, the model and the cure
   */
  default <C> C require(Class<C> type, String who, String cure) {
    return capability(type)
        .orElseThrow(() -> new MissingCapabilityException(who, type, this, cure));
  }
}
