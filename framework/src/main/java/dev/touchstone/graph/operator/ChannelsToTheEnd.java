package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import dev.touchstone.runtime.Digest;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/** A model's first step where it takes images with channels last, and is given channels first. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ChannelsToTheEnd() implements Operator {
  private static final int[] ORDER = {0, 2, 3, 1};

  /** It depends on nothing. */
  public Definition definition() {
    return new Definition(
        Digest.sha256().add(ORDER).hex(),
        List.of(),
        List.of(),
        Map.of("perm", List.of(0L, 2L, 3L, 1L)));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    return inputs.get(0).transpose(ORDER);
  }
}
