package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.LongStream;

/** ONNX {@code Range}. */
final class Range {
  private Range() {}

  static NDArray apply(List<NDArray> inputs) {
    double start = Elementwise.scalar(inputs.get(0));
    double limit = Elementwise.scalar(inputs.get(1));
    double delta = Elementwise.scalar(inputs.get(2));
    int n = (int) Math.max(0, Math.ceil((limit - start) / delta));
    if (inputs.get(0).getDataType().isFloating()) {
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (float) (start + i * delta);
      }
      return inputs.get(0).getManager().create(values);
    }
    return inputs
        .get(0)
        .getManager()
        .create(LongStream.range(0, n).map(i -> (long) (start + i * delta)).toArray());
  }
}
