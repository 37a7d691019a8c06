package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Reading;
import org.apiguardian.api.API;

/** Words that the readings of several checks share. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Readings {
  private Readings() {}

  /** The examples of a slice: {@code "examples"}, or {@code "examples with sex=Female"}. */
  public static String examples(String slice) {
    return slice.equals(Slice.OVERALL) ? "examples" : "examples with " + named(slice);
  }

  /** A name from data, which is no place for the value even if it looks like one. */
  public static String named(String name) {
    return Reading.literal(name);
  }
}
