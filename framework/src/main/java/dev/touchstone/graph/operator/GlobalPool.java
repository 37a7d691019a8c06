package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/** ONNX {@code GlobalAveragePool} and {@code GlobalMaxPool}: one number per channel. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record GlobalPool(Reduce.Reduction reduction) implements Operator {

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    return reduction.reduce(x, IntStream.range(2, x.getShape().dimension()).toArray());
  }
}
