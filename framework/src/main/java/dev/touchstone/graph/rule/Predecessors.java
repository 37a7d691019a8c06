package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which row each row of a portion comes after, as one node sees it in one pass. Behind the
 * portion's own n rows come those that are kept: at place n the origin of all paths, at n + 1 the
 * last row of the portion before.
 */
final class Predecessors {
  private final int[] places;
  private final @Nullable KeptRows kept;
  private int asked;

  private Predecessors(int[] places, @Nullable KeptRows kept) {
    this.places = places;
    this.kept = kept;
  }

  /** Of the rows of one path, all of them at hand; the first is its own predecessor. */
  static Predecessors onePath(long rows) {
    return new Predecessors(places(new boolean[Math.toIntExact(rows)], true), null);
  }

  /**
   * Of a portion.
   *
   * @param places from {@link #places}
   * @param kept by the node
   */
  static Predecessors of(int[] places, KeptRows kept) {
    return new Predecessors(places, kept);
  }

  /**
   * The place of each row's predecessor.
   *
   * @param starts whether a row comes after the origin, and not after the row before it
   * @param first whether this is the first portion, whose first row is the origin
   */
  static int[] places(boolean[] starts, boolean first) {
    int rows = starts.length;
    int[] places = new int[rows];
    for (int row = 0; row < rows; row++) {
      if (starts[row]) {
        places[row] = first ? 0 : rows;
      } else {
        places[row] = row > 0 ? row - 1 : (first ? 0 : rows + 1);
      }
    }
    return places;
  }

  /** The predecessors' rows of an array. It is to ask the same arrays in the same order. */
  NDArray of(NDArray rows) {
    NDList all = new NDList(rows);
    all.addAll(keptBefore(rows));
    NDArray index = rows.getManager().create(Arrays.stream(places).asLongStream().toArray());
    return NDArrays.concat(all, 0).get(index);
  }

  /** The same, without a copy. */
  Located locate(NDArray rows) {
    return new Located(keptBefore(rows), places);
  }

  private NDList keptBefore(NDArray rows) {
    return kept == null ? new NDList() : kept.exchange(asked++, rows);
  }

  /**
   * Where predecessors lie.
   *
   * @param kept the origin and the last row of the portion before, if there was one
   * @param places of the predecessor of each row
   */
  record Located(NDList kept, int[] places) {}
}
