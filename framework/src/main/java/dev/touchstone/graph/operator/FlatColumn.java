package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.Digest;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One number of every example's value, n × 1.
 *
 * @param place of the number, row-major
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record FlatColumn(int place) implements Operator {

  /** Its settings, which are all that it depends on. */
  public Definition definition() {
    return Definition.of(Digest.sha256().add(place));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray value = inputs.get(0);
    NDArray flat = value.reshape(new Shape(value.getShape().get(0), -1));
    return flat.get(new NDIndex(":, %d:%d".formatted(place, place + 1)));
  }
}
