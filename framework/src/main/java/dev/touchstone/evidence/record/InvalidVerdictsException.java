package dev.touchstone.evidence.record;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A verdict file is missing, cut off, of another version, edited, or contradicts itself. */
public final class InvalidVerdictsException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  InvalidVerdictsException(Path file, String problem, @Nullable Throwable cause) {
    super(PlainText.of(file.toString(), 500) + " " + problem, cause);
  }

  InvalidVerdictsException(Path file, String problem) {
    this(file, problem, null);
  }
}
