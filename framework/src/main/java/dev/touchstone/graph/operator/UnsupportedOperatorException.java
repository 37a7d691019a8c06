package dev.touchstone.graph.operator;

import dev.touchstone.runtime.TouchstoneException;

/** The white box does not know an operator, or one of its settings. */
public final class UnsupportedOperatorException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  /** Says which operator, or which of its settings, and where. */
  public UnsupportedOperatorException(String message) {
    super(message);
  }
}
