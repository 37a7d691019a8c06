package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose result may be far larger than what it is made of, so that a small file can ask
 * for any amount of memory. The white box asks how large before it lets the operator run.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface Growing extends Operator {

  /**
   * The number of elements of the largest array that {@link #apply} makes of these inputs.
   *
   * @throws ArithmeticException if a long does not hold it
   */
  long elements(List<? extends @Nullable NDArray> inputs);

  /** The product of lengths, none of which is negative. */
  static long product(long... lengths) {
    long product = 1;
    for (long length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException("an axis of length " + length);
      }
      product = Math.multiplyExact(product, length);
    }
    return product;
  }

  /** The size of what inputs are stretched to together. */
  static long stretched(List<? extends @Nullable NDArray> inputs) {
    Shape[] shapes =
        inputs.stream().filter(Objects::nonNull).map(NDArray::getShape).toArray(Shape[]::new);
    return product(Broadcast.common(shapes).getShape());
  }
}
