package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;

/**
 * An array's rows and their predecessors, looked at where they lie.
 *
 * @param own the rows
 * @param kept the predecessors behind them, a buffer each
 * @param places of the predecessors, as in {@link Predecessors}
 * @param width of a row
 */
record PathFloats(FloatBuffer own, FloatBuffer[] kept, int[] places, int width) {

  /** Of an array that {@link HostFloats} can look at. */
  static PathFloats of(NDArray rows, Predecessors.Located predecessors) {
    return new PathFloats(
        HostFloats.read(rows),
        predecessors.kept().stream().map(HostFloats::read).toArray(FloatBuffer[]::new),
        predecessors.places(),
        Math.toIntExact(rows.getShape().slice(1).size()));
  }

  int rows() {
    return places.length;
  }

  /** The place of a row's predecessor. */
  int place(int row) {
    return places[row];
  }

  /** Reads a piece of a row. */
  void at(int row, int start, float[] into, int size) {
    own.get(row * width + start, into, 0, size);
  }

  /** Reads a piece of a row's predecessor. */
  void before(int row, int start, float[] into, int size) {
    int place = places[row];
    if (place < places.length) {
      at(place, start, into, size);
    } else {
      kept[place - places.length].get(start, into, 0, size);
    }
  }
}
