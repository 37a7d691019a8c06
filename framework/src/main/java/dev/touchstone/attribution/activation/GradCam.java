package dev.touchstone.attribution.activation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): the channels A_k of an inner image are
 * summed with weights, each the mean of the gradient over the channel, and what speaks for the
 * quantity is kept: {@code M = max(0, Σ_k α_k A_k)}, {@code α_k = mean ∂f_c/∂A_k}. It is resized to
 * the example's height and width by linear interpolation, as in the paper, and every channel of the
 * example gets the same numbers.
 *
 * <p>Examples are images with channels first. {@link #keepingSign()} keeps what speaks against, as
 * Captum's default does.
 */
public final class GradCam implements AttributionMethod {
  private static final int AXES = 4;

  private final @Nullable String node;
  private final boolean signed;

  private GradCam(@Nullable String node, boolean signed) {
    this.node = node;
    this.signed = signed;
  }

  /** Returns Grad-CAM at the last node that makes images of more than one pixel. */
  public static GradCam withDefaults() {
    return new GradCam(null, false);
  }

  /**
   * Returns Grad-CAM at another node.
   *
   * @param node its name, as {@link dev.touchstone.graph.WhiteBox#taps} lists them; one that makes
   *     images with channels first
   */
  public static GradCam at(String node) {
    return new GradCam(node, false);
  }

  /** Keeps what speaks against the quantity, below 0. */
  public GradCam keepingSign() {
    return new GradCam(node, true);
  }

  @Override
  public boolean signed() {
    return signed;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("node", node == null ? "the last that makes images" : node);
    settings.put("map", signed ? "weighted sum" : "weighted sum above 0");
    return settings;
  }

  @Override
  public void require(Model model) {
    images(model, name());
  }

  /** Where it looks, for a method of some name. */
  InnerImages images(Model model, String method) {
    return node == null ? InnerImages.last(model, method) : InnerImages.at(node, model, method);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InnerImages images = images(model, name());
    double[][] maps = maps(images, batch, quantity, name(), context);
    return Attribution.of(maps, batch, quantity, rule(images));
  }

  /** How maps are made of inner images. */
  static String rule(InnerImages images) {
    return "gradients of channels at " + images.tap().name();
  }

  /** In the examples' shape. */
  double[][] maps(
      InnerImages anyOf, Tensor batch, Quantity quantity, String method, RunContext context) {
    int[] shape = batch.shape();
    if (shape.length != AXES) {
      throw new TouchstoneException(
          "%s explains images, [channels, height, width], and an example has the shape %s; use IntegratedGradients"
              .formatted(method, Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length))));
    }
    InnerImages images = anyOf.of(batch);
    double[][] sums = images.weightedSums(batch, quantity, context);
    BilinearResize resize = BilinearResize.of(images.height(), images.width(), shape[2], shape[3]);
    double[][] maps = new double[sums.length][];
    for (int i = 0; i < maps.length; i++) {
      double[] sum = sums[i];
      if (!signed) {
        Arrays.setAll(sum, place -> Math.max(0, sum[place]));
      }
      maps[i] = inEachChannel(resize.apply(sum, images.width()), shape[1]);
    }
    return maps;
  }

  private static double[] inEachChannel(double[] plane, int channels) {
    double[] all = new double[channels * plane.length];
    for (int channel = 0; channel < channels; channel++) {
      System.arraycopy(plane, 0, all, channel * plane.length, plane.length);
    }
    return all;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
