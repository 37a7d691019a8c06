package dev.touchstone.metric.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * What takes the place of values that are removed from an example. No choice is neutral: a grey
 * patch is an image, too, and a model may read it; so what it was stands in the evidence.
 */
public sealed interface Removal
    permits RemovalToMean, RemovalToAnother, RemovalToValues, RemovalToBlur {

  /**
   * Replaces by the mean over the examples that are measured: of each column of a table, of each
   * channel of an image.
   */
  static Removal toMean() {
    return new RemovalToMean();
  }

  /** Replaces by the values of another example: each of them occurs, if not together. */
  static Removal toAnother() {
    return new RemovalToAnother();
  }

  /**
   * Replaces by given values.
   *
   * @param values one for all, or as many as an example has
   * @throws IllegalArgumentException for none, or one that is not finite
   */
  static Removal to(float... values) {
    return new RemovalToValues(values);
  }

  /**
   * Replaces an image's pixels by the blurred image (Fong and Vedaldi 2017; Petsiuk et al. 2018
   * insert into it).
   *
   * @param deviation of the Gaussian, in pixels
   * @throws IllegalArgumentException unless it is positive
   */
  static Removal toBlur(double deviation) {
    return new RemovalToBlur(deviation);
  }

  /** Refuses data that it cannot be taken from. */
  default void require(Dataset data) {}

  /**
   * Returns what is left of each example when everything is removed: one row each.
   *
   * @param explained the examples that are measured
   */
  float[][] of(Explained explained);

  /** Refuses values that are neither one nor as many as an example has. */
  static void requireLength(float[] values, Dataset data) {
    int size = Arrays.stream(data.shape()).reduce(1, Math::multiplyExact);
    if (values.length != 1 && values.length != size) {
      throw new TouchstoneException(
          "%d values were given for what is removed from examples of %d, %s; give one, or as many"
              .formatted(values.length, size, Arrays.toString(data.shape())));
    }
  }
}
