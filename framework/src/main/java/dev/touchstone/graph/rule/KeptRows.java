package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * What one node keeps of a portion of paths for the portions after it: of each array that it asks
 * predecessors of, the row of the latest origin of paths, and the last row.
 */
final class KeptRows {
  private final NDManager manager;
  private final List<NDList> arrays = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param manager what the kept rows belong to
   */
  KeptRows(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Keeps an array's rows for the next portion.
   *
   * @param which the array's place among those of the node
   * @param origin the row of the last origin among these; -1 if there is none
   * @return the origin and the last row before these, until the memory of these is freed; nothing
   *     if there are none before
   */
  NDList exchange(int which, NDArray rows, int origin) {
    NDArray last = copy(rows, rows.getShape().get(0) - 1);
    if (which == arrays.size()) {
      arrays.add(new NDList(copy(rows, origin), last));
      return new NDList();
    }
    NDList before = arrays.get(which);
    arrays.set(which, new NDList(origin < 0 ? before.get(0) : copy(rows, origin), last));
    before.get(1).attach(rows.getManager());
    if (origin >= 0) {
      before.get(0).attach(rows.getManager());
    }
    return before;
  }

  private NDArray copy(NDArray rows, long row) {
    // A slice would hold the memory of all rows.
    NDArray copy = rows.get(new NDIndex("{}:{}", row, row + 1)).duplicate();
    copy.attach(manager);
    return copy;
  }
}
