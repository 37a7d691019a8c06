package dev.touchstone.metric.explanation;

import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a metric found of each example.
 *
 * @param values one per example; NaN where there is none, as of a map that is constant
 * @param uninformed what a map that knows nothing of the model would have in each one's place; as
 *     many, or none where that is not known
 * @param beside what was found on the way
 */
public record Measured(double[] values, double[] uninformed, List<Beside> beside) {

  /**
   * Numbers beside those that are judged.
   *
   * @param quantity such as {@code "deletion area"}
   * @param range the numbers that an example can have
   * @param values one per example; NaN where there is none
   */
  public record Beside(String quantity, Range range, double[] values) {}

  /** Copies the list. */
  public Measured {
    beside = List.copyOf(beside);
  }

  /** Returns values with nothing to compare them with. */
  public static Measured of(double... values) {
    return new Measured(values, new double[0], List.of());
  }

  /**
   * Returns the same values beside those of a map that knows nothing of the model.
   *
   * @throws IllegalArgumentException unless they are as many
   */
  public Measured against(double... ofUninformedMaps) {
    if (ofUninformedMaps.length != values.length) {
      throw new IllegalArgumentException(
          "%d values of uninformed maps for %d examples"
              .formatted(ofUninformedMaps.length, values.length));
    }
    return new Measured(values, ofUninformedMaps, beside);
  }

  /** Returns the same values with others beside them. */
  public Measured beside(String quantity, Range range, double... others) {
    List<Beside> more = new ArrayList<>(beside);
    more.add(new Beside(quantity, range, others));
    return new Measured(values, uninformed, more);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
