package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@link IntegratedGradients} of what follows the value y behind a node: {@code M = (y − ȳ) ⊙ ∫₀¹
 * ∇_y f_c(ȳ + α(y − ȳ)) dα}, signed, along the straight path from the value ȳ that the node makes
 * of a baseline of the input. Maps have the shape of y. Unlike {@link LayerConductance} it does not
 * ask how y came about, so that it explains by token embeddings, between which and the tokens there
 * is nothing to differentiate.
 *
 * <p>All of the network has to pass through the node.
 */
public final class LayerIntegratedGradients implements AttributionMethod {
  private final String node;
  private final Steps steps;
  private final Baseline baseline;
  private final @Nullable Baseline there;
  private final boolean summed;

  private LayerIntegratedGradients(
      String node, Steps steps, Baseline baseline, @Nullable Baseline there, boolean summed) {
    this.node = node;
    this.steps = steps;
    this.baseline = baseline;
    this.there = there;
    this.summed = summed;
  }

  /**
   * Takes 20 steps from the value of an input of zeros.
   *
   * @param node the name of the node, as {@link WhiteBox#taps} lists them
   */
  public static LayerIntegratedGradients at(String node) {
    return new LayerIntegratedGradients(node, Steps.withDefaults(), Baseline.of(0), null, false);
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException unless it is positive and even
   */
  public LayerIntegratedGradients withSteps(int number) {
    return new LayerIntegratedGradients(node, steps.withNumber(number), baseline, there, summed);
  }

  /**
   * Takes as many steps as each example needs; see {@link IntegratedGradients#withTolerance}.
   *
   * @throws IllegalArgumentException unless it is from 1e-6 to below 1
   */
  public LayerIntegratedGradients withTolerance(double share) {
    return new LayerIntegratedGradients(node, steps.withTolerance(share), baseline, there, summed);
  }

  /**
   * Begins at what the node makes of another baseline of the input.
   *
   * @param values one value for all inputs, or as many as an example has
   */
  public LayerIntegratedGradients withBaseline(float... values) {
    return new LayerIntegratedGradients(node, steps, Baseline.of(values), null, summed);
  }

  /**
   * Begins at a value behind the node that no input need make, such as an embedding of zeros.
   *
   * @param values one for all numbers there, or as many as an example has there
   */
  public LayerIntegratedGradients withInnerBaseline(float... values) {
    return new LayerIntegratedGradients(node, steps, baseline, Baseline.of(values), summed);
  }

  /**
   * Sums each map over its last axis: of token embeddings, a number per token. The errors that are
   * bounded stay those of the maps before.
   */
  public LayerIntegratedGradients summedOverLastAxis() {
    return new LayerIntegratedGradients(node, steps, baseline, there, true);
  }

  @Override
  public LayerIntegratedGradients measuringItsError() {
    return new LayerIntegratedGradients(node, steps.bounding(), baseline, there, summed);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public boolean explainsInputs() {
    return false;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(steps.settings());
    if (there == null) {
      settings.put("baseline", baseline.describe());
    } else {
      settings.put("inner baseline", there.describe());
    }
    settings.put("node", node);
    settings.put("map", summed ? "summed over the last axis" : "every number");
    return settings;
  }

  /** Refuses a model that is no white box, and a node that some of the network goes around. */
  @Override
  public void require(Model model) {
    InnerValue inner = InnerValue.of(model, node, name());
    inner.box().from(inner.tap());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InnerValue inner = InnerValue.of(model, node, name());
    WhiteBox rest = inner.box().from(inner.tap());

    // The rest of the network from there on, along paths of its own input.
    TapSlice slice = inner.slice();
    Tensor to = tensor(slice.valuesOf(batch, context), inner.exampleShape(batch));
    float[] from = begin(slice, batch, to, context);
    PathRule rule = PathRules.along(new InputSlice(rest), context);
    Steps.Bounded integrals = steps.maps(to.rows(), rule, rule.integrals(from, to, quantity));

    Attribution attribution =
        inner.explained(integrals.maps(), batch, quantity, PathRules.described(rule, model));
    attribution = integrals.toldBy(completed(attribution, rest, from, to, context));
    return summed ? Maps.summedOverLastAxis(attribution) : attribution;
  }

  /**
   * Explains examples of all that the model takes, such as ids and a mask, which stay as they are
   * on the way from the {@linkplain #withInnerBaseline inner baseline}.
   *
   * @throws TouchstoneException if there are inputs besides the features and no inner baseline: of
   *     ids there is none that stands for nothing
   */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    if (batch.names().isEmpty()) {
      return attribute(model, batch.features(), quantity, context);
    }
    if (there == null) {
      throw new TouchstoneException(
          "%s begins at what %s makes of an input of zeros, and the data have the inputs %s, of which zeros may mean anything; begin behind the node: .withInnerBaseline(0)"
              .formatted(name(), node, batch.names()));
    }
    InnerValue inner = InnerValue.of(model, node, name());
    WhiteBox rest = inner.box().from(inner.tap());
    Tensor to = tensor(inner.slice().valuesOf(batch, context), inner.exampleShape(batch));
    Tensor from =
        tensor(new double[][] {numbers(there.sized(to.rowSize()))}, inner.exampleShape(batch));

    // What the rest takes besides is each example's own, so each has paths of its own.
    double[][] maps = new double[batch.rows()][];
    double[][] low = new double[maps.length][];
    double[][] high = new double[maps.length][];
    double[] errors = new double[maps.length];
    String rule = "";
    for (int i = 0; i < maps.length; i++) {
      Tensor value = to.select(i);
      RestSlice slice =
          new RestSlice(rest, inner.box().inputsFrom(inner.tap(), batch.select(i), value));
      PathRule along = PathRules.along(slice, context);
      Steps.Bounded integral =
          steps.maps(1, along, along.integrals(from.row(0), value, quantity.ofRows(i)));
      maps[i] = integral.maps()[0];
      errors[i] = integral.errors().length == 0 ? Double.NaN : integral.errors()[0];
      low[i] = slice.scores(from)[0];
      high[i] = slice.scores(value)[0];
      rule = PathRules.described(along, model);
    }
    Attribution attribution =
        Completeness.eachToldBy(inner.explained(maps, batch, quantity, rule), low, high);
    boolean bounded = Arrays.stream(errors).noneMatch(Double::isNaN);
    attribution = bounded ? new Steps.Bounded(maps, errors).toldBy(attribution) : attribution;
    return summed ? Maps.summedOverLastAxis(attribution) : attribution;
  }

  private float[] begin(TapSlice slice, Tensor batch, Tensor to, RunContext context) {
    if (there != null) {
      return there.sized(to.rowSize());
    }
    int[] one = batch.shape();
    one[0] = 1;
    Tensor input = Tensor.of(baseline.sized(batch.rowSize()), one);
    return tensor(
            slice.valuesOf(input, context), Arrays.copyOfRange(to.shape(), 1, to.shape().length))
        .row(0);
  }

  private static Tensor tensor(double[][] rows, int... exampleShape) {
    int[] shape = new int[exampleShape.length + 1];
    shape[0] = rows.length;
    System.arraycopy(exampleShape, 0, shape, 1, exampleShape.length);
    int size = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / size][i % size];
    }
    return Tensor.of(values, shape);
  }

  private static double[] numbers(float... values) {
    double[] numbers = new double[values.length];
    Arrays.setAll(numbers, i -> values[i]);
    return numbers;
  }

  private static Attribution completed(
      Attribution attribution, WhiteBox rest, float[] from, Tensor to, RunContext context) {
    int[] one = to.shape();
    one[0] = 1;
    int atOnce = rest.batchSize(context.settings().memoryBytes(), false, Inputs.of(to));
    double[][] high = new double[to.rows()][];
    for (int start = 0; start < high.length; start += atOnce) {
      int end = Math.min(high.length, start + atOnce);
      double[][] scores = rest.scores(to.select(IntStream.range(start, end).toArray()));
      System.arraycopy(scores, 0, high, start, scores.length);
    }
    return Completeness.toldBy(attribution, rest.scores(Tensor.of(from, one)), high);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
