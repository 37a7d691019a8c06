package dev.touchstone.evidence;

import java.util.List;

/** What a test tolerates of one quantity: {@link Bound one limit} or {@link Between two}. */
public sealed interface Tolerance permits Bound, Between {

  /** Returns the limits, each to be kept. */
  List<Bound> bounds();

  /** Returns it as a sentence has it: {@code "at most 0.1"}, {@code "between 0.2 and 0.3"}. */
  String inWords();

  /** Returns whether a value is tolerated. */
  default boolean admits(double value) {
    return bounds().stream().allMatch(bound -> bound.admits(value));
  }
}
