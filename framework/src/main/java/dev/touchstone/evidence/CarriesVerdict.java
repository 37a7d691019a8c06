package dev.touchstone.evidence;

/**
 * An error by which an assertion stops a test whose claim is not acceptable: the verdict is known,
 * so that the test has not broken.
 */
public interface CarriesVerdict {
  /** Returns what was found, and judged against what. */
  Verdict verdict();
}
