package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.RowQueue;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.CombinedInputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
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

    /** Whether the mean of a pair's gradients is all that is asked of it. */
    default boolean areMeansEnough() {
      return false;
    }

    /**
     * Adds a pair of which {@linkplain #areMeansEnough the mean is enough}.
     *
     * @param mean may be changed
     */
    default void add(double[] mean) {
      add(mean, mean);
    }

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
    RowQueue<Consumer<double[]>> queue = gradients.queue(quantity, batch.shape());
    return maps(
        batch,
        pairs,
        (place, example, ofExample) -> sample(example, widths, place, ofExample, queue, context),
        queue::flush,
        context);
  }

  /** The same of a network, where the mean of each pair's gradients is enough. */
  private Sampled maps(
      WhiteBox box, Tensor batch, Quantity quantity, Supplier<Pairs> pairs, RunContext context) {
    try (MirroredPairs queue = MirroredPairs.of(box, batch.shape(), quantity, context)) {
      return maps(
          batch,
          pairs,
          (place, example, ofExample) -> {
            int[] width = {example.length};
            draw(
                example,
                width,
                context,
                (above, below, last) ->
                    queue.add(
                        place,
                        example,
                        above,
                        mean -> {
                          ofExample.add(mean);
                          if (last) {
                            ofExample.finish();
                          }
                        }));
          },
          queue::flush,
          context);
    }
  }

  /** Asks for the gradients of one example's pairs. */
  @FunctionalInterface
  private interface Sampling {
    void ask(int place, float[] example, Pairs pairs);
  }

  private Sampled maps(
      Tensor batch, Supplier<Pairs> pairs, Sampling sampling, Runnable flush, RunContext context) {
    Pairs[] ofExamples = new Pairs[batch.rows()];
    for (int i = 0; i < ofExamples.length; i++) {
      ofExamples[i] = pairs.get();
      sampling.ask(i, batch.row(i), ofExamples[i]);
      context.progress().step("noise around examples", i + 1, ofExamples.length);
    }
    flush.run();
    double[][] maps = Arrays.stream(ofExamples).map(Pairs::map).toArray(double[][]::new);
    double[] errors =
        samples < 4
            ? new double[0]
            : Arrays.stream(ofExamples).mapToDouble(Pairs::standardError).toArray();
    return new Sampled(maps, errors);
  }

  /** The same of all that a model takes, where that are several inputs of numbers. */
  Attribution attribute(
      Model whole,
      InputGradients model,
      Inputs batch,
      String who,
      Quantity quantity,
      Supplier<Pairs> pairs,
      RunContext context) {
    if (batch.names().isEmpty()) {
      Tensor features = batch.features();
      WhiteBox box = whole.capability(WhiteBox.class).flatMap(WhiteBox::withFreeBatch).orElse(null);
      Sampled sampled =
          box != null && pairs.get().areMeansEnough() && CombinedInputs.serves(box)
              ? maps(box, features, quantity, pairs, context)
              : maps(GradientFunction.of(model, context), features, quantity, pairs, context);
      return sampled
          .toldBy(Attribution.of(sampled.maps(), features, quantity, RULE))
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

  private void sample(
      float[] example,
      int[] widths,
      int place,
      Pairs pairs,
      RowQueue<Consumer<double[]>> queue,
      RunContext context) {
    draw(
        example,
        widths,
        context,
        (above, below, last) -> {
          double[][] first = new double[1][];
          queue.add(above, place, gradient -> first[0] = gradient);
          queue.add(
              below,
              place,
              gradient -> {
                pairs.add(first[0], gradient);
                if (last) {
                  pairs.finish();
                }
              });
        });
  }

  /** Gets the two points of a pair; whether it is the last one. */
  @FunctionalInterface
  private interface Drawn {
    void pair(float[] above, float[] below, boolean last);
  }

  private void draw(float[] example, int[] widths, RunContext context, Drawn drawn) {
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
      drawn.pair(above, below, pair == last);
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
