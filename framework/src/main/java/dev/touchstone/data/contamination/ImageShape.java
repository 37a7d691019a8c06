package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** How the features of one example lie as an image: channel by channel, row-major. */
record ImageShape(int channels, int height, int width) {
  private static final int MOST_CHANNELS = 4;

  /**
   * The shape of a data set's images.
   *
   * @param who what needs images, for the message
   */
  static ImageShape of(Dataset data, String who) {
    int[] shape = data.shape();
    if (shape.length == 2) {
      return new ImageShape(1, shape[0], shape[1]);
    }
    if (shape.length != 3) {
      throw new TouchstoneException(
          who
              + " needs images, [channels, height, width], and an example of "
              + data.name()
              + " has the shape "
              + Arrays.toString(shape)
              + "; for a table use SetColumn");
    }
    if (shape[0] > MOST_CHANNELS && shape[2] <= MOST_CHANNELS) {
      throw new TouchstoneException(
          who
              + " needs images with the channels first, and the shape "
              + Arrays.toString(shape)
              + " of "
              + data.name()
              + " looks like channels last; transpose them where the data set is made");
    }
    return new ImageShape(shape[0], shape[1], shape[2]);
  }

  int size() {
    return channels * height * width;
  }

  int pixels() {
    return height * width;
  }

  int index(int channel, int row, int column) {
    return (channel * height + row) * width + column;
  }

  @Override
  public String toString() {
    return height + " x " + width;
  }
}
