package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.touchstone.runtime.NativeArrays;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which row each row of a portion comes after, as one node sees it in one pass. Behind the
 * portion's own n rows come those that are kept: at place n the origin that the portion begins
 * under, at n + 1 the last row of the portion before.
 */
final class Predecessors {
  private final Places places;
  private final @Nullable KeptRows kept;
  private int asked;

  private Predecessors(Places places, @Nullable KeptRows kept) {
    this.places = places;
    this.kept = kept;
  }

  /**
   * The place of each row's predecessor.
   *
   * @param of a place per row; an origin's is its own
   * @param origin the last origin among the rows; -1 if there is none
   */
  record Places(int[] of, int origin) {

    /**
     * Of a portion.
     *
     * @param after what each row comes after; the very first row of all is an origin
     */
    static Places of(SecantPaths.After... after) {
      int[] of = new int[after.length];
      int origin = -1;
      for (int row = 0; row < of.length; row++) {
        switch (after[row]) {
          case NOTHING -> {
            of[row] = row;
            origin = row;
          }
          case ORIGIN -> of[row] = origin < 0 ? of.length : origin;
          case POINT_BEFORE -> of[row] = row > 0 ? row - 1 : of.length + 1;
        }
      }
      return new Places(of, origin);
    }
  }

  /** Of the rows of one path, all of them at hand; the first is its own predecessor. */
  static Predecessors onePath(long rows) {
    SecantPaths.After[] after = new SecantPaths.After[Math.toIntExact(rows)];
    Arrays.fill(after, SecantPaths.After.POINT_BEFORE);
    after[0] = SecantPaths.After.NOTHING;
    return new Predecessors(Places.of(after), null);
  }

  /**
   * Of a portion.
   *
   * @param kept by the node
   */
  static Predecessors of(Places places, KeptRows kept) {
    return new Predecessors(places, kept);
  }

  /** The predecessors' rows of an array. It is to ask the same arrays in the same order. */
  NDArray of(NDArray rows) {
    NDList all = new NDList(rows);
    all.addAll(keptBefore(rows));
    NDArray index =
        NativeArrays.of(rows.getManager(), Arrays.stream(places.of()).asLongStream().toArray());
    return NDArrays.concat(all, 0).get(index);
  }

  /** The same, without a copy. */
  Located locate(NDArray rows) {
    return new Located(keptBefore(rows), places.of());
  }

  private NDList keptBefore(NDArray rows) {
    return kept == null ? new NDList() : kept.exchange(asked++, rows, places.origin());
  }

  /**
   * Where predecessors lie.
   *
   * @param kept the origin and the last row of the portion before, if there was one
   * @param places of the predecessor of each row
   */
  record Located(NDList kept, int[] places) {}
}
