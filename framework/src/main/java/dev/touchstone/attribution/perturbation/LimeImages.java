package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * LIME for images. Segments are taken away at random, by their mean colour in their place, and the
 * surrogate sees which are there; a map has at each pixel, and in each channel, the coefficient of
 * its segment: what its being there adds to the quantity explained.
 *
 * <p>Draws come in pairs of which one keeps what the other takes away, so that what two segments do
 * together leaves the coefficients alone. Any features in any shape that {@link FeatureGroups}
 * divide are explained in the same way.
 */
public final class LimeImages implements AttributionMethod {
  private static final String NAME = "Lime";

  private final LimeSetting setting;
  private final FeatureGroups segments;
  private final @Nullable Baseline hidden;

  private LimeImages(LimeSetting setting, FeatureGroups segments, @Nullable Baseline hidden) {
    this.setting = setting;
    this.segments = segments;
    this.hidden = hidden;
  }

  static LimeImages of(FeatureGroups segments) {
    return new LimeImages(new LimeSetting(1000, 0.25, 1), segments, null);
  }

  /**
   * Asks about another number of images, the example itself among them; 1,000 by default.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public LimeImages withSamples(int number) {
    return new LimeImages(setting.withSamples(number), segments, hidden);
  }

  /**
   * Takes another width of the kernel, in cosine distances; 0.25 by default.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public LimeImages withKernelWidth(double width) {
    return new LimeImages(setting.withKernelWidth(width), segments, hidden);
  }

  /**
   * Holds coefficients back more or less; 1 by default.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public LimeImages withRidge(double penalty) {
    return new LimeImages(setting.withRidge(penalty), segments, hidden);
  }

  /**
   * Puts given values where a segment is taken away, in place of its mean colour.
   *
   * @param values one for all, or as many as an image has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  public LimeImages hidingBy(float... values) {
    return new LimeImages(setting, segments, Baseline.of(values));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(setting.settings());
    Baseline given = hidden;
    settings.put("segments", segments.describe());
    settings.put("hidden by", given == null ? "the segment's mean" : given.describe());
    return settings;
  }

  @Override
  public void require(Model model) {
    QuantityOfInputs.require(model, NAME);
  }

  /**
   * Explains features alone.
   *
   * @throws TouchstoneException if there are inputs besides; the message names {@link
   *     Lime#onTables}
   */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    if (!batch.names().isEmpty()) {
      throw new TouchstoneException(
          "Lime.onImages explains features, as numbers in single precision, and the data have the inputs %s besides; write Lime.onTables(training), which takes inputs of every type"
              .formatted(batch.names()));
    }
    return AttributionMethod.super.attribute(model, batch, quantity, context);
  }

  /**
   * Explains images.
   *
   * @throws TouchstoneException if the segments do not divide them, or an image is one segment
   */
  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    QuantityOfInputs function = QuantityOfInputs.of(model, quantity, NAME, context);
    Inputs inputs = Inputs.of(batch);
    int[] shape = inputs.shape();
    double[][] maps = new double[batch.rows()][];
    double[] determination = new double[maps.length];
    double[] errors = new double[maps.length];
    for (int i = 0; i < maps.length; i++) {
      float[] image = batch.row(i);
      int[] segmentOf = segments.of(inputs, i);
      int number = Groups.count(segmentOf, inputs, segments);
      if (number < 2) {
        throw new TouchstoneException(
            "%s take image %d for one segment, so that there is none to tell from others; divide it into more"
                .formatted(segments.describe(), i));
      }
      double[][] kept =
          SegmentNeighbourhood.draw(
              number,
              setting.samples(),
              context.random().of(NAME, Digest.sha256().add(image).hex()));
      float[] instead = instead(image, segmentOf, shape);
      LocalLinearModel local =
          setting.explain(
              new SegmentNeighbourhood(image, instead, segmentOf, shape, kept),
              function,
              i,
              context.progress());
      maps[i] = spread(local.coefficients(), segmentOf);
      determination[i] = local.determination();
      double[] spread = spread(local.standardErrors(), segmentOf);
      errors[i] = Math.sqrt(Arrays.stream(spread).map(error -> error * error).sum());
    }
    return Attribution.of(maps, batch, quantity, "ridge over segments")
        .with(Fidelity.surrogateFit(determination))
        .with(Fidelity.standardError(errors, maps));
  }

  private float[] instead(float[] image, int[] segmentOf, int... shape) {
    Baseline given = hidden;
    return given == null ? means(image, segmentOf, shape) : given.sized(image.length);
  }

  private static double[] spread(double[] ofSegments, int... segmentOf) {
    double[] map = new double[segmentOf.length];
    Arrays.setAll(map, j -> ofSegments[segmentOf[j]]);
    return map;
  }

  /** The mean of each segment, channel by channel where the first of three axes counts them. */
  static float[] means(float[] image, int[] segmentOf, int... shape) {
    int channels = shape.length == 3 ? shape[0] : 1;
    int pixels = image.length / channels;
    int segments = Arrays.stream(segmentOf).max().orElse(0) + 1;
    float[] means = new float[image.length];
    for (int c = 0; c < channels; c++) {
      double[] sums = new double[segments];
      int[] counts = new int[segments];
      for (int j = c * pixels; j < (c + 1) * pixels; j++) {
        sums[segmentOf[j]] += image[j];
        counts[segmentOf[j]]++;
      }
      for (int j = c * pixels; j < (c + 1) * pixels; j++) {
        means[j] = (float) (sums[segmentOf[j]] / counts[segmentOf[j]]);
      }
    }
    return means;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
