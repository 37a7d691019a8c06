package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A matrix product and the bias that is added to it, if there is one: ONNX {@code MatMul} and
 * {@code Add} as one.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record AffineProduct() implements Growing {
  private static final MatrixProduct PRODUCT = new MatrixProduct();

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray product = PRODUCT.apply(inputs);
    NDArray bias = Axes.input(inputs, 2);
    return bias == null ? product : product.add(bias);
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    return PRODUCT.elements(inputs);
  }
}
