package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.apiguardian.api.API;

/** ONNX {@code Reshape}: 0 keeps a dimension (unless {@code allowzero}), -1 is worked out. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Reshape(boolean allowZero) implements Operator {

  static Operator from(Attributes attributes) {
    return new Reshape(attributes.integer("allowzero", 0) == 1);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    long[] shape = Axes.integers(inputs.get(1));
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 0 && !allowZero) {
        shape[axis] = x.getShape().get(axis);
      }
    }
    return x.reshape(new Shape(shape));
  }
}
