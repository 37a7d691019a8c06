package dev.touchstone.graph;

import dev.touchstone.runtime.TouchstoneException;

/** The white box does not know an operator, or one of its settings. */
public final class UnsupportedOperatorException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  UnsupportedOperatorException(String message) {
    super(message);
  }
}
