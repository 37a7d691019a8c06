package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** ONNX {@code Range}. */
record Range() implements Growing {

  @Override
  public NDArray apply(List<NDArray> inputs) {
    double start = Elementwise.scalar(inputs.get(0));
    double delta = Elementwise.scalar(inputs.get(2));
    int n = Math.toIntExact(elements(inputs));
    if (inputs.get(0).getDataType().isFloating()) {
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (float) (start + i * delta);
      }
      return NativeArrays.of(inputs.get(0).getManager(), values, new Shape(n));
    }
    return NativeArrays.of(
        inputs.get(0).getManager(),
        LongStream.range(0, n).map(i -> (long) (start + i * delta)).toArray());
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    double start = Elementwise.scalar(Axes.required(inputs, 0));
    double limit = Elementwise.scalar(Axes.required(inputs, 1));
    double delta = Elementwise.scalar(Axes.required(inputs, 2));
    double n = Math.ceil((limit - start) / delta);
    if (Double.isNaN(n)) {
      throw new IllegalArgumentException(
          "a range from " + start + " to " + limit + " in steps of " + delta);
    }
    return n >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) Math.max(0, n);
  }
}
