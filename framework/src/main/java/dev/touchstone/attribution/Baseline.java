package dev.touchstone.attribution;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.apiguardian.api.API;

/** The example that stands for nothing, from which a method counts. Immutable. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Baseline {
  private final float[] values;

  private Baseline(float[] values) {
    this.values = values;
  }

  /**
   * Makes a baseline.
   *
   * @param values one value for all inputs, or as many as an example has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  public static Baseline of(float... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a baseline of no values");
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a baseline must be finite, was " + value);
      }
    }
    return new Baseline(values.clone());
  }

  /**
   * Returns the baseline of examples of a size.
   *
   * @param size how many values an example has
   * @return as many values
   * @throws TouchstoneException if it has another number of values than 1 or that
   */
  public float[] sized(int size) {
    if (values.length == size) {
      return values.clone();
    }
    if (values.length != 1) {
      throw new TouchstoneException(
          "the baseline has %d values and an example %d; give one value for all inputs, or %2$d"
              .formatted(values.length, size));
    }
    float[] same = new float[size];
    Arrays.fill(same, values[0]);
    return same;
  }

  /** Returns what determines it: the value for all inputs, or a hash of several. */
  public String describe() {
    return values.length == 1
        ? Float.toString(values[0])
        : Digest.sha256().add(values).hex().substring(0, 16);
  }
}
