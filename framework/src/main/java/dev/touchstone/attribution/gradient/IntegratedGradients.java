package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantRules;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Integrated Gradients: {@code M = (x − x̄) ⊙ ∫₀¹ ∇ₓ f_c(x̄ + α(x − x̄)) dα} (Sundararajan et al.
 * 2017; thesis, section 3.2), signed, from a baseline x̄.
 *
 * <p>How the integral is taken depends on the model. Where derivatives jump (ReLU, max-pooling) the
 * integrand is piecewise constant with thousands of jumps, and every quadrature's error falls only
 * like 1/N. A white box whose nodes all have a secant is integrated by the <em>secant rule</em>
 * ({@link SecantRules}): complete to the last digit at any number of steps. On a network of digits
 * whose integrals are known without quadrature, 50 steps were nearer to them (on average 1e-4 of
 * the map) than 800 of Gauss-Legendre's (2e-4), and the error fell on to what single precision
 * rounds. A network that was exported for a fixed number of examples is integrated so, too, where
 * that number can be freed ({@link WhiteBox#withFreeBatch}). Without kinks it is integrated by
 * Gauss-Legendre, and anything else that has input gradients by the midpoint rule, which beats
 * Gauss-Legendre on kinks: also a network of blocks with a node that may compute anything, such as
 * the lambda {@code Activation::relu}. Which rule it was stands in {@link Attribution#rule}.
 *
 * <p>{@link #withSteps} takes as many steps for each example, {@link #withTolerance} as many as
 * each example needs.
 *
 * <p>The {@link Fidelity#COMPLETENESS_RESIDUAL completeness residual} of each map is measured where
 * the model shows its scores. It is no measure of the map's error; {@link #measuringItsError}
 * bounds that by halving the steps twice.
 */
public final class IntegratedGradients implements AttributionMethod {
  private final Steps steps;
  private final Baseline baseline;

  private IntegratedGradients(Steps steps, Baseline baseline) {
    this.steps = steps;
    this.baseline = baseline;
  }

  /** Takes 20 steps from a baseline of zeros. */
  public static IntegratedGradients withDefaults() {
    return new IntegratedGradients(Steps.withDefaults(), Baseline.of(0));
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException unless it is positive and even: the error is estimated by
   *     halving
   */
  public IntegratedGradients withSteps(int number) {
    return new IntegratedGradients(steps.withNumber(number), baseline);
  }

  /**
   * Doubles each example's steps, from eight on, until the bound of its map's error is at most a
   * share of the map's norm; the bound is the one of {@link #measuringItsError}, and a figure of
   * the result. An example that is not there with 16,384 steps is left at these, and its figure
   * says so.
   *
   * @param share such as 0.01; at least 1e-6, below which single precision rounds
   * @throws IllegalArgumentException unless it is from 1e-6 to below 1
   */
  public IntegratedGradients withTolerance(double share) {
    return new IntegratedGradients(steps.withTolerance(share), baseline);
  }

  /**
   * Takes another baseline.
   *
   * @param values one value for all inputs, or as many as an example has
   */
  public IntegratedGradients withBaseline(float... values) {
    return new IntegratedGradients(steps, Baseline.of(values));
  }

  /**
   * Integrated Gradients that bound the error of each map ({@link Fidelity#HALVING_ERROR}), at 1.75
   * times the cost.
   *
   * <p>Where derivatives jump, no power of the steps describes the error: it was measured to fall
   * like N^−1.0 to N^−1.7, by the secant rule, too. The error is therefore bounded, for an error e
   * that falls at least like 1/N: e_N ≤ |M_N − M_{N/2}|, and half of |M_{N/2} − M_{N/4}|, of which
   * the larger counts, for maps of few steps may agree by chance. It covered every example of the
   * convolutional networks tried, at 1 to 10 times the distance; where a path crosses few kinks,
   * luck may make it 3 times too small.
   */
  @Override
  public IntegratedGradients measuringItsError() {
    return new IntegratedGradients(steps.bounding(), baseline);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(steps.settings());
    settings.put("baseline", baseline.describe());
    return settings;
  }

  @Override
  public void require(Model model) {
    model.require(InputGradients.class, name(), Gradient.CURE);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InputGradients gradients = model.require(InputGradients.class, name(), Gradient.CURE);
    PathRule rule = PathRules.ofInputs(model, gradients, context);
    float[] from = baseline.sized(batch.rowSize());
    Steps.Bounded integrals = steps.maps(batch.rows(), rule, rule.integrals(from, batch, quantity));
    Attribution attribution =
        Attribution.of(integrals.maps(), batch, quantity, PathRules.described(rule, model));
    return integrals.toldBy(Completeness.toldBy(attribution, model, from, batch, context));
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
