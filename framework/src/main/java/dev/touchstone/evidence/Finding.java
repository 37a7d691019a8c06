package dev.touchstone.evidence;

import java.util.Map;

/**
 * One of the worst examples, bins or points behind a measurement.
 *
 * @param subject a stable id that the user can look up: an example id, a bin's range
 * @param facts aligned facts about it, in reading order
 */
public record Finding(String subject, Map<String, String> facts) {

  /** Copies the facts, keeping their order. */
  public Finding {
    facts = Ordered.copyOf(facts);
  }
}
