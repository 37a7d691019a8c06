package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;
import org.apiguardian.api.API;

/** The model's preprocessing as its first step: (x - mean)/std per channel or feature. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record InputNormalisation(double[] mean, double[] std) implements Operator {

  /** Its settings, which are all that it depends on. */
  public Definition definition() {
    return Definition.of(Digest.sha256().add(mean).add(std));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    return x.sub(perChannel(x, mean)).div(perChannel(x, std));
  }

  private static NDArray perChannel(NDArray x, double[] values) {
    NDArray array =
        NativeArrays.of(x.getManager(), values, new Shape(values.length))
            .toType(x.getDataType(), false);
    return values.length == 1 ? array : Broadcast.perChannel(array, x.getShape().dimension());
  }
}
