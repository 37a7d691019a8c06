package dev.touchstone.evidence.figure;

import java.util.List;

/**
 * Images side by side, each an input with an optional attribution map over it.
 *
 * @param tiles the images, in reading order
 */
public record Overlays(String name, String title, List<Tile> tiles) implements Figure {

  /** Copies the tiles. */
  public Overlays {
    tiles = List.copyOf(tiles);
  }

  @Override
  public Kind kind() {
    return Kind.OVERLAYS;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.overlays(this);
  }

  /**
   * One image.
   *
   * @param caption what a reader sees below it
   * @param channels 1 (grey) or 3 (red, green, blue)
   * @param pixels channel by channel, row-major, in [0, 1]
   * @param attribution row-major, one value per pixel, signed; empty for none
   */
  public record Tile(
      String caption, int height, int width, int channels, float[] pixels, float[] attribution) {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException for no pixel, for other channels than 1 or 3, or if there
     *     are not as many pixels and attributions as there have to be
     */
    public Tile {
      if (channels != 1 && channels != 3) {
        throw new IllegalArgumentException(
            "a picture has %d channels; 1 or 3 can be shown".formatted(channels));
      }
      long area = (long) height * width;
      if (height < 1
          || width < 1
          || pixels.length != Math.multiplyExact(area, channels)
          || (attribution.length != 0 && attribution.length != area)) {
        throw new IllegalArgumentException(
            "a picture of %d x %d x %d has %d pixel values and %d attributions; it needs a value for each pixel of each channel, and as many attributions as pixels, or none"
                .formatted(channels, height, width, pixels.length, attribution.length));
      }
    }
  }
}
