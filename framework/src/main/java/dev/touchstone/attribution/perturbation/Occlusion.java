package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Baseline;
import dev.touchstone.attribution.RowQueue;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * Occlusion: by how much what is explained falls where a window of the example is covered by a
 * baseline (Zeiler and Fergus 2014, section 4.2), of any model that has scores. The window slides
 * over the example; each value has the mean of the falls of the windows that cover it, as Captum's
 * {@code Occlusion} does it.
 *
 * <pre>{@code
 * Occlusion.withWindow(8, 8).withStrides(4, 4)   // of images, all channels at once
 * Occlusion.withWindow(1)                        // of tables, a column after the other
 * }</pre>
 */
public final class Occlusion implements AttributionMethod {
  private final Window window;
  private final Baseline baseline;

  private Occlusion(Window window, Baseline baseline) {
    this.window = window;
    this.baseline = baseline;
  }

  /**
   * Covers windows of a size by zeros, at every position.
   *
   * @param sizes of the last axes of an example, such as 8, 8 for rectangles of images: axes before
   *     them, such as channels, are covered as a whole
   * @throws IllegalArgumentException for no size, or one below 1
   */
  public static Occlusion withWindow(int... sizes) {
    requirePositive("sizes", sizes);
    int[] ones = new int[sizes.length];
    Arrays.fill(ones, 1);
    return new Occlusion(new Window(sizes.clone(), ones), Baseline.of(0));
  }

  /**
   * Slides the window by other steps than 1, so that the model is asked less often. A stride above
   * the window's size leaves values between that are never covered: it is refused.
   *
   * @param strides one for each size
   * @throws IllegalArgumentException for another number of strides, one below 1 or above its size
   */
  public Occlusion withStrides(int... strides) {
    requirePositive("strides", strides);
    int[] sizes = window.sizes();
    boolean covering = strides.length == sizes.length;
    for (int axis = 0; covering && axis < sizes.length; axis++) {
      covering = strides[axis] <= sizes[axis];
    }
    if (!covering) {
      throw new IllegalArgumentException(
          "strides %s of a window of %s; give one for each size, none above it, so that every value is covered"
              .formatted(Arrays.toString(strides), Arrays.toString(sizes)));
    }
    return new Occlusion(new Window(sizes, strides.clone()), baseline);
  }

  /**
   * Covers by other values than zeros.
   *
   * @param values one for all inputs, or as many as an example has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  public Occlusion withBaseline(float... values) {
    return new Occlusion(window, Baseline.of(values));
  }

  private static void requirePositive(String what, int... numbers) {
    if (numbers.length == 0 || Arrays.stream(numbers).anyMatch(number -> number < 1)) {
      throw new IllegalArgumentException(
          "%s of a window must be at least 1, one for each of its axes, were %s"
              .formatted(what, Arrays.toString(numbers)));
    }
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("window", Arrays.toString(window.sizes()));
    settings.put("strides", Arrays.toString(window.strides()));
    settings.put("baseline", baseline.describe());
    return settings;
  }

  @Override
  public void require(Model model) {
    QuantityOfInputs.require(model, name());
  }

  /**
   * Explains a batch.
   *
   * @throws dev.touchstone.runtime.TouchstoneException for a window or a baseline that does not fit
   *     an example
   */
  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    int[] shape = batch.shape();
    int[] one = Arrays.copyOfRange(shape, 1, shape.length);
    float[] cover = baseline.sized(batch.rowSize());
    long rows = batch.rows() * (1 + window.positions(one));
    RowQueue<DoubleConsumer> queue =
        QuantityOfInputs.of(model, quantity, name(), context)
            .queue(
                context.progress(),
                "windows of %s on %s".formatted(name(), model.name()),
                rows,
                shape);
    Falls[] falls = new Falls[batch.rows()];
    for (int i = 0; i < falls.length; i++) {
      int example = i;
      float[] uncovered = batch.row(i);
      Falls ofExample = new Falls(uncovered.length);
      falls[i] = ofExample;
      queue.add(uncovered, i, ofExample::uncovered);
      window.slideOver(
          one,
          places -> {
            float[] covered = uncovered.clone();
            for (int place : places) {
              covered[place] = cover[place];
            }
            queue.add(covered, example, answer -> ofExample.covered(places, answer));
          });
    }
    queue.flush();
    double[][] maps = Arrays.stream(falls).map(Falls::means).toArray(double[][]::new);
    return Attribution.of(maps, batch, quantity, "windows");
  }

  /** The falls of one example; sums alone are kept. */
  private static final class Falls {
    private final double[] sums;
    private final int[] windows;
    private double uncovered;

    Falls(int size) {
      this.sums = new double[size];
      this.windows = new int[size];
    }

    void uncovered(double answer) {
      uncovered = answer;
    }

    void covered(int[] places, double answer) {
      for (int place : places) {
        sums[place] += uncovered - answer;
        windows[place]++;
      }
    }

    double[] means() {
      double[] means = new double[sums.length];
      Arrays.setAll(means, place -> sums[place] / windows[place]);
      return means;
    }
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
