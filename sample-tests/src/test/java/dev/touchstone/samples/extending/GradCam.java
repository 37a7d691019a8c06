package dev.touchstone.samples.extending;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An attribution method of one's own: Grad-CAM (Selvaraju et al. 2017). The channels of an inner
 * value are summed with weights, each the mean of the gradient over the channel; what speaks for
 * the class is what remains above 0. The library has one, {@link
 * dev.touchstone.attribution.activation.GradCam}, which resizes maps as the paper does.
 */
final class GradCam implements AttributionMethod {
  private final String node;

  private GradCam(String node) {
    this.node = node;
  }

  /** At the output of a node that makes images, usually the last one. */
  static GradCam at(String node) {
    return new GradCam(node);
  }

  @Override
  public boolean signed() {
    return false;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("node", node);
  }

  @Override
  public void require(Model model) {
    box(model).tap(node);
  }

  private WhiteBox box(Model model) {
    return model.require(WhiteBox.class, name(), "give the model as ONNX");
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    WhiteBox box = box(model);
    int[] tapped = box.tap(node).shape();
    int[] input = batch.shape();
    double[][] stretched =
        Arrays.stream(maps(box, batch, quantity))
            .map(map -> stretched(map, tapped[2], tapped[3], input))
            .toArray(double[][]::new);
    return Attribution.of(stretched, batch, quantity, "gradients of channels at " + node);
  }

  /** As many numbers as the tapped value has places. */
  double[][] maps(WhiteBox box, Tensor batch, Quantity quantity) {
    Tap tap = box.tap(node);
    Activations values = box.values(batch, List.of(tap)).get(tap);
    Activations gradients =
        box.gradients(batch, quantity, List.of(tap), BackwardRules.derivatives()).get(tap);
    int channels = tap.shape()[1];
    double[][] maps = new double[batch.rows()][tap.size() / channels];
    for (int i = 0; i < maps.length; i++) {
      double[] map = maps[i];
      for (int channel = 0; channel < channels; channel++) {
        int from = channel * map.length;
        double weight =
            Arrays.stream(gradients.rows()[i], from, from + map.length).average().orElse(0);
        for (int place = 0; place < map.length; place++) {
          map[place] += weight * values.rows()[i][from + place];
        }
      }
      Arrays.setAll(map, place -> Math.max(0, map[place]));
    }
    return maps;
  }

  /** Each input pixel gets the number of the place that it lies in, in every channel. */
  private static double[] stretched(double[] map, int height, int width, int[] input) {
    double[] pixels = new double[input[1] * input[2] * input[3]];
    for (int i = 0; i < pixels.length; i++) {
      int y = i / input[3] % input[2];
      int x = i % input[3];
      pixels[i] = map[y * height / input[2] * width + x * width / input[3]];
    }
    return pixels;
  }
}
