package dev.touchstone.metric.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** A rectangle of an image. */
record RegionOfBox(int top, int left, int height, int width) implements Region {

  RegionOfBox {
    if (top < 0 || left < 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a rectangle of %d x %d pixels from row %d and column %d is none; give a first row and column from 0 on, and at least one pixel"
              .formatted(height, width, top, left));
    }
  }

  @Override
  public void require(Dataset data) {
    int[] shape = data.shape();
    if (shape.length != 3 || top + height > shape[1] || left + width > shape[2]) {
      throw new TouchstoneException(
          "%s do not fit into examples of %s of the shape %s; a rectangle lies inside images of the shape [channels, height, width]"
              .formatted(describe(), data.name(), Arrays.toString(shape)));
    }
  }

  @Override
  public boolean[] inside(Dataset examples, int example) {
    int[] shape = examples.shape();
    boolean[] inside = new boolean[shape[1] * shape[2]];
    for (int row = top; row < top + height; row++) {
      Arrays.fill(inside, row * shape[2] + left, row * shape[2] + left + width, true);
    }
    return inside;
  }

  @Override
  public String describe() {
    return "rows %d to %d and columns %d to %d"
        .formatted(top, top + height - 1, left, left + width - 1);
  }
}
