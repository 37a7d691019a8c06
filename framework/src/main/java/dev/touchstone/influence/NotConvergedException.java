package dev.touchstone.influence;

import dev.touchstone.runtime.TouchstoneException;

/**
 * A product with an inverse Hessian was not found to the accuracy that is accepted: nothing can be
 * said of influence, and a check decides nothing.
 */
public final class NotConvergedException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  /** Says what was reached, what is accepted, and the cure. */
  public NotConvergedException(String message) {
    super(message);
  }
}
