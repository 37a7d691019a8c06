package dev.touchstone.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The native libraries for this platform are not on the class path: they are the user's choice, and
 * come with nothing that was asked for. Programs that run tests tell it from a test that broke.
 */
public final class MissingNativesException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  /** With a message that names what to add, and what the loader said. */
  public MissingNativesException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
