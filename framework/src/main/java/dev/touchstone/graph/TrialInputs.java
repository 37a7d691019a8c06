package dev.touchstone.graph;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apiguardian.api.API;

/** Inputs at random, on which it is tried whether two ways of computing a model agree. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class TrialInputs {
  /** An id that every table has, and what a mask lets through. */
  private static final long SAME = 1;

  private TrialInputs() {}

  /**
   * Makes examples of all that a graph takes: numbers between -1 and 1, and whole numbers and truth
   * values that are 0 or 1, the same in every JVM.
   *
   * @param free the length of axes that are free
   */
  static Inputs of(List<GraphInput> inputs, int examples, int free) {
    Map<String, TypedTensor> values = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(2);
    for (GraphInput input : inputs) {
      int[] shape = shape(input.shape(), examples, free);
      int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      values.put(
          input.name(),
          input.type().isFloating()
              ? of(shape, examples)
              : new TypedTensor.Integers(random.longs(size, 0, 2).toArray(), shape));
    }
    return Inputs.of(values);
  }

  /**
   * Makes points of a path: numbers between -1 and 1 as features, and all else the same at each.
   *
   * @param graph of one input of floating-point numbers
   * @param free the length of axes that are free
   */
  public static Inputs path(Graph graph, int points, int free) {
    GraphInput moving = graph.movingInput();
    Map<String, TypedTensor> others = new LinkedHashMap<>();
    graph.inputs().stream()
        .filter(input -> !input.equals(moving))
        .forEach(input -> others.put(input.name(), same(shape(input.shape(), points, free), SAME)));
    return Inputs.of(of(shape(moving.shape(), points, free), points), others);
  }

  private static TypedTensor same(int[] shape, long value) {
    long[] values = new long[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, value);
    return new TypedTensor.Integers(values, shape);
  }

  private static int[] shape(int[] given, int examples, int free) {
    int[] shape = Arrays.stream(given).map(length -> length < 1 ? free : length).toArray();
    shape[0] = examples;
    return shape;
  }

  /**
   * Makes examples of numbers between -1 and 1, the same in every JVM.
   *
   * @param inputShape of a model; its first axis is ignored, and free ones have length 1
   */
  public static Tensor of(int[] inputShape, int examples) {
    int[] shape = shape(inputShape, examples, 1);
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, shape);
  }
}
