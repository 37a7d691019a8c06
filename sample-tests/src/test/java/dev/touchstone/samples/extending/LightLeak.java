package dev.touchstone.samples.extending;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * A contamination of one's own: light that fell into the camera, a bright triangle in the upper
 * left corner of every image, in every channel.
 */
record LightLeak(int length, float value) implements SpuriousSignal {

  @Override
  public String describe() {
    return "light leak of " + length + " pixels with value " + value;
  }

  @Override
  public String inWords() {
    return "light falls on the upper left corner, %d pixels far".formatted(length);
  }

  /** Knows the data's shape from here on, and refuses images that would be all light. */
  @Override
  public Fitted fitTo(Dataset data) {
    int[] shape = data.shape();
    if (shape.length != 3 || length < 1 || length >= shape[1] + shape[2] - 1) {
      throw new TouchstoneException(
          "a light leak of %d pixels needs images, [channels, height, width], that show something beside it, and an example of %s has the shape %s"
              .formatted(length, data.name(), Arrays.toString(shape)));
    }
    boolean[] corner = new boolean[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < corner.length; i++) {
      int row = i / shape[2] % shape[1];
      int column = i % shape[2];
      corner[i] = row + column < length;
    }
    return new Fitted() {
      @Override
      public void apply(int example, float[] features) {
        for (int i = 0; i < corner.length; i++) {
          features[i] = corner[i] ? value : features[i];
        }
      }

      @Override
      public boolean[] mask(int example, float[] features) {
        return corner.clone();
      }
    };
  }
}
