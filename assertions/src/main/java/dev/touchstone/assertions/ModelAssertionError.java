package dev.touchstone.assertions;

import dev.touchstone.evidence.CarriesVerdict;
import dev.touchstone.evidence.Verdict;
import org.opentest4j.AssertionFailedError;

/** A claim about a model that was refuted, or could not be decided; carries its verdict. */
public final class ModelAssertionError extends AssertionFailedError implements CarriesVerdict {
  private static final long serialVersionUID = 1L;

  private final transient Verdict verdict;

  ModelAssertionError(String message, Verdict verdict) {
    super(message);
    this.verdict = verdict;
  }

  /** What was found, and judged against what. */
  @Override
  public Verdict verdict() {
    return verdict;
  }
}
