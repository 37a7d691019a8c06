package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/**
 * Input times gradient: {@code M = x ⊙ ∇ₓ f_c(x)} (Shrikumar et al. 2016), signed. The thesis
 * (section 3.2, "Input-Grad") writes {@code |∇ₓ f_c(x)| ⊙ x}: {@link #withAbsoluteGradient()}. Both
 * show much of the input itself: |Spearman| between the maps of unrelated networks was measured at
 * .87, so compare them only with what unrelated networks give.
 */
public final class InputTimesGradient implements AttributionMethod {
  private final boolean absolute;

  private InputTimesGradient(boolean absolute) {
    this.absolute = absolute;
  }

  /** Returns the input times the gradient with its sign. */
  public static InputTimesGradient withDefaults() {
    return new InputTimesGradient(false);
  }

  /** Takes the input times the absolute gradient, as in the thesis. */
  public InputTimesGradient withAbsoluteGradient() {
    return new InputTimesGradient(true);
  }

  @Override
  public boolean signed() {
    return !absolute;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("map", absolute ? "x |gradient|" : "x gradient");
  }

  @Override
  public void require(Model model) {
    model.require(InputGradients.class, name(), Gradient.CURE);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    Gradient gradient = Gradient.withDefaults().keepingSign();
    Attribution derivatives = gradient.attribute(require(model, name()), batch, quantity, context);
    return times(derivatives, Maps.rows(batch));
  }

  /** Explains examples of several inputs of numbers. */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    if (batch.names().isEmpty()) {
      return attribute(model, batch.features(), quantity, context).ofColumns(batch.columns());
    }
    Gradient gradient = Gradient.withDefaults().keepingSign();
    Attribution derivatives = gradient.attribute(require(model, name()), batch, quantity, context);
    return times(derivatives, Maps.rows(NumberRows.of(batch, name()).rows()));
  }

  /** A model with gradients, or a refusal that names this method. */
  private static Model require(Model model, String who) {
    model.require(InputGradients.class, who, Gradient.CURE);
    return model;
  }

  private Attribution times(Attribution derivatives, double[][] inputs) {
    double[][] maps = absolute ? Maps.absolute(derivatives.maps()) : derivatives.maps();
    return new Attribution(
        Maps.times(maps, inputs),
        derivatives.exampleShape(),
        derivatives.quantity(),
        derivatives.rule(),
        derivatives.fidelity(),
        derivatives.columns());
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
