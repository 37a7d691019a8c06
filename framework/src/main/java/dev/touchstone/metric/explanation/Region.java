package dev.touchstone.metric.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import java.util.List;

/** Where in each example the evidence lies, or must not lie: which of its places are inside. */
public interface Region {

  /**
   * Returns which places of an example are inside: pixels row by row, or columns.
   *
   * @param examples those that are explained
   * @param example the index of one
   */
  boolean[] inside(Dataset examples, int example);

  /**
   * Refuses data that have no such region.
   *
   * @throws dev.touchstone.runtime.TouchstoneException naming what the data have
   */
  default void require(Dataset data) {}

  /**
   * Returns the same region as it is in these examples, where it takes work to find that is the
   * same for each of them; by default this one.
   */
  default Region in(Dataset examples) {
    return this;
  }

  /** Returns the region in words, such as {@code "rows 0 to 5 and columns 0 to 12"}. */
  String describe();

  /**
   * Returns a rectangle of every image.
   *
   * @param top the first row, 0-based
   * @param left the first column, 0-based
   * @throws IllegalArgumentException for a negative place, or a rectangle of nothing
   */
  static Region box(int top, int left, int height, int width) {
    return new RegionOfBox(top, left, height, width);
  }

  /**
   * Returns what masks show, one for each example.
   *
   * @param masks images of one channel as large as the examples, found by the examples' ids; a
   *     pixel above 0 is inside
   */
  static Region masks(Dataset masks) {
    return new RegionOfMasks(masks);
  }

  /**
   * Returns columns of a table; one that was spread over several, such as {@code sex=Male}, is
   * meant by its own name.
   *
   * @param names of columns that a model takes, at least one
   */
  static Region columns(String... names) {
    return new RegionOfColumns(List.of(names));
  }

  /**
   * Returns where a signal is: what {@code signal.addedTo(data)} changes in its examples (thesis,
   * section 4.2, asks whether a map shows it).
   */
  static Region of(SpuriousSignal signal) {
    return new RegionOfSignal(signal);
  }
}
