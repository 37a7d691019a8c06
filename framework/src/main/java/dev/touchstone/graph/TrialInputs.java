package dev.touchstone.graph;

import dev.touchstone.data.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apiguardian.api.API;

/** Inputs at random, on which it is tried whether two ways of computing a model agree. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class TrialInputs {
  private TrialInputs() {}

  /**
   * Makes examples of numbers between -1 and 1, the same in every JVM.
   *
   * @param inputShape of a model; its first axis is ignored, and free ones have length 1
   */
  public static Tensor of(int[] inputShape, int examples) {
    int[] shape = Arrays.stream(inputShape).map(length -> Math.max(length, 1)).toArray();
    shape[0] = examples;
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, shape);
  }
}
