package dev.touchstone.attribution.rule;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/**
 * Deep Taylor decomposition (Montavon et al. 2017): the score, as far as it is positive, is handed
 * back by what is the first Taylor term of each layer at a root point of its own. Where inputs come
 * from rectifiers, that is the z⁺ rule without biases; in the first layers the w² rule, or zᴮ where
 * inputs are {@linkplain #withBounds between bounds}. Where branches join, positive numbers share
 * alone. Maps are nowhere negative, and add up to the positive score.
 *
 * <p>A model must have no activations but rectifiers. A batch normalisation that does not stand
 * directly behind a layer hands relevance on as it is.
 */
public final class DeepTaylor implements AttributionMethod {
  private static final String WHY = "finds root points behind rectifiers";

  private static final DeepTaylor UNBOUNDED =
      new DeepTaylor(
          Composite.withDefaults()
              .withConvolutions(RelevanceRule.zPlusWithoutBias())
              .withDenseLayers(RelevanceRule.zPlusWithoutBias())
              .withNormalisations(RelevanceRule.pass())
              .withSums(new PositiveSumRule(Stabiliser.USUAL))
              .withFirstLayers(RelevanceRule.wSquare()));

  private final Composite composite;

  private DeepTaylor(Composite composite) {
    this.composite = composite;
  }

  /** Returns the decomposition for inputs that may be any number. */
  public static DeepTaylor withDefaults() {
    return UNBOUNDED;
  }

  /**
   * Returns the decomposition for inputs between two numbers.
   *
   * @param low the smallest number that an input may be
   * @param high the largest one
   */
  public DeepTaylor withBounds(double low, double high) {
    return new DeepTaylor(composite.withFirstLayers(RelevanceRule.zBox(low, high)));
  }

  /**
   * Returns the decomposition for inputs with bounds of their own.
   *
   * @param low the smallest numbers: one per channel, or one per input value
   * @param high as many largest ones
   */
  public DeepTaylor withBounds(double[] low, double[] high) {
    return new DeepTaylor(composite.withFirstLayers(RelevanceRule.zBox(low, high)));
  }

  /** Nothing in a map speaks against what is explained. */
  @Override
  public boolean signed() {
    return false;
  }

  @Override
  public Map<String, String> settings() {
    return composite.settings();
  }

  @Override
  public void require(Model model) {
    propagation(model);
  }

  private Propagation propagation(Model model) {
    return Propagation.of(model, name()).requireRectifiers(name(), WHY);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    StartingRelevance relevance = StartingRelevance.ofWhatSpeaksFor(quantity, batch.rows());
    return propagation(model).explain(composite, batch, relevance, context);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
