package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.touchstone.graph.operator.Growing;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies nodes one by one, and says which one it was where that fails. */
final class NodeEvaluator {
  private final String model;
  private final DataType type;
  private final long memoryBytes;

  /**
   * Of a model.
   *
   * @param model what to call it in messages
   * @param type what its floating-point numbers are
   * @param memoryBytes what one value may take
   */
  NodeEvaluator(String model, DataType type, long memoryBytes) {
    this.model = model;
    this.type = type;
    this.memoryBytes = memoryBytes;
  }

  /**
   * What a node makes of inputs.
   *
   * @param inputs in the node's order; an omitted one is null
   * @return an array of its own, in the model's precision
   * @throws TouchstoneException naming the node and the inputs' shapes
   */
  NDArray apply(Node node, List<@Nullable NDArray> inputs) {
    try {
      requireRoom(node, inputs);
      NDArray output = node.operator().apply(inputs);
      if (output.getDataType().isFloating() && output.getDataType() != type) {
        return output.toType(type, false);
      }
      boolean given = inputs.stream().anyMatch(input -> input == output);
      return given ? output.reshape(output.getShape()) : output;
    } catch (TouchstoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TouchstoneException(
          model + ": " + node + " cannot be computed from " + shapes(inputs) + ": " + firstLine(e),
          e);
    }
  }

  /** Refuses a node that would make more than evaluations may take, before native code tries. */
  private void requireRoom(Node node, List<@Nullable NDArray> inputs) {
    if (!(node.operator() instanceof Growing growing)) {
      return;
    }
    long elements;
    try {
      elements = growing.elements(inputs);
    } catch (ArithmeticException e) {
      elements = Long.MAX_VALUE;
    }
    if (elements > memoryBytes / type.getNumOfBytes()) {
      throw new TouchstoneException(
          model
              + ": "
              + node
              + " would make "
              + (elements == Long.MAX_VALUE
                  ? "more numbers than can be counted"
                  : elements + " numbers")
              + " of "
              + shapes(inputs)
              + ", and an evaluation may take touchstone.memory = "
              + memoryBytes
              + " bytes; if the model is meant to, raise it: -Dtouchstone.memory=4g");
    }
  }

  private static List<String> shapes(List<@Nullable NDArray> inputs) {
    return inputs.stream().map(NodeEvaluator::shape).toList();
  }

  private static String shape(@Nullable NDArray array) {
    try {
      return array == null ? "nothing" : array.getShape().toString();
    } catch (IllegalStateException e) {
      // What fails in the engine may have let go of its inputs.
      return "a released array";
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
