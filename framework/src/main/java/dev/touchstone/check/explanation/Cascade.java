package dev.touchstone.check.explanation;

import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Reinitialisation;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order in which layers are re-initialised: one step per layer that multiplies (a convolution,
 * a dense layer), from the output to the input, each together with the normalisations between it
 * and the step before.
 *
 * @param steps from the top down
 * @param judged the step that is judged
 * @param all every layer of the model
 */
record Cascade(List<Step> steps, int judged, List<Layer> all) {

  /** A layer, and what is re-initialised when its turn has come. */
  record Step(String name, List<Layer> fresh) {}

  /**
   * The steps of a model.
   *
   * @param layer the layer after which maps are judged; the middle step if null
   * @param alone whether the layers of earlier steps keep their weights
   * @throws TouchstoneException if there is no such layer, or no layer that multiplies
   */
  static Cascade of(WhiteBox box, @Nullable NamedLayer layer, boolean alone, String model) {
    List<Layer> layers = box.layers();
    int named = layer == null ? -1 : layer.positionIn(box, model);
    List<Step> steps = new ArrayList<>();
    int judged = -1;
    int below = layers.size();
    for (int p = layers.size() - 1; p >= 0; p--) {
      if (p == named || Reinitialisation.multiplies(box, layers.get(p))) {
        if (p == named) {
          judged = steps.size();
        }
        steps.add(new Step(layers.get(p).name(), layers.subList(p, alone ? below : layers.size())));
        below = p;
      }
    }
    if (steps.isEmpty()) {
      throw new TouchstoneException(model + " has no layer whose weights could be re-initialised");
    }
    // What normalises the input goes with the lowest step, so that in the end nothing is left.
    Step lowest = steps.remove(steps.size() - 1);
    steps.add(
        new Step(
            lowest.name(),
            layers.subList(0, alone ? below + lowest.fresh().size() : layers.size())));
    return new Cascade(steps, judged < 0 ? (steps.size() - 1) / 2 : judged, layers);
  }

  /** The judged layer's name. */
  String judgedName() {
    return steps.get(judged).name();
  }

  /** The steps' names, from the top down. */
  List<String> names() {
    return steps.stream().map(Step::name).toList();
  }
}
