package dev.touchstone.check;

import dev.touchstone.data.Dataset.Slice;

/** Words that the readings of several checks share. */
final class Readings {
  private Readings() {}

  /** The examples of a slice: {@code "examples"}, or {@code "examples with sex=Female"}. */
  static String examples(String slice) {
    return slice.equals(Slice.OVERALL) ? "examples" : "examples with " + slice;
  }
}
