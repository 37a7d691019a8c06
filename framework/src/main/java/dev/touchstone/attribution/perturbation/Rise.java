package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.RowQueue;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * RISE: {@code S(λ) = 1 / (p N) Σ f(x ⊙ Mᵢ) Mᵢ(λ)}, what is explained where a pixel is kept, over
 * random masks Mᵢ of images (Petsiuk et al. 2018, equation 6), of any model that has scores.
 *
 * <p>A mask is a small grid, of whose cells each is kept with probability p, enlarged bilinearly
 * and moved at random by less than a cell; all channels have the same. What is masked falls to a
 * baseline of zeros, or of other values. A map has the level of what is explained: its differences
 * say which pixels count. The {@link Fidelity#STANDARD_ERROR standard error} is the one over masks.
 *
 * <p>Masks are drawn from a stream named by the example's values, so that neither the order of a
 * batch nor its neighbours change a map.
 */
public final class Rise implements AttributionMethod {
  private final int samples;
  private final int cells;
  private final double kept;
  private final Baseline baseline;

  private Rise(int samples, int cells, double kept, Baseline baseline) {
    this.samples = samples;
    this.cells = cells;
    this.kept = kept;
    this.baseline = baseline;
  }

  /** Takes 4,000 masks of 7 × 7 cells, of which half are kept, as in the paper. */
  public static Rise withDefaults() {
    return new Rise(4_000, 7, 0.5, Baseline.of(0));
  }

  /**
   * Takes another number of masks.
   *
   * @throws IllegalArgumentException for fewer than 2, which have no spread
   */
  public Rise withSamples(int number) {
    if (number < 2) {
      throw new IllegalArgumentException("at least 2 masks, was " + number);
    }
    return new Rise(number, cells, kept, baseline);
  }

  /**
   * Takes masks of another grid.
   *
   * @param alongEachAxis cells, at least 2
   * @throws IllegalArgumentException for fewer
   */
  public Rise withCells(int alongEachAxis) {
    if (alongEachAxis < 2) {
      throw new IllegalArgumentException("at least 2 cells along each axis, was " + alongEachAxis);
    }
    return new Rise(samples, alongEachAxis, kept, baseline);
  }

  /**
   * Keeps another share of the cells.
   *
   * @param share p, above 0 and below 1
   * @throws IllegalArgumentException for a share at which masks keep nothing or all
   */
  public Rise keeping(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the share of cells that are kept lies between 0 and 1, was " + share);
    }
    return new Rise(samples, cells, share, baseline);
  }

  /**
   * Masks by other values than zeros.
   *
   * @param values one for all inputs, or as many as an example has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  public Rise withBaseline(float... values) {
    return new Rise(samples, cells, kept, Baseline.of(values));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("samples", Integer.toString(samples));
    settings.put("cells", Integer.toString(cells));
    settings.put("kept", Double.toString(kept));
    settings.put("baseline", baseline.describe());
    return settings;
  }

  @Override
  public void require(Model model) {
    QuantityOfInputs.require(model, name());
  }

  /**
   * Explains a batch of images.
   *
   * @throws TouchstoneException for examples that are no images, [channels, height, width], or have
   *     fewer pixels than a mask has cells
   */
  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    int[] shape = batch.shape();
    requireImages(shape);
    float[] cover = baseline.sized(batch.rowSize());
    RowQueue<DoubleConsumer> queue =
        QuantityOfInputs.of(model, quantity, name(), context)
            .queue(
                context.progress(),
                "masks of %s on %s".formatted(name(), model.name()),
                (long) batch.rows() * samples,
                shape);
    MeanOfSamples[] means = new MeanOfSamples[batch.rows()];
    for (int i = 0; i < means.length; i++) {
      float[] example = batch.row(i);
      MeanOfSamples mean = new MeanOfSamples(shape[2] * shape[3]);
      means[i] = mean;
      UniformRandomProvider random =
          context.random().of("Rise", Inputs.of(batch.select(i)).sha256());
      for (int sample = 0; sample < samples; sample++) {
        float[] mask = mask(shape[2], shape[3], random).of(shape[2], shape[3]);
        queue.add(masked(example, cover, mask), i, answer -> mean.add(weighted(mask, answer)));
      }
    }
    queue.flush();
    double[][] maps =
        Arrays.stream(means)
            .map(mean -> ofAllChannels(mean.mean(), batch.rowSize()))
            .toArray(double[][]::new);
    double[] errors =
        Arrays.stream(means).mapToDouble(m -> m.standardError() * Math.sqrt(shape[1])).toArray();
    return Attribution.of(maps, batch, quantity, "random masks")
        .with(Fidelity.standardError(errors, maps));
  }

  private void requireImages(int... shape) {
    if (shape.length != 4 || shape[2] < cells || shape[3] < cells) {
      throw new TouchstoneException(
          "Rise masks images, [channels, height, width], of at least %d × %1$d pixels, one for each cell, and an example has the shape %s; give images or fewer cells by .withCells(…), or explain tables by KernelShap"
              .formatted(cells, Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length))));
    }
  }

  private SmoothMask mask(int height, int width, UniformRandomProvider random) {
    boolean[] grid = new boolean[cells * cells];
    for (int cell = 0; cell < grid.length; cell++) {
      grid[cell] = random.nextDouble() < kept;
    }
    return new SmoothMask(
        grid,
        cells,
        random.nextInt(SmoothMask.cellSize(height, cells)),
        random.nextInt(SmoothMask.cellSize(width, cells)));
  }

  private static float[] masked(float[] example, float[] cover, float... mask) {
    float[] masked = new float[example.length];
    for (int j = 0; j < masked.length; j++) {
      float share = mask[j % mask.length];
      masked[j] = share * example[j] + (1 - share) * cover[j];
    }
    return masked;
  }

  private double[] weighted(float[] mask, double answer) {
    double[] sample = new double[mask.length];
    Arrays.setAll(sample, pixel -> answer * mask[pixel] / kept);
    return sample;
  }

  private static double[] ofAllChannels(double[] pixels, int size) {
    double[] map = new double[size];
    Arrays.setAll(map, j -> pixels[j % pixels.length]);
    return map;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
