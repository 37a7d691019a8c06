package dev.touchstone.data.contamination;

/** From an item's pixels to the features of the background. */
final class Background {
  private Background() {}

  /**
   * The features that are no item, in every channel.
   *
   * @param item one entry per pixel
   * @param features the number of features: channels × pixels
   */
  static boolean[] mask(boolean[] item, int features) {
    boolean[] background = new boolean[features];
    for (int i = 0; i < features; i++) {
      background[i] = !item[i % item.length];
    }
    return background;
  }
}
