package dev.touchstone.attribution.activation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/**
 * Guided Grad-CAM: {@link GradCam}, resized to the example, times {@link GuidedBackprop} (Selvaraju
 * et al. 2017, section 3.2), signed. It needs what both need, and inherits from the second that its
 * maps depend little on the weights of higher layers.
 */
public final class GuidedGradCam implements AttributionMethod {
  private static final GuidedBackprop GUIDED = GuidedBackprop.withDefaults();

  private final GradCam cam;

  private GuidedGradCam(GradCam cam) {
    this.cam = cam;
  }

  /** Returns Guided Grad-CAM at the last node that makes images of more than one pixel. */
  public static GuidedGradCam withDefaults() {
    return new GuidedGradCam(GradCam.withDefaults());
  }

  /**
   * Returns Guided Grad-CAM at another node.
   *
   * @param node its name; see {@link GradCam#at}
   */
  public static GuidedGradCam at(String node) {
    return new GuidedGradCam(GradCam.at(node));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("node", cam.settings().getOrDefault("node", ""));
  }

  @Override
  public void require(Model model) {
    cam.images(model, name());
    GUIDED.require(model);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InnerImages images = cam.images(model, name());
    double[][] coarse = cam.maps(images, batch, quantity, name(), context);
    double[][] maps = GUIDED.attribute(model, batch, quantity, context).maps();
    for (int i = 0; i < maps.length; i++) {
      for (int j = 0; j < maps[i].length; j++) {
        maps[i][j] *= coarse[i][j];
      }
    }
    return Attribution.of(maps, batch, quantity, GradCam.rule(images) + ", guided rectifiers");
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
