package dev.touchstone.data.contamination;

import dev.touchstone.runtime.TouchstoneException;

/**
 * Where a box of pixels goes in an image of any size.
 *
 * @param inWords for descriptions: "bottom left", "(22, 1)"
 */
record Place(String inWords, Begin firstRow, Begin firstColumn) {

  /** Where a box begins along one axis. */
  interface Begin {
    int of(int imageLength, int boxLength, int margin);
  }

  static Place at(Corner corner) {
    return new Place(corner.inWords(), corner::row, corner::column);
  }

  static Place at(int row, int column) {
    if (row < 0 || column < 0) {
      throw new TouchstoneException(
          "a tag's position counts rows and columns from 0 at the top left, was ("
              + row
              + ", "
              + column
              + ")");
    }
    return new Place(
        "(" + row + ", " + column + ")",
        (image, box, margin) -> row,
        (image, box, margin) -> column);
  }

  /**
   * The signal that replaces the box's pixels, the same in every channel.
   *
   * @param who the signal in words, for the message
   */
  Replacement filled(ImageShape image, float[][] box, int margin, String who) {
    int top = firstRow.of(image.height(), box.length, margin);
    int left = firstColumn.of(image.width(), box[0].length, margin);
    if (top < 0
        || left < 0
        || top + box.length > image.height()
        || left + box[0].length > image.width()) {
      throw new TouchstoneException(
          who
              + " takes "
              + box.length
              + " x "
              + box[0].length
              + " pixels from row "
              + top
              + " and column "
              + left
              + " on, which an image of "
              + image
              + " does not hold; make it smaller or place it elsewhere");
    }
    boolean[] where = new boolean[image.size()];
    float[] values = new float[image.size()];
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int r = 0; r < box.length; r++) {
        for (int c = 0; c < box[r].length; c++) {
          int i = image.index(channel, top + r, left + c);
          where[i] = true;
          values[i] = box[r][c];
        }
      }
    }
    return new Replacement(where, values);
  }
}
