package dev.touchstone.model;

import java.util.Map;
import java.util.Optional;

/**
 * A model under test: what it can do is asked for as capabilities, whatever file it came from.
 *
 * <p>A model is never changed by a check, is safe for use by several threads, and is not closed by
 * its user: whoever loaded it owns its native memory.
 */
public interface Model {

  /** What to call the model in messages: by default the file's name. */
  String name();

  /** The SHA-256 of the file or of the weights, in hexadecimal. */
  String sha256();

  /** Facts for provenance: name, sha256, format, declared outputs, preprocessing. */
  Map<String, String> provenance();

  /**
   * A capability, if the model has it.
   *
   * @param type an interface such as {@link InputGradients}, or {@link
   *     dev.touchstone.graph.WhiteBox}
   */
  <C> Optional<C> capability(Class<C> type);

  /**
   * Why a capability is missing, to follow the model's name in the message, such as {@code "is a
   * function"}; empty if nothing is known.
   */
  default String whyMissing(Class<?> capability) {
    return "";
  }

  /**
   * A capability that something needs.
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
