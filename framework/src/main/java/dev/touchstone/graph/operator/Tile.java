package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code Tile}: each axis as many times as said. */
record Tile() implements Growing {

  @Override
  public NDArray apply(List<NDArray> inputs) {
    return inputs.get(0).tile(repeats(inputs));
  }

  private static long[] repeats(List<? extends @Nullable NDArray> inputs) {
    long[] repeats = Axes.integers(Axes.required(inputs, 1));
    int rank = Axes.required(inputs, 0).getShape().dimension();
    if (repeats.length != rank) {
      throw new IllegalArgumentException(repeats.length + " repeats for " + rank + " axes");
    }
    return repeats;
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    return Math.multiplyExact(Growing.product(repeats(inputs)), Axes.required(inputs, 0).size());
  }
}
