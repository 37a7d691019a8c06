package dev.touchstone.samples.gallery;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;

/**
 * An "explanation" that never asks the model: the absolute difference of neighbouring pixels, which
 * looks convincing (Adebayo et al. 2018, figure 6).
 */
public final class EdgeDetector implements AttributionMethod {

  @Override
  public boolean signed() {
    return false;
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    int[] shape = batch.shape();
    int height = shape[2];
    int width = shape[3];
    double[][] maps = new double[batch.rows()][];
    for (int i = 0; i < maps.length; i++) {
      float[] image = batch.row(i);
      maps[i] = new double[image.length];
      for (int p = 0; p < image.length; p++) {
        int right = p % width + 1 < width ? p + 1 : p;
        int below = p / width + 1 < height ? p + width : p;
        maps[i][p] = Math.abs(image[right] - image[p]) + Math.abs(image[below] - image[p]);
      }
    }
    return Attribution.of(maps, batch, quantity, "edges");
  }
}
