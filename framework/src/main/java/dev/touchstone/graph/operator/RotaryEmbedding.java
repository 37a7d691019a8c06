package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code RotaryEmbedding}: pairs of a head's numbers turned by angles that grow with the place
 * in the sequence (Su et al. 2021), whose cosines and sines are given.
 *
 * @param heads 0 where the input has an axis of heads
 * @param turned how many of a head's numbers are turned; 0 for all
 * @param interleaved whether the numbers of a pair stand next to each other, or half of them apart
 */
record RotaryEmbedding(int heads, int turned, boolean interleaved) implements Growing {
  private static final int COSINES = 1;
  private static final int SINES = 2;
  private static final int PLACES = 3;

  static Operator from(Attributes attributes) {
    return new RotaryEmbedding(
        attributes.index("num_heads", 0),
        attributes.index("rotary_embedding_dim", 0),
        attributes.flag("interleaved", false));
  }

  @Override
  public NDArray apply(List<@Nullable NDArray> inputs) {
    NDArray given = Axes.required(inputs, 0);
    boolean joined = given.getShape().dimension() == 3;
    NDArray x = joined ? apart(given) : given.transpose(0, 2, 1, 3);
    long width = x.getShape().get(3);
    long some = turned == 0 ? width : turned;
    NDArray cosines = ofPlaces(inputs, COSINES, some / 2);
    NDArray sines = ofPlaces(inputs, SINES, some / 2);

    NDArray first = interleaved ? ofPairs(x, some, 0) : cut(x, 0, some / 2);
    NDArray second = interleaved ? ofPairs(x, some, 1) : cut(x, some / 2, some);
    NDArray real = first.mul(cosines).sub(second.mul(sines));
    NDArray imaginary = first.mul(sines).add(second.mul(cosines));
    NDArray whole =
        interleaved
            ? NDArrays.stack(new NDList(real, imaginary), -1).reshape(cut(x, 0, some).getShape())
            : real.concat(imaginary, -1);
    NDArray all = some == width ? whole : whole.concat(cut(x, some, width), -1);
    return joined ? all.reshape(given.getShape()) : all.transpose(0, 2, 1, 3);
  }

  /** [N, L, heads · width] as [N, L, heads, width]. */
  private NDArray apart(NDArray x) {
    if (heads < 1) {
      throw new IllegalArgumentException(
          "%d heads in an input of shape %s; num_heads says how many"
              .formatted(heads, x.getShape()));
    }
    Shape shape = x.getShape();
    return x.reshape(new Shape(shape.get(0), shape.get(1), heads, -1));
  }

  /** A table's row for each place in the sequence: [N, L, 1, half]. */
  private static NDArray ofPlaces(List<@Nullable NDArray> inputs, int input, long half) {
    NDArray table = Axes.required(inputs, input);
    NDArray places = Axes.input(inputs, PLACES);
    NDArray rows = places == null ? table : new Gather(0).apply(List.of(table, places));
    Shape shape = rows.getShape();
    if (shape.dimension() != 3 || shape.get(2) != half) {
      throw new IllegalArgumentException(
          "cosines or sines of shape %s, and %d pairs of numbers are to be turned"
              .formatted(shape, half));
    }
    return rows.expandDims(2);
  }

  private static NDArray cut(NDArray x, long from, long to) {
    return x.get(new NDIndex().addEllipseDim().addSliceDim(from, to));
  }

  private static NDArray ofPairs(NDArray x, long some, int which) {
    Shape shape = x.getShape();
    NDArray pairs =
        cut(x, 0, some).reshape(new Shape(shape.get(0), shape.get(1), shape.get(2), some / 2, 2));
    return pairs.get(new NDIndex().addEllipseDim().addIndices(which));
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    long size = Axes.required(inputs, 0).size();
    NDArray places = Axes.input(inputs, PLACES);
    NDArray table = Axes.required(inputs, COSINES);
    return places == null
        ? Math.max(size, table.size())
        : Math.max(size, Math.multiplyExact(places.size(), table.getShape().get(1)));
  }
}
