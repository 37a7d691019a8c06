package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** ONNX {@code Gemm}: αAB + βC, with A or B transposed on request. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Gemm(float alpha, float beta, boolean transposeA, boolean transposeB)
    implements Growing {

  static Operator from(Attributes attributes) {
    return new Gemm(
        attributes.number("alpha", 1),
        attributes.number("beta", 1),
        attributes.integer("transA", 0) == 1,
        attributes.integer("transB", 0) == 1);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray a = transposeA ? inputs.get(0).transpose() : inputs.get(0);
    NDArray b = transposeB ? inputs.get(1).transpose() : inputs.get(1);
    NDArray product = a.matMul(b);
    NDArray scaled = alpha == 1 ? product : Scalars.mul(product, alpha);
    NDArray c = Axes.input(inputs, 2);
    if (c == null) {
      return scaled;
    }
    return scaled.add(beta == 1 ? c : Scalars.mul(c, beta));
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    Shape a = Axes.required(inputs, 0).getShape();
    Shape b = Axes.required(inputs, 1).getShape();
    if (a.dimension() != 2 || b.dimension() != 2) {
      throw new IllegalArgumentException("a product of what are no matrices");
    }
    return Growing.product(a.get(transposeA ? 1 : 0), b.get(transposeB ? 0 : 1));
  }
}
