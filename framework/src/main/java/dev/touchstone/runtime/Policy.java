package dev.touchstone.runtime;

/** What becomes of a claim that the data could not decide. */
public enum Policy {
  /** An inconclusive verdict fails the test (the default). */
  STRICT,
  /** An inconclusive verdict passes with a warning in the report. */
  LENIENT
}
