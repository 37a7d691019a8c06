package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.Map;

/**
 * PatternAttribution (Kindermans et al. 2018; thesis, section 3.2): how much each input's share of
 * the signal contributes to a score. The way back is the gradient's, with each layer's weights w
 * replaced by w ⊙ a, where a are the patterns of {@link PatternNet}: the root point of a Taylor
 * decomposition lies where the signal is gone and the distractor is left.
 *
 * <p>Patterns are learnt, and models refused, as {@link PatternNet} does.
 */
public final class PatternAttribution implements AttributionMethod {
  private final Patterns patterns;

  private PatternAttribution(Patterns patterns) {
    this.patterns = patterns;
  }

  /**
   * Returns PatternAttribution with patterns of some data, best those that the model was trained
   * on.
   *
   * @param data examples of the shape that the model takes, some hundred at least
   */
  public static PatternAttribution learnedFrom(Dataset data) {
    return new PatternAttribution(Patterns.learnedFrom(data));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    return patterns.settings();
  }

  @Override
  public void require(Model model) {
    Patterns.require(Propagation.of(model, name()), name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    Patterns.Rule rule =
        new Patterns.Rule(
            name(), NDArray::mul, passage -> List.of(passage.gradient()), "weighted patterns");
    return patterns.attribute(model, batch, quantity, rule, context);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
