package dev.touchstone.check.explanation;

import dev.touchstone.graph.Layer;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * A layer by its name: what its weights' names have in common, such as {@code fc1} for {@code
 * fc1.weight} and {@code fc1.bias}.
 *
 * @param name not empty
 */
public record NamedLayer(String name) {

  /** Checks the name. */
  public NamedLayer {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a layer's name is empty");
    }
  }

  /**
   * The layer's place among a model's layers.
   *
   * @throws TouchstoneException if there is none of this name, naming those there are
   */
  int positionIn(WhiteBox box, String model) {
    List<String> known = box.layers().stream().map(Layer::name).toList();
    int position = known.indexOf(name);
    if (position < 0) {
      throw new TouchstoneException(
          model + " has no layer \"" + name + "\"; from input to output it has " + known);
    }
    return position;
  }
}
