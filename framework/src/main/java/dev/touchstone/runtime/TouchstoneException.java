package dev.touchstone.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Something that the user gave cannot be used. The message says what was given, what was expected
 * and what to write instead. Thrown before any engine runs.
 */
public class TouchstoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that names what was given, what was expected and the cure. */
  public TouchstoneException(String message) {
    super(message);
  }

  /** With a cause that a reader of the stack trace wants to see. */
  public TouchstoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
