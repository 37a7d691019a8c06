package dev.touchstone.check.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.Overlays;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Images as they were, as they became, and the difference between both. */
final class PerturbedPictures {
  private static final int SHOWN = 4;
  private static final int MOST_SIDE = 256;

  private PerturbedPictures() {}

  /**
   * Shows those of which the wrong answer is surest; empty where there are no images, or none fell.
   */
  static Optional<Overlays> of(
      Dataset data, List<Robustness.Broken> broken, String by, int number) {
    int[] shape = data.shape();
    boolean grey = shape.length == 2 || (shape.length == 3 && shape[0] == 1);
    boolean coloured = shape.length == 3 && shape[0] == 3;
    if (broken.isEmpty() || !(grey || coloured)) {
      return Optional.empty();
    }
    int height = shape[shape.length - 2];
    int width = shape[shape.length - 1];
    if (Math.max(height, width) > MOST_SIDE) {
      return Optional.empty();
    }
    int channels = coloured ? 3 : 1;
    List<Overlays.Tile> tiles = new ArrayList<>();
    broken.stream()
        .sorted(Comparator.comparingDouble((Robustness.Broken one) -> -one.probability()))
        .limit(SHOWN)
        .forEach(
            one -> {
              float[] before = data.batch(one.example()).values();
              float[] after = one.row();
              float[] range = range(before, after);
              String label = data.classNames().get(data.label(one.example()));
              tiles.add(
                  new Overlays.Tile(
                      data.id(one.example()) + ": " + label,
                      height,
                      width,
                      channels,
                      unit(before, range),
                      new float[0]));
              tiles.add(
                  new Overlays.Tile(
                      "then " + one.answer(),
                      height,
                      width,
                      channels,
                      unit(after, range),
                      new float[0]));
              float[] difference = difference(before, after);
              float most = largest(difference);
              tiles.add(
                  new Overlays.Tile(
                      "changed by ± " + Numbers.format(most),
                      height,
                      width,
                      channels,
                      unit(difference, new float[] {-most, most}),
                      new float[0]));
            });
    return Optional.of(
        new Overlays("perturbed-" + number, "Before, after, and the difference: " + by, tiles));
  }

  private static float[] range(float[] before, float[] after) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float[] values : Stream.of(before, after).toList()) {
      for (float value : values) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    return new float[] {least, most};
  }

  private static float[] unit(float[] values, float[] range) {
    float[] unit = new float[values.length];
    float width = range[1] - range[0];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = width > 0 ? (values[i] - range[0]) / width : 0;
    }
    return unit;
  }

  private static float[] difference(float[] before, float[] after) {
    float[] difference = new float[before.length];
    for (int i = 0; i < before.length; i++) {
      difference[i] = after[i] - before[i];
    }
    return difference;
  }

  private static float largest(float[] difference) {
    float most = 0;
    for (float change : difference) {
      most = Math.max(most, Math.abs(change));
    }
    return most;
  }
}
