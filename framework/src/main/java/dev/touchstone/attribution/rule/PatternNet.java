package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.Map;

/**
 * PatternNet (Kindermans et al. 2018; thesis, section 3.2): what in the input a score answers to,
 * in the input's own units. The way back is the gradient's, with each layer's weights replaced by
 * patterns: the directions in which its inputs vary together with its outputs in data, which
 * weights are not, since these also cancel distractors.
 *
 * <p>The patterns are learnt from data when a model is first explained, in one pass: by the
 * two-component estimator where a rectifier follows, by the linear one elsewhere. Defined for
 * chains of layers, rectifiers and poolings; a normalisation passes a signal back by the inverse of
 * its scale.
 */
public final class PatternNet implements AttributionMethod {
  private final Patterns patterns;

  private PatternNet(Patterns patterns) {
    this.patterns = patterns;
  }

  /**
   * Returns PatternNet with patterns of some data, best those that the model was trained on.
   *
   * @param data examples of the shape that the model takes, some hundred at least
   */
  public static PatternNet learnedFrom(Dataset data) {
    return new PatternNet(Patterns.learnedFrom(data));
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
        new Patterns.Rule(name(), (pattern, weight) -> pattern, PatternNet::unscaled, "patterns");
    return patterns.attribute(model, batch, quantity, rule, context);
  }

  /** The pattern of a number that is only scaled is the inverse of its scale. */
  private static List<NDArray> unscaled(Passage passage) {
    NDArray signal = passage.gradient();
    NDArray scale = passage.derivativeAt(passage.inputs(), signal.onesLike()).get(0);
    return List.of(NDArrays.where(scale.eq(0), signal.zerosLike(), signal.div(scale)));
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
