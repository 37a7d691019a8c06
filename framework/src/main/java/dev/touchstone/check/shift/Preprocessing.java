package dev.touchstone.check.shift;

/**
 * Another way in which inputs may have been prepared when a model was trained: what would have to
 * be done to an example as the data have it.
 */
public interface Preprocessing {

  /** Returns what is done, as a reader of a message has to do it: {@code "divided by 255"}. */
  String name();

  /**
   * Returns the example prepared so.
   *
   * @param example its values, row-major; not to be changed
   * @param shape of one example, such as {@code [3, 32, 32]} (channels first) or {@code [12]}
   * @return as many values, of the same shape
   */
  float[] apply(float[] example, int[] shape);
}
