package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.apiguardian.api.API;

/** Where the paths of a method begin: one value for all inputs, or as many as an example has. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Baseline {
  private static final Baseline ZEROS = new Baseline(0);

  private final float[] values;

  private Baseline(float... values) {
    this.values = values;
  }

  /** Returns zeros for all inputs. */
  public static Baseline zeros() {
    return ZEROS;
  }

  /**
   * Returns the baseline of these values.
   *
   * @param values one for all inputs, or as many as an example has
   * @throws IllegalArgumentException if there are none, or one is NaN or infinite
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
   * Returns the baseline as an example of a batch.
   *
   * @throws TouchstoneException if it is of another length
   */
  public float[] forExamplesOf(Tensor batch) {
    int size = batch.rowSize();
    if (values.length == 1) {
      float[] alike = new float[size];
      Arrays.fill(alike, values[0]);
      return alike;
    }
    if (values.length != size) {
      throw new TouchstoneException(
          "the baseline has %d values and an example %d; give one value for all inputs, or %2$d"
              .formatted(values.length, size));
    }
    return values.clone();
  }

  /** Returns the value, or a hash of the values, for a method's settings. */
  @Override
  public String toString() {
    return values.length == 1
        ? Float.toString(values[0])
        : Digest.sha256().add(values).hex().substring(0, 16);
  }
}
