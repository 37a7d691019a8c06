package dev.touchstone.check;

import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Reading;

/** Words that the readings of several checks share. */
final class Readings {
  private Readings() {}

  /** The examples of a slice: {@code "examples"}, or {@code "examples with sex=Female"}. */
  static String examples(String slice) {
    return slice.equals(Slice.OVERALL) ? "examples" : "examples with " + named(slice);
  }

  /** A name from data, which is no place for the value even if it looks like one. */
  static String named(String name) {
    return name.replace(Reading.VALUE, "{ value }");
  }
}
