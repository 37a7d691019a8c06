package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ONNX {@code GatherND}: entries, or parts, of an array at places of any shape. */
record GatherNd(int batch) implements Growing {

  static Operator from(Attributes attributes) {
    return new GatherNd(attributes.index("batch_dims", 0));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    Places places = Places.of(inputs.get(1), x.getShape(), batch);
    return places.rowsOf(x).get(new NDIndex("{}", places.rows())).reshape(shape(inputs));
  }

  private Shape shape(List<? extends @Nullable NDArray> inputs) {
    Shape x = Axes.required(inputs, 0).getShape();
    Shape indices = Axes.required(inputs, 1).getShape();
    int last = indices.dimension() - 1;
    return indices.slice(0, last).addAll(x.slice(batch + Math.toIntExact(indices.get(last))));
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    return Growing.product(shape(inputs).getShape());
  }
}
