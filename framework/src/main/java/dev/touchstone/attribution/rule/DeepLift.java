package dev.touchstone.attribution.rule;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.attribution.gradient.Completeness;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.graph.rule.SecantRules;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * DeepLIFT by the rescale rule (Shrikumar et al. 2017, section 3.5.1), signed: what is passed back
 * through a nonlinearity is the slope of its secant from what a baseline makes of it to what the
 * example does, {@code m = Δy/Δx}, and {@code M = (x − x̄) ⊙ m}. It is {@link
 * dev.touchstone.attribution.gradient.IntegratedGradients} by secants in a single step, so that
 * maps sum to the rise of the quantity to the last digit (summation to delta).
 *
 * <p>The paper knows nonlinearities of one input. Of a product both factors get the mean of the
 * other, of a softmax and a layer normalisation every input its share of the secant, of a
 * max-pooling window the inputs that win at either end; other implementations differ there. A
 * network with a node that has no secant is refused.
 */
public final class DeepLift implements AttributionMethod {
  private static final String CURE =
      "give the model as ONNX with operators that the white box knows, or use a method that needs"
          + " less, such as IntegratedGradients";

  private final Baseline baseline;

  private DeepLift(Baseline baseline) {
    this.baseline = baseline;
  }

  /** Compares with a baseline of zeros. */
  public static DeepLift withDefaults() {
    return new DeepLift(Baseline.of(0));
  }

  /**
   * Compares with another baseline.
   *
   * @param values one value for all inputs, or as many as an example has
   */
  public DeepLift withBaseline(float... values) {
    return new DeepLift(Baseline.of(values));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("baseline", baseline.describe());
  }

  /** Refuses a model that is no white box, or has no secants. */
  @Override
  public void require(Model model) {
    rules(model, box(model));
  }

  private WhiteBox box(Model model) {
    WhiteBox box = model.require(WhiteBox.class, name(), CURE);
    return box.withFreeBatch().orElse(box);
  }

  private SecantRules rules(Model model, WhiteBox box) {
    return SecantRules.of(box)
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "%s passes secants back, and %s has none: %s. Use IntegratedGradients, which integrates any derivative"
                        .formatted(name(), model.name(), SecantRules.whyNone(box))));
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    WhiteBox box = box(model);
    SecantRules rules = rules(model, box);
    float[] from = baseline.sized(batch.rowSize());
    int atOnce = Math.max(1, box.batchSize(context.settings().memoryBytes(), true) - 1);
    double[][] maps = new double[batch.rows()][];
    try (SecantPaths paths = SecantPaths.of(box, rules)) {
      for (int first = 0; first < maps.length; first += atOnce) {
        int[] some = IntStream.range(first, Math.min(maps.length, first + atOnce)).toArray();
        double[][] slopes = slopes(box, paths, from, batch.select(some), quantity.ofRows(some));
        for (int i = 0; i < some.length; i++) {
          maps[some[i]] = times(slopes[i + 1], from, batch.row(some[i]));
        }
        context.progress().step("secants to examples", first + some.length, maps.length);
      }
    }
    Attribution attribution = Attribution.of(maps, batch, quantity, "rescale rule");
    return Completeness.toldBy(attribution, model, from, batch, context);
  }

  /** The secants from the baseline; the first row means nothing. */
  private static double[][] slopes(
      WhiteBox box, SecantPaths paths, float[] from, Tensor to, Quantity quantity) {
    int[] shape = to.shape();
    shape[0]++;
    float[] values = new float[Math.multiplyExact(shape[0], from.length)];
    System.arraycopy(from, 0, values, 0, from.length);
    System.arraycopy(to.values(), 0, values, from.length, to.values().length);
    SecantPaths.After[] after = new SecantPaths.After[shape[0]];
    Arrays.fill(after, SecantPaths.After.ORIGIN);
    after[0] = SecantPaths.After.NOTHING;
    // The baseline asks what the first example does.
    int[] examples = IntStream.range(0, shape[0]).map(row -> Math.max(0, row - 1)).toArray();
    Tensor points = Tensor.of(values, shape);
    return CheckedAnswers.gradients(
        box.name(), paths.inputGradients(points, after, quantity.ofRows(examples)), points);
  }

  private static double[] times(double[] slopes, float[] from, float[] to) {
    double[] map = new double[slopes.length];
    Arrays.setAll(map, j -> slopes[j] * ((double) to[j] - from[j]));
    return map;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
