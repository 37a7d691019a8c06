package dev.touchstone.runtime;

import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Something that the user gave cannot be used. The message says what was given, what was expected
 * and what to write instead. Thrown before any engine runs.
 */
public class TouchstoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private @Nullable String about;

  /** With a message that names what was given, what was expected and the cure. */
  public TouchstoneException(String message) {
    super(message);
  }

  /** With a cause that a reader of the stack trace wants to see. */
  public TouchstoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Says of which part of a larger question this is, in front of the message: the exception stays
   * of its own class, with its own fields.
   *
   * @param part such as {@code "label toxic"}, in place of what was said before
   * @return this
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public TouchstoneException about(String part) {
    about = part;
    return this;
  }

  @Override
  public String getMessage() {
    String message = Objects.requireNonNullElse(super.getMessage(), "");
    return about == null ? message : "%s: %s".formatted(about, message);
  }
}
