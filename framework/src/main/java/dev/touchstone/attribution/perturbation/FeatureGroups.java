package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import java.util.List;
import java.util.Map;

/**
 * Which values of an example are taken away together: the players among whom a Shapley value is
 * shared out. A group's share is divided evenly among its values, so that a map keeps its sum.
 * Implementations are immutable; a division of one's own, such as superpixels of each image, is a
 * new class.
 */
public interface FeatureGroups {

  /**
   * Returns the group of each of an example's values.
   *
   * @param batch examples
   * @param example its place in the batch
   * @return for each value, in the order of {@link Inputs#columns()}, the number of its group,
   *     counted from 0 without gaps
   * @throws dev.touchstone.runtime.TouchstoneException if examples of this shape cannot be divided
   *     so
   */
  int[] of(Inputs batch, int example);

  /** Returns what determines the groups, for provenance. */
  String describe();

  /** Leaves every value by itself. */
  static FeatureGroups none() {
    return new Groups.None();
  }

  /**
   * Takes columns of a table together, such as those of one category that was one-hot encoded.
   *
   * @param columns by name of the group; a column that stands in none is by itself
   * @throws IllegalArgumentException for a column in two groups, or a group without columns
   */
  static FeatureGroups ofColumns(Map<String, List<String>> columns) {
    return Groups.OfColumns.checked(columns);
  }

  /**
   * Divides images into rectangles, across all channels; those at the right and lower margin may be
   * smaller.
   *
   * @param height of a rectangle in pixels, at least 1
   * @param width likewise
   */
  static FeatureGroups patches(int height, int width) {
    return Groups.Patches.checked(height, width);
  }

  /**
   * Divides every example alike, by hand.
   *
   * @param segments the number of the segment of each pixel, across all channels, or of each value;
   *     counted from 0 without gaps
   */
  static FeatureGroups segments(int... segments) {
    return Groups.Segments.checked(segments);
  }
}
