package dev.touchstone.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of a block as plain arrays, from which another training may start. */
final class Learnt {
  /** One weight. */
  private record Weight(Shape shape, float[] values) {}

  private final List<Weight> weights;

  private Learnt(List<Weight> weights) {
    this.weights = weights;
  }

  static Learnt of(Block block) {
    List<Weight> weights = new ArrayList<>();
    for (Pair<String, Parameter> entry : block.getParameters()) {
      NDArray array = entry.getValue().getArray();
      weights.add(new Weight(array.getShape(), array.toFloatArray()));
    }
    return new Learnt(weights);
  }

  /** Writes them into an initialised block of the same architecture. */
  void into(Block block, String model) {
    List<NDArray> arrays = new ArrayList<>();
    for (Pair<String, Parameter> entry : block.getParameters()) {
      arrays.add(entry.getValue().getArray());
    }
    List<Shape> needed = arrays.stream().map(NDArray::getShape).toList();
    List<Shape> given = weights.stream().map(Weight::shape).toList();
    if (!needed.equals(given)) {
      throw new TouchstoneException(
          "%s cannot start at weights of the shapes %s: its architecture has %s"
              .formatted(
                  model, Arrays.toString(given.toArray()), Arrays.toString(needed.toArray())));
    }
    for (int i = 0; i < arrays.size(); i++) {
      arrays.get(i).set(FloatBuffer.wrap(weights.get(i).values()));
    }
  }
}
