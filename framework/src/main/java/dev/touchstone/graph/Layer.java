package dev.touchstone.graph;

import java.util.List;

/**
 * A named group of weights, such as {@code fc1} with {@code fc1.weight} and {@code fc1.bias}.
 *
 * @param name what the weights' names have in common
 * @param weights the names of its weights
 * @param node the name of the last node that uses them
 */
public record Layer(String name, List<String> weights, String node) {

  /** Copies the names. */
  public Layer {
    weights = List.copyOf(weights);
  }
}
