package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantRules;
import dev.touchstone.graph.rule.Smoothness;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
 * <p>The {@link Fidelity#COMPLETENESS_RESIDUAL completeness residual} of each map is measured where
 * the model shows its scores. It is no measure of the map's error; {@link #measuringItsError}
 * bounds that by halving the steps twice.
 */
public final class IntegratedGradients implements AttributionMethod {
  private final int steps;
  private final float[] baseline;
  private final boolean halving;

  private IntegratedGradients(int steps, float[] baseline, boolean halving) {
    this.steps = steps;
    this.baseline = baseline;
    this.halving = halving;
  }

  /** Takes 20 steps from a baseline of zeros. */
  public static IntegratedGradients withDefaults() {
    return new IntegratedGradients(20, new float[] {0}, false);
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException unless it is positive and even: the error is estimated by
   *     halving
   */
  public IntegratedGradients withSteps(int number) {
    if (number < 2 || number % 2 != 0) {
      throw new IllegalArgumentException("steps must be positive and even, was " + number);
    }
    return new IntegratedGradients(number, baseline, halving);
  }

  /**
   * Takes another baseline.
   *
   * @param values one value for all inputs, or as many as an example has
   */
  public IntegratedGradients withBaseline(float... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a baseline of no values");
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a baseline must be finite, was " + value);
      }
    }
    return new IntegratedGradients(steps, values.clone(), halving);
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
    return new IntegratedGradients(steps, baseline, true);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("steps", Integer.toString(steps));
    settings.put(
        "baseline",
        baseline.length == 1
            ? Float.toString(baseline[0])
            : Digest.sha256().add(baseline).hex().substring(0, 16));
    return settings;
  }

  @Override
  public void require(Model model) {
    model.require(InputGradients.class, name(), Gradient.CURE);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    PathRule rule = rule(model, context);
    float[] from = baselineOf(batch);
    double[][] maps = rule.integrate(from, batch, quantity, steps);
    Attribution attribution = Attribution.of(maps, batch, quantity, described(rule, model));
    Scores scores = model.capability(Scores.class).orElse(null);
    if (scores != null) {
      int atOnce = scores.batchSize(context.settings().memoryBytes());
      double[] rise = rise(model, from, batch, quantity, atOnce);
      double[] residuals = new double[maps.length];
      Arrays.setAll(residuals, i -> Arrays.stream(maps[i]).sum() - rise[i]);
      attribution = attribution.with(Fidelity.completenessResidual(residuals, maps));
    }
    if (!halving) {
      return attribution;
    }
    double[][] halved = rule.integrate(from, batch, quantity, steps / 2);
    double[][] quartered = steps < 4 ? halved : rule.integrate(from, batch, quantity, steps / 4);
    double[] errors = new double[maps.length];
    Arrays.setAll(
        errors, i -> rule.bound(distance(maps[i], halved[i]), distance(halved[i], quartered[i])));
    return attribution.with(Fidelity.halvingError(errors, maps));
  }

  private static String described(PathRule rule, Model model) {
    boolean opaque =
        model.capability(WhiteBox.class).map(box -> !box.opaqueNodes().isEmpty()).orElse(false);
    // Without their names, so that another model of the same kind is explained by an equal rule.
    return rule.name() + (opaque ? ", since some blocks may compute anything" : "");
  }

  private static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int j = 0; j < a.length; j++) {
      squares += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(squares);
  }

  /** By how much the quantity rises from the baseline to the examples. */
  private static double[] rise(
      Model model, float[] from, Tensor to, Quantity quantity, int atOnce) {
    int[] one = to.shape();
    one[0] = 1;
    double[] low = CheckedAnswers.scores(model, Tensor.of(from, one)).rows()[0];
    double[] rise = new double[to.rows()];
    for (int start = 0; start < rise.length; start += atOnce) {
      int end = Math.min(rise.length, start + atOnce);
      double[][] high = CheckedAnswers.scores(model, rows(to, start, end)).rows();
      for (int i = 0; i < high.length; i++) {
        int example = start + i;
        rise[example] = quantity.value(high[i], example) - quantity.value(low, example);
      }
    }
    return rise;
  }

  private static Tensor rows(Tensor batch, int from, int to) {
    int[] shape = batch.shape();
    shape[0] = to - from;
    return Tensor.of(
        Arrays.copyOfRange(batch.values(), from * batch.rowSize(), to * batch.rowSize()), shape);
  }

  private PathRule rule(Model model, RunContext context) {
    InputGradients gradients = model.require(InputGradients.class, name(), Gradient.CURE);
    WhiteBox box = model.capability(WhiteBox.class).orElse(null);
    if (box != null && Smoothness.of(box)) {
      return QuadratureRule.gaussLegendre(GradientFunction.of(gradients, context));
    }
    // A batch of fixed size is computed in portions, which would part neighbours on the path.
    return Optional.ofNullable(box)
        .flatMap(WhiteBox::withFreeBatch)
        .<PathRule>flatMap(
            free ->
                SecantRules.of(free)
                    .map(rules -> SecantRule.of(free, rules, context.settings().memoryBytes())))
        .orElseGet(() -> QuadratureRule.midpoint(GradientFunction.of(gradients, context)));
  }

  /** The baseline of an example, of its size. */
  private float[] baselineOf(Tensor batch) {
    int size = batch.rowSize();
    if (baseline.length != 1 && baseline.length != size) {
      throw new TouchstoneException(
          "the baseline has "
              + baseline.length
              + " values and an example "
              + size
              + "; give one value for all inputs, or "
              + size);
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = baseline.length == 1 ? baseline[0] : baseline[i];
    }
    return values;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
