package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.touchstone.runtime.Digest;
import java.util.List;
import org.apiguardian.api.API;

/** One of the k scores of every example, n × 1: what a model of several labels says of one. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ScoreColumn(int column) implements Operator {

  /** Its settings, which are all that it depends on. */
  public Definition definition() {
    return Definition.of(Digest.sha256().add(column));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    return inputs.get(0).get(new NDIndex(":, %d:%d".formatted(column, column + 1)));
  }
}
