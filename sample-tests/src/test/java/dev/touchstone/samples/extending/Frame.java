package dev.touchstone.samples.extending;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * A contamination of one's own: a frame of one value around every image, in every channel, as a
 * scanner leaves it. Which hospital an X-ray came from could be told by such edges (Zech et al.
 * 2018).
 */
record Frame(int width, float value) implements SpuriousSignal {

  @Override
  public String describe() {
    return "frame of " + width + " pixels with value " + value;
  }

  @Override
  public String inWords() {
    return "a frame, %d pixels wide, is drawn around the image".formatted(width);
  }

  /** Knows the data's shape from here on, and refuses what the frame cannot be drawn on. */
  @Override
  public Fitted fitTo(Dataset data) {
    int[] shape = data.shape();
    if (shape.length != 3 || width < 1 || 2 * width >= Math.min(shape[1], shape[2])) {
      throw new TouchstoneException(
          "a frame of %d pixels needs images, [channels, height, width], that show something inside of it, and an example of %s has the shape %s"
              .formatted(width, data.name(), Arrays.toString(shape)));
    }
    boolean[] edge = new boolean[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < edge.length; i++) {
      int row = i / shape[2] % shape[1];
      int column = i % shape[2];
      edge[i] =
          Math.min(row, shape[1] - 1 - row) < width
              || Math.min(column, shape[2] - 1 - column) < width;
    }
    return new Fitted() {
      @Override
      public void apply(int example, float[] features) {
        for (int i = 0; i < edge.length; i++) {
          features[i] = edge[i] ? value : features[i];
        }
      }

      @Override
      public boolean[] mask(int example, float[] features) {
        return edge.clone();
      }
    };
  }
}
