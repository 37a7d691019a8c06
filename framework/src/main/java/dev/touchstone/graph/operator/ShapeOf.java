package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import dev.touchstone.runtime.NativeArrays;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/** ONNX {@code Shape}, from opset 15 on of some axes. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ShapeOf(int start, int end) implements Operator {

  static Operator from(Attributes attributes) {
    return new ShapeOf(attributes.index("start", 0), attributes.index("end", Integer.MAX_VALUE));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    long[] shape = inputs.get(0).getShape().getShape();
    int from = clamp(start, shape.length);
    int to = Math.max(from, clamp(end, shape.length));
    return NativeArrays.of(inputs.get(0).getManager(), Arrays.copyOfRange(shape, from, to));
  }

  private static int clamp(int axis, int rank) {
    return Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
  }
}
