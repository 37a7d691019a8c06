package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;

/**
 * Shapley values without sampling, of any model that has scores, for examples of few columns:
 * {@code φᵢ = Σ_{S ∌ i} |S|! (k − |S| − 1)! / k! · (v(S ∪ i) − v(S))}, where {@code v(S)} is the
 * mean of what is explained over the rows of a background, with the values of S from the example
 * (Shapley 1953; Lundberg and Lee 2017, equations 4 and 9-12: interventional).
 *
 * <p>The model is asked about 2ᵏ times as many rows as the background has, where k is the number of
 * groups that differ from the background at all.
 */
public final class ExactShapley implements AttributionMethod {
  private final ShapleySetting setting;

  private ExactShapley(ShapleySetting setting) {
    this.setting = setting;
  }

  /**
   * Takes values away in favour of those of other examples.
   *
   * @param background with the columns of what will be explained; its rows count alike
   * @throws TouchstoneException for a background without examples
   */
  public static ExactShapley against(Dataset background) {
    return new ExactShapley(ShapleySetting.against(Background.of(background)));
  }

  /**
   * Takes values away in favour of a baseline's, of models that take features alone.
   *
   * @param values one for all inputs, or as many as an example has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  public static ExactShapley againstBaseline(float... values) {
    return new ExactShapley(ShapleySetting.against(Background.of(values)));
  }

  /** Takes values away in groups: columns of a table, or patches of an image. */
  public ExactShapley grouping(FeatureGroups groups) {
    return new ExactShapley(setting.grouping(groups));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    return setting.settings();
  }

  @Override
  public void require(Model model) {
    QuantityOfInputs.require(model, name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    return attribute(model, Inputs.of(batch), quantity, context);
  }

  /**
   * Explains a batch of any inputs.
   *
   * @throws TouchstoneException for more than 20 players, or a background of other columns
   */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    return setting.attribute(name(), new AllCoalitions(), model, batch, quantity, context);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
