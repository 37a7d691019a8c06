package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.RowQueue;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Gradients at samples of Gaussian noise around each example, in antithetic pairs: every ε is used
 * with both signs. It is drawn from a stream named by the example's values, so that neither the
 * order of a batch nor its neighbours change a map; and the stream is the same for all methods, so
 * that those of one number of samples look at the same points.
 *
 * @param samples even: noise comes in pairs
 * @param shareOfRange σ as a share of an example's largest minus smallest value
 */
record Noise(int samples, double shareOfRange) {

  /** How maps are made of it. */
  static final String RULE = "antithetic noise";

  /** 50 samples with σ at 15 % of the example's range. */
  static Noise withDefaults() {
    return new Noise(50, 0.15);
  }

  Noise withSamples(int number) {
    if (number < 2 || number % 2 != 0) {
      throw new IllegalArgumentException(
          "samples come in pairs ±ε: a positive even number, was " + number);
    }
    return new Noise(number, shareOfRange);
  }

  Noise withShareOfRange(double share) {
    if (!(share > 0) || Double.isInfinite(share)) {
      throw new IllegalArgumentException("noise must be positive, was " + share);
    }
    return new Noise(samples, share);
  }

  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("samples", Integer.toString(samples));
    settings.put("noise", Double.toString(shareOfRange));
    return settings;
  }

  /** What becomes of the gradients of one example's pairs. */
  interface Pairs {

    /** Adds a pair, whose arrays may be changed. */
    void add(double[] above, double[] below);

    /** Makes the map once all pairs are in, and lets go of what only it needed. */
    void finish();

    double[] map();

    /**
     * The root of the summed squares of the values' standard errors; NaN where there is one pair.
     */
    double standardError();
  }

  /**
   * Maps of a batch.
   *
   * @param errors their standard errors; none of one pair, which has no spread
   */
  record Sampled(double[][] maps, double[] errors) {

    /** Adds the errors to an attribution by these maps. */
    Attribution toldBy(Attribution attribution) {
      return errors.length == 0
          ? attribution
          : attribution.with(Fidelity.standardError(errors, maps));
    }
  }

  /**
   * Samples around the examples of a batch.
   *
   * @param pairs what each example's gradients are given to
   */
  Sampled maps(
      GradientFunction gradients,
      Tensor batch,
      Quantity quantity,
      Supplier<Pairs> pairs,
      RunContext context) {
    return maps(gradients, batch, new int[] {batch.rowSize()}, quantity, pairs, context);
  }

  /**
   * Samples around examples of several inputs.
   *
   * @param widths how many values each input has; each has noise of its own range
   */
  private Sampled maps(
      GradientFunction gradients,
      Tensor batch,
      int[] widths,
      Quantity quantity,
      Supplier<Pairs> pairs,
      RunContext context) {
    Pairs[] ofExamples = new Pairs[batch.rows()];
    RowQueue<Consumer<double[]>> queue = gradients.queue(quantity, batch.shape());
    for (int i = 0; i < ofExamples.length; i++) {
      ofExamples[i] = pairs.get();
      sample(batch.row(i), widths, i, ofExamples[i], queue, context);
      context.progress().step("noise around examples", i + 1, ofExamples.length);
    }
    queue.flush();
    double[][] maps = Arrays.stream(ofExamples).map(Pairs::map).toArray(double[][]::new);
    double[] errors =
        samples < 4
            ? new double[0]
            : Arrays.stream(ofExamples).mapToDouble(Pairs::standardError).toArray();
    return new Sampled(maps, errors);
  }

  /** The same of all that a model takes, where that are several inputs of numbers. */
  Attribution attribute(
      InputGradients model,
      Inputs batch,
      String who,
      Quantity quantity,
      Supplier<Pairs> pairs,
      RunContext context) {
    if (batch.names().isEmpty()) {
      return attribute(model, batch.features(), quantity, pairs, context)
          .ofColumns(batch.columns());
    }
    NumberRows numbers = NumberRows.of(batch, who);
    Sampled sampled =
        maps(
            numbers.gradients(model, context),
            numbers.rows(),
            numbers.widths(),
            quantity,
            pairs,
            context);
    return sampled.toldBy(Attribution.of(sampled.maps(), batch, quantity, RULE));
  }

  /** The same of a model's input. */
  Attribution attribute(
      InputGradients model,
      Tensor batch,
      Quantity quantity,
      Supplier<Pairs> pairs,
      RunContext context) {
    Sampled sampled = maps(GradientFunction.of(model, context), batch, quantity, pairs, context);
    return sampled.toldBy(Attribution.of(sampled.maps(), batch, quantity, RULE));
  }

  private void sample(
      float[] example,
      int[] widths,
      int place,
      Pairs pairs,
      RowQueue<Consumer<double[]>> queue,
      RunContext context) {
    double[] sigma = new double[example.length];
    int from = 0;
    for (int width : widths) {
      double own = shareOfRange * range(Arrays.copyOfRange(example, from, from + width));
      Arrays.fill(sigma, from, from + width, own);
      from += width;
    }
    ZigguratSampler.NormalizedGaussian gaussian =
        ZigguratSampler.NormalizedGaussian.of(
            context.random().of("SmoothGrad", Digest.sha256().add(example).hex()));
    int last = samples / 2 - 1;
    for (int pair = 0; pair <= last; pair++) {
      float[] above = new float[example.length];
      float[] below = new float[example.length];
      for (int j = 0; j < example.length; j++) {
        double epsilon = sigma[j] * gaussian.sample();
        above[j] = (float) (example[j] + epsilon);
        below[j] = (float) (example[j] - epsilon);
      }
      double[][] first = new double[1][];
      boolean complete = pair == last;
      queue.add(above, place, gradient -> first[0] = gradient);
      queue.add(
          below,
          place,
          gradient -> {
            pairs.add(first[0], gradient);
            if (complete) {
              pairs.finish();
            }
          });
    }
  }

  private static double range(float[] example) {
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float value : example) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    return largest > smallest ? (double) largest - smallest : 1;
  }
}
