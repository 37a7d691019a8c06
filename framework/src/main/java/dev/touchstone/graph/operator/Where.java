package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** ONNX {@code Where}. */
final class Where {
  private Where() {}

  static NDArray apply(List<NDArray> inputs) {
    NDArray condition = inputs.get(0).toType(DataType.BOOLEAN, false);
    NDArray yes = inputs.get(1);
    NDArray no = inputs.get(2);
    Shape shape = Broadcast.common(condition.getShape(), yes.getShape(), no.getShape());
    return NDArrays.where(
        Broadcast.to(condition, shape), Broadcast.to(yes, shape), Broadcast.to(no, shape));
  }
}
