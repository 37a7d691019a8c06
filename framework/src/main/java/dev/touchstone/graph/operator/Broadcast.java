package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/** Shapes that are stretched to fit each other, as NumPy and ONNX do it. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Broadcast {
  private Broadcast() {}

  /** The shape that several shapes are stretched to. */
  static Shape common(Shape... shapes) {
    int rank = Arrays.stream(shapes).mapToInt(Shape::dimension).max().orElse(0);
    long[] common = new long[rank];
    Arrays.fill(common, 1);
    for (Shape shape : shapes) {
      int lead = rank - shape.dimension();
      for (int axis = 0; axis < shape.dimension(); axis++) {
        if (shape.get(axis) != 1) {
          common[lead + axis] = shape.get(axis);
        }
      }
    }
    return new Shape(common);
  }

  static NDArray to(NDArray array, Shape shape) {
    return array.getShape().equals(shape) ? array : array.broadcast(shape);
  }

  /** The sum over what was stretched, so that a gradient has its value's shape again. */
  public static NDArray reduced(NDArray stretched, Shape shape) {
    int lead = stretched.getShape().dimension() - shape.dimension();
    int[] summed =
        IntStream.range(0, stretched.getShape().dimension())
            .filter(axis -> axis < lead || shape.get(axis - lead) != stretched.getShape().get(axis))
            .toArray();
    return summed.length == 0 ? stretched : stretched.sum(summed, true).reshape(shape);
  }

  /** One value per channel as an array that stretches over [N, C, …]. */
  static NDArray perChannel(NDArray values, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[1] = values.size();
    return values.reshape(new Shape(shape));
  }
}
