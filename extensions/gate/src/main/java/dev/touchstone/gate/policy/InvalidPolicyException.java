package dev.touchstone.gate.policy;

import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/** A policy cannot be used; the message lists every problem with its line and its cure. */
final class InvalidPolicyException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  InvalidPolicyException(String file, List<String> problems) {
    super(
        problems.size() == 1
            ? file + " " + problems.get(0)
            : file + " has " + problems.size() + " problems:\n  " + String.join("\n  ", problems));
  }
}
