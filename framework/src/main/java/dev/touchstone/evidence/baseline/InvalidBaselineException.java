package dev.touchstone.evidence.baseline;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A baseline file cannot be used; the message names the file, what is wrong, and the cure. */
public final class InvalidBaselineException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  InvalidBaselineException(Path file, String wrong) {
    this(file, wrong, null);
  }

  InvalidBaselineException(Path file, String wrong, @Nullable Throwable cause) {
    super("the baseline " + PlainText.of(file.toString(), 1000) + " " + wrong, cause);
  }
}
