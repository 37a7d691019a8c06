package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
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
    InputGradients source = model.require(InputGradients.class, name(), Gradient.CURE);
    double[][] maps = GradientFunction.of(source, context).atEach(batch, quantity);
    if (absolute) {
      Maps.absolute(maps);
    }
    float[] inputs = batch.values();
    for (int i = 0; i < maps.length; i++) {
      for (int j = 0; j < maps[i].length; j++) {
        maps[i][j] *= inputs[i * maps[i].length + j];
      }
    }
    return Attribution.of(maps, batch, quantity, Gradient.RULE);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
