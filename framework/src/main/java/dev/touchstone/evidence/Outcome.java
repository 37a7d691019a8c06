package dev.touchstone.evidence;

/** What the data say about a claim. */
public enum Outcome {
  /** The claim is shown: the interval lies inside the bound. */
  PASS,
  /** The claim is refuted: the interval lies outside, corrected for the number of slices. */
  FAIL,
  /** The data cannot decide. */
  INCONCLUSIVE
}
