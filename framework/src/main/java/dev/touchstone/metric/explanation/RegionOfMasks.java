package dev.touchstone.metric.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What the pixels of masks above 0 show. */
final class RegionOfMasks implements Region {
  private final Dataset masks;
  private final Map<String, Integer> places = new HashMap<>();

  RegionOfMasks(Dataset masks) {
    this.masks = masks;
    for (int i = 0; i < masks.size(); i++) {
      places.put(masks.id(i), i);
    }
  }

  @Override
  public void require(Dataset data) {
    int[] one = masks.shape();
    int[] shape = data.shape();
    if (one.length != 3
        || one[0] != 1
        || shape.length != 3
        || one[1] != shape[1]
        || one[2] != shape[2]) {
      throw new TouchstoneException(
          "masks of %s have the shape %s, and examples of %s %s; a mask is an image of one channel, [1, height, width], as high and wide as the examples"
              .formatted(masks.name(), Arrays.toString(one), data.name(), Arrays.toString(shape)));
    }
    for (int i = 0; i < data.size(); i++) {
      if (!places.containsKey(data.id(i))) {
        throw new TouchstoneException(
            "%s has no mask of the example %s of %s; masks are found by the examples' ids: name their files, or their id column, as the examples'"
                .formatted(masks.name(), data.id(i), data.name()));
      }
    }
  }

  @Override
  public boolean[] inside(Dataset examples, int example) {
    float[] mask = new float[masks.features().rowSize()];
    masks.features().read(Objects.requireNonNull(places.get(examples.id(example))), mask, 0);
    boolean[] inside = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      inside[i] = mask[i] > 0;
    }
    return inside;
  }

  @Override
  public String describe() {
    return "the masks of " + masks.name();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegionOfMasks that && masks.sha256().equals(that.masks.sha256());
  }

  @Override
  public int hashCode() {
    return masks.sha256().hashCode();
  }
}
