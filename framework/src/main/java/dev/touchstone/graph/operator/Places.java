package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.stream.LongStream;

/**
 * Places in the leading axes of an array, as {@code GatherND} and {@code ScatterND} name them: the
 * last axis of the indices holds the coordinates of a place.
 *
 * @param rows the places counted through all leading axes
 * @param batch how many leading axes indices and array have in common
 * @param coordinates how many axes a place is named by, behind these
 */
record Places(NDArray rows, int batch, int coordinates) {

  /** Places counted from the first, where they are counted from the last if negative. */
  static NDArray counted(NDArray indices, long length) {
    NDArray whole = indices.toType(DataType.INT64, false);
    return whole.add(Scalars.mul(whole.lt(0).toType(DataType.INT64, false), length));
  }

  /**
   * Counts the places that indices name.
   *
   * @param of the shape of what they are places in
   * @param batch how many leading axes the indices share with it
   */
  static Places of(NDArray indices, Shape of, int batch) {
    Shape named = indices.getShape();
    int coordinates = Math.toIntExact(named.get(named.dimension() - 1));
    long batches = of.slice(0, batch).size();
    NDArray each = indices.reshape(new Shape(batches, -1, coordinates));
    NDArray rows =
        NativeArrays.of(
            indices.getManager(), LongStream.range(0, batches).toArray(), new Shape(batches, 1));
    for (int axis = 0; axis < coordinates; axis++) {
      long length = of.get(batch + axis);
      NDArray along = counted(each.get(new NDIndex(":, :, {}", axis)), length);
      rows = Scalars.mul(rows, length).add(along);
    }
    return new Places(rows.flatten(), batch, coordinates);
  }

  /** The array with the leading axes as one, so that a place is a row. */
  NDArray rowsOf(NDArray array) {
    Shape shape = array.getShape();
    int leading = batch + coordinates;
    return array.reshape(new Shape(shape.slice(0, leading).size(), shape.slice(leading).size()));
  }
}
