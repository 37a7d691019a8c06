package dev.touchstone.graph;

import dev.touchstone.data.Inputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some examples of a batch that are computed at once.
 *
 * @param rows their inputs
 * @param examples their places in the batch
 * @param present how many of them count; those behind fill up a batch of a fixed size
 */
record Portion(Inputs rows, int[] examples, int present) {

  /**
   * Cuts a batch up.
   *
   * @param size of each portion
   * @param filled whether the last one is filled up to that size with copies of the last example
   */
  static List<Portion> of(Inputs batch, int size, boolean filled) {
    List<Portion> portions = new ArrayList<>();
    for (int from = 0; from < batch.rows(); from += size) {
      int start = from;
      int present = Math.min(size, batch.rows() - from);
      int[] examples = new int[filled ? size : present];
      Arrays.setAll(examples, i -> start + Math.min(i, present - 1));
      portions.add(new Portion(batch.select(examples), examples, present));
    }
    return portions;
  }

  /**
   * One example of a batch.
   *
   * @param size how many copies of it the model takes
   */
  static Portion single(Inputs batch, int example, int size) {
    int[] examples = new int[size];
    Arrays.fill(examples, example);
    return new Portion(batch.select(examples), examples, 1);
  }
}
